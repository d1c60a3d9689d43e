#include "server/console.h"

#include "base/limits.h"
#include "server/http_server.h"
#include "server/live_hub.h"
#include "server/local_access.h"
#include "server/log_file.h"
#include "server/operations_api.h"
#include "server/page.h"
#include "server/releases_api.h"
#include "server/target.h"

namespace masthead::server {
namespace {

base::Error error(base::ErrorCode code, std::string text, std::string hint = {}) {
  return {code, std::move(text), std::move(hint), {}, 0};
}

class ConsoleServer final : public Console {
 public:
  ConsoleServer(net::Loop& loop, host::ClusterSource& source,
                std::vector<const host::Plugin*> plugins, history::History* history,
                ConsoleOptions options)
      : loop_(loop),
        source_(source),
        options_(std::move(options)),
        hub_(loop, source, std::move(plugins), history, {options_.operations, options_.logs},
             options_.version),
        operations_(loop, hub_, source, options_.operations, history),
        releases_(loop, hub_, options_.releases) {}

  base::Result<void> listen() {
    HttpServer::Handlers handlers;
    handlers.is_upgrade = [this](const proto::Request& request) {
      const auto target = split_target(request.target, options_.base_path);
      return target && target->path == "api/live";
    };
    handlers.check_upgrade = [this](const proto::Request& request) { return check_live(request); };
    handlers.upgraded = [this](std::unique_ptr<net::ByteStream> stream, std::string bytes) {
      hub_.accept(std::move(stream), std::move(bytes));
    };
    handlers.handle = [this](const proto::Request& request, HttpServer::Reply reply) {
      handle(request, std::move(reply));
    };
    server_ = TRY(HttpServer::open(loop_, options_.address, options_.port, std::move(handlers)));
    access_ = std::make_unique<LocalAccess>(options_.secret, server_->port(), options_.base_path);
    return {};
  }
  ~ConsoleServer() override { alive_.reset(); }
  uint16_t port() const override { return server_->port(); }

 private:
  std::optional<Answer> check_live(const proto::Request& request) const {
    if (const auto foreign = access_->check_source(request, /*websocket=*/true)) {
      return problem(foreign->code == base::ErrorCode::kInvalid ? 421 : 403, *foreign);
    }
    if (!access_->has_session(request)) return problem(401, no_session());
    if (const auto refusal = proto::check_websocket_upgrade(request)) {
      return problem(refusal->status, error(base::ErrorCode::kInvalid, refusal->text));
    }
    if (!proto::has_token(request.header("sec-websocket-protocol"), "masthead.v1")) {
      return problem(400, error(base::ErrorCode::kUnsupported,
                                "This server speaks the subprotocol masthead.v1.",
                                "Reload the page: it is of another version."));
    }
    if (hub_.full()) {
      return problem(503, error(base::ErrorCode::kTooManyRequests, "There are too many open pages.",
                                "Close some of them."));
    }
    return std::nullopt;
  }

  static base::Error no_session() {
    return error(base::ErrorCode::kUnauthenticated, "This page's session is not valid any more.",
                 "Open the URL that masthead printed.");
  }

  void handle(const proto::Request& request, HttpServer::Reply reply) {
    if (const auto foreign = access_->check_source(request, /*websocket=*/false)) {
      reply(problem(foreign->code == base::ErrorCode::kInvalid ? 421 : 403, *foreign));
      return;
    }
    if (request.method == "POST") {
      post(request, std::move(reply));
      return;
    }
    if (request.method != "GET" && request.method != "HEAD") {
      Answer refusal = problem(
          405, error(base::ErrorCode::kUnsupported, "Only GET and HEAD are answered here."));
      refusal.headers.emplace_back("allow", "GET, HEAD");
      reply(std::move(refusal));
      return;
    }
    const auto split = split_target(request.target, options_.base_path);
    if (!split) {
      reply(problem(404, error(base::ErrorCode::kNotFound, "There is no such address.",
                               "This console lives under " + options_.base_path)));
      return;
    }
    const Target& target = *split;
    if (target.path == "healthz") {
      reply({200, "text/plain; charset=utf-8", "ok\n", {}});
    } else if (target.path == "login") {
      reply(login(target));
    } else if (target.path.starts_with("api/")) {
      if (access_->has_session(request)) {
        answer_api(target, std::move(reply));
      } else {
        reply(problem(401, no_session()));
      }
    } else {
      reply(page(request, target));
    }
  }

  // What changes something comes from our own page alone: it names its origin, has the session's
  // cookie, and sends JSON, which no form of another site can.
  void post(const proto::Request& request, HttpServer::Reply reply) {
    const auto target = split_target(request.target, options_.base_path);
    const bool release = target && ReleasesApi::takes(target->path);
    if (!target || (!release && !OperationsApi::takes(target->path))) {
      Answer refusal = problem(
          405, error(base::ErrorCode::kUnsupported, "Only GET and HEAD are answered here."));
      refusal.headers.emplace_back("allow", "GET, HEAD");
      reply(std::move(refusal));
    } else if (const auto foreign = access_->check_source(request, /*websocket=*/true)) {
      reply(problem(403, *foreign));
    } else if (!access_->has_session(request)) {
      reply(problem(401, no_session()));
    } else if (request.header("content-type") != "application/json") {
      reply(problem(415, error(base::ErrorCode::kInvalid, "The body has to be JSON.")));
    } else if (release) {
      releases_.post(target->path, request.body, std::move(reply));
    } else {
      operations_.post(target->path, request.body, std::move(reply));
    }
  }

  Answer login(const Target& target) const {
    if (!access_->is_secret(target.value("secret"))) {
      return problem(
          401, error(base::ErrorCode::kUnauthenticated, "This secret is not the one of this start.",
                     "Open the URL that masthead printed."));
    }
    Answer answer{303, "text/plain; charset=utf-8", "", {}};
    answer.headers.emplace_back("set-cookie", access_->set_cookie());
    answer.headers.emplace_back("location", options_.base_path);
    return answer;
  }

  void answer_api(const Target& target, HttpServer::Reply reply) {
    Answer answer;
    if (target.path == "api/meta") {
      answer.body = host::meta_json(*source_.snapshot(), options_.version);
      reply(std::move(answer));
    } else if (target.path == "api/licenses") {
      reply({200, "text/plain; charset=utf-8", options_.licenses, {}});
    } else if (target.path == "api/search") {
      const std::string text = target.value("q");
      if (text.size() > limits::kFilterBytes) {
        reply(problem(
            413, error(base::ErrorCode::kTooLarge, "The search text is longer than 1,024 bytes.")));
        return;
      }
      answer.body = hub_.view().search_json(text);
      reply(std::move(answer));
    } else if (target.path == "api/audit") {
      reply(operations_.audit(target));
    } else if (ReleasesApi::takes(target.path)) {
      releases_.get(target, std::move(reply));
    } else if (target.path == "api/log") {
      answer_log_file(loop_, options_.logs, target, std::move(reply));
    } else if (target.path == "api/yaml") {
      answer_yaml(target, std::move(reply));
    } else {
      reply(problem(404, error(base::ErrorCode::kNotFound, "There is no such address.")));
    }
  }

  // Read as the user from the API server; what the cache holds when that does not answer.
  void answer_yaml(const Target& target, HttpServer::Reply reply) {
    const std::string table = target.value("table");
    const std::string ns = target.value("namespace");
    const std::string name = target.value("name");
    if (table.empty() || name.empty()) {
      reply(problem(400, error(base::ErrorCode::kInvalid, "Name a table and an object.")));
      return;
    }
    auto cached = hub_.view().object(table, ns, name);
    const std::weak_ptr<bool> alive = alive_;
    auto held = std::make_shared<HttpServer::Reply>(std::move(reply));
    options_.read_yaml(table, ns, name, target.value("managedFields") == "full", std::move(cached),
                       [&loop = loop_, alive, held](base::Result<YamlAnswer> result) {
                         auto shared =
                             std::make_shared<base::Result<YamlAnswer>>(std::move(result));
                         loop.post([alive, held, shared] {
                           if (alive.expired()) return;
                           (*held)(yaml_answer(*shared));
                         });
                       });
  }

  static Answer yaml_answer(const base::Result<YamlAnswer>& result) {
    if (!result) return problem(http_status_of(result.error().code), result.error());
    json::Writer out;
    out.begin_object().key("yaml").string(result->yaml);
    out.key("resourceVersion").string(result->resource_version);
    out.key("live").boolean(result->live).end_object();
    Answer answer;
    answer.body = std::move(out).finish();
    return answer;
  }

  Answer page(const proto::Request& request, const Target& target) const {
    const PageFile* file = find_page_file(target.path);
    const bool is_asset = target.path.starts_with("assets/");
    if (file == nullptr && is_asset) {
      return problem(404, error(base::ErrorCode::kNotFound, "There is no such file."));
    }
    // Every other path is an address within the page.
    if (file == nullptr) file = find_page_file("index.html");
    if (file == nullptr) {
      return problem(404,
                     error(base::ErrorCode::kNotFound, "This build of masthead has no page inside.",
                           "Build it with scripts/build."));
    }
    Answer answer{200, std::string(media_type(file->path)), "", {}};
    if (file->path == "index.html") {
      answer.body = with_base_path(file->bytes);
      return answer;
    }
    // Assets carry a hash of their content in the name.
    answer.headers.emplace_back("cache-control",
                                is_asset ? "public, max-age=31536000, immutable" : "no-cache");
    answer.headers.emplace_back("vary", "accept-encoding");
    if (!file->gzip.empty() && proto::has_token(request.header("accept-encoding"), "gzip")) {
      answer.headers.emplace_back("content-encoding", "gzip");
      answer.body = std::string(file->gzip);
    } else {
      answer.body = std::string(file->bytes);
    }
    return answer;
  }

  std::string with_base_path(std::string_view html) const {
    std::string text(html);
    const std::string placeholder = "<base href=\"/\"";
    if (const size_t at = text.find(placeholder); at != std::string::npos) {
      text.replace(at, placeholder.size(), "<base href=\"" + options_.base_path + "\"");
    }
    return text;
  }

  net::Loop& loop_;
  host::ClusterSource& source_;
  ConsoleOptions options_;
  LiveHub hub_;
  OperationsApi operations_;
  ReleasesApi releases_;
  std::unique_ptr<LocalAccess> access_;
  std::unique_ptr<HttpServer> server_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace

base::Result<std::unique_ptr<Console>> Console::open(net::Loop& loop, host::ClusterSource& source,
                                                     std::vector<const host::Plugin*> plugins,
                                                     history::History* history,
                                                     ConsoleOptions options) {
  if (options.address != "127.0.0.1" && options.address != "::1") {
    return base::fail(base::ErrorCode::kInvalid,
                      "Masthead listens on loopback only, not on " + options.address + ".",
                      "Use --listen 127.0.0.1:8765 and reach it through an SSH tunnel.");
  }
  auto console = std::make_unique<ConsoleServer>(loop, source, std::move(plugins), history,
                                                 std::move(options));
  TRY_VOID(console->listen());
  return console;
}

}  // namespace masthead::server
