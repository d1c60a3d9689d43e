#include <fcntl.h>
#include <fmt/format.h>
#include <signal.h>
#include <spawn.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>

#include "app/commands.h"
#include "app/setup.h"
#include "app/stop_signals.h"
#include "base/limits.h"
#include "base/log.h"
#include "json/value.h"
#include "server/console.h"
#include "yaml/yaml.h"

extern char** environ;

namespace masthead::app {
namespace {

// The secret of this instance: kept beside the history, so that an open tab survives a restart.
std::string session_secret(const std::string& state_dir, uint16_t port) {
  if (state_dir.empty()) return base::random_hex(32);
  const std::string path = fmt::format("{}/session-{}", state_dir, port);
  const int kept = ::open(path.c_str(), O_RDONLY | O_CLOEXEC | O_NOFOLLOW);
  if (kept >= 0) {
    char bytes[64];
    struct stat info{};
    const bool ours =
        ::fstat(kept, &info) == 0 && info.st_uid == ::getuid() && (info.st_mode & 077) == 0;
    const ssize_t got = ours ? ::read(kept, bytes, sizeof bytes) : -1;
    ::close(kept);
    if (got == static_cast<ssize_t>(sizeof bytes)) return std::string(bytes, sizeof bytes);
  }
  const std::string secret = base::random_hex(32);
  ::unlink(path.c_str());
  const int made = ::open(path.c_str(), O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
  if (made >= 0) {
    [[maybe_unused]] const ssize_t written = ::write(made, secret.data(), secret.size());
    ::close(made);
  }
  return secret;
}

// managedFields as one line a manager: who owns something here is worth a line, not a screen.
std::string folded(const json::Value& object) {
  json::Writer out;
  out.begin_object();
  for (const auto& [key, value] : object.members()) {
    if (key != "metadata") {
      out.key(key).raw(value.to_json());
      continue;
    }
    out.key("metadata").begin_object();
    for (const auto& [name, part] : value.members()) {
      if (name != "managedFields") {
        out.key(name).raw(part.to_json());
        continue;
      }
      out.key("managedFields").begin_array();
      for (const json::Value entry : part.items()) {
        std::string line =
            std::string(entry["manager"].str()) + " " + std::string(entry["operation"].str());
        if (const auto sub = entry["subresource"].str(); !sub.empty()) {
          line += " (" + std::string(sub) + ")";
        }
        line += " " + std::string(entry["time"].str());
        out.string(line);
      }
      out.end_array();
    }
    out.end_object();
  }
  out.end_object();
  return std::move(out).finish();
}

base::Result<server::YamlAnswer> as_yaml(const std::string& bytes, bool full, bool live) {
  const json::Document document = TRY(json::Document::parse(bytes));
  server::YamlAnswer answer;
  answer.live = live;
  answer.resource_version = std::string(document.root()["metadata"]["resourceVersion"].str());
  if (full) {
    answer.yaml = yaml::from_json(document.root());
    return answer;
  }
  const json::Document shorter = TRY(json::Document::parse(folded(document.root())));
  answer.yaml = yaml::from_json(shorter.root());
  return answer;
}

// From the API server as the user; from the cache, marked so, when it does not answer.
void read_yaml(ClusterSession& session, const std::string& table, const std::string& ns,
               const std::string& name, bool full, base::Result<std::string> cached,
               server::ConsoleOptions::YamlCallback callback) {
  auto held = std::make_shared<server::ConsoleOptions::YamlCallback>(std::move(callback));
  session.get_object(table, ns, name, [full, cached, held](base::Result<std::string> object) {
    if (object) {
      (*held)(as_yaml(*object, full, /*live=*/true));
      return;
    }
    const bool unreachable = object.error().code == base::ErrorCode::kUnavailable ||
                             object.error().code == base::ErrorCode::kTimeout ||
                             object.error().code == base::ErrorCode::kTooManyRequests;
    if (unreachable && cached) {
      (*held)(as_yaml(*cached, full, /*live=*/false));
    } else {
      (*held)(std::unexpected(object.error()));
    }
  });
}

void open_browser(const std::string& url) {
  if (::getenv("DISPLAY") == nullptr && ::getenv("WAYLAND_DISPLAY") == nullptr) return;
  const char* const arguments[] = {"xdg-open", url.c_str(), nullptr};
  pid_t child = 0;
  // A desktop without xdg-open has the printed URL.
  (void)::posix_spawnp(&child, "xdg-open", nullptr, nullptr, const_cast<char**>(arguments),
                       environ);
}

}  // namespace

int serve(const Config& config) {
  const StopSignals signals;
  const auto listen = parse_listen(config.listen);
  if (!listen) return fail_with(listen.error());
  const auto base_path = parse_base_path(config.base_path);
  if (!base_path) return fail_with(base_path.error());
  auto setup = prepare(config);
  if (!setup) return fail_with(setup.error());
  ClusterSession& session = *(*setup)->session;

  net::Loop loop;
  server::ConsoleOptions options;
  options.address = listen->address;
  options.port = listen->port;
  options.base_path = *base_path;
  options.version = version();
  options.licenses = license_texts();
  options.secret = session_secret((*setup)->state_dir, listen->port);
  options.read_yaml = [&session](const auto& table, const auto& ns, const auto& name, bool full,
                                 auto cached, auto callback) {
    read_yaml(session, table, ns, name, full, std::move(cached), std::move(callback));
  };
  options.operations = &session.operations();
  options.releases = &session.releases();
  options.logs = &session.logs();
  const std::string secret = options.secret;
  auto console = server::Console::open(loop, session, (*setup)->plugins, (*setup)->history.get(),
                                       std::move(options));
  if (!console) return fail_with(console.error());
  loop.start("server");
  session.start();

  const std::string host = listen->address == "::1" ? "[::1]" : listen->address;
  const std::string url =
      fmt::format("http://{}:{}{}login?secret={}", host, (*console)->port(), *base_path, secret);
  fmt::print("Masthead {} shows cluster '{}'. Open:\n  {}\n", version(), session.snapshot()->name,
             url);
  std::fflush(stdout);
  if (!config.no_browser) open_browser(url);

  signals.wait();
  // The server first: its view reads what the session feeds.
  loop.stop();
  console->reset();
  session.stop();
  return kExitWell;
}

}  // namespace masthead::app
