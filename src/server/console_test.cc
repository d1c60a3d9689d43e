// The console's routes over a real socket on loopback.
#include "server/console.h"

#include <gtest/gtest.h>
#include <sys/resource.h>

#include "net/tcp.h"
#include "server/console_fixture.h"

namespace masthead::server {
namespace {

struct Reply {
  std::string head;  // status line and headers, lower case names as sent
  std::string body;
  int status() const { return head.size() > 12 ? std::stoi(head.substr(9, 3)) : 0; }
  std::string header(const std::string& name) const {
    const size_t at = head.find("\r\n" + name + ": ");
    if (at == std::string::npos) return {};
    const size_t begin = at + name.size() + 4;
    return head.substr(begin, head.find("\r\n", begin) - begin);
  }
};

// Answers at once, and remembers what it was asked.
class FakeReleases final : public host::Releases {
 public:
  void contents(host::ReleaseAddress release, int64_t revision, ContentsCallback done) override {
    asked = release.ns + "/" + release.name + " v" + std::to_string(revision);
    done(host::ReleaseContents{R"({"revision":2})", {{"", "Thing", "a", "one"}}});
  }
  void values(host::ReleaseAddress, int64_t, JsonCallback done) override {
    done(std::unexpected(
        base::Error{base::ErrorCode::kForbidden, "not yours", "", {{"role", "kind: Role"}}, 0}));
  }
  void diff(host::ReleaseAddress, int64_t from, int64_t to, JsonCallback done) override {
    done("[" + std::to_string(from) + "," + std::to_string(to) + "]");
  }
  void substitutions(host::ReleaseAddress kustomization, JsonCallback done) override {
    done("\"" + kustomization.ns + "/" + kustomization.name + "\"");
  }
  void reveal(host::RevealRequest request, JsonCallback done) override {
    asked = "reveal " + std::to_string(request.path.size());
    done(R"({"value":"swordfish"})");
  }
  std::string asked;
};

class ConsoleTest : public testing::Test {
 protected:
  ConsoleTest() { open("/"); }
  void open(const std::string& base_path) {
    console_.reset();
    ConsoleOptions options;
    options.port = 0;
    options.base_path = base_path;
    options.secret = "s3cret";
    options.version = "test";
    options.licenses = "notices";
    options.releases = &releases_;
    options.read_yaml = [this](const auto&, const auto&, const auto&, bool, auto cached,
                               ConsoleOptions::YamlCallback callback) {
      if (fail_yaml_) return callback(base::fail(base::ErrorCode::kForbidden, "not yours"));
      callback(YamlAnswer{cached ? *cached : "", "7", true});
    };
    console_ = Console::open(loop_, cluster_, {}, nullptr, std::move(options)).value();
    host_ = "127.0.0.1:" + std::to_string(console_->port());
  }
  std::string cookie() const {
    return "Cookie: masthead-" + std::to_string(console_->port()) + "=s3cret\r\n";
  }
  std::string request(const std::string& target, const std::string& more = "",
                      const std::string& method = "GET") const {
    return method + " " + target + " HTTP/1.1\r\nHost: " + host_ + "\r\n" + more +
           "Connection: close\r\n\r\n";
  }
  // Everything the server says until it closes.
  std::string exchange(const std::string& bytes) {
    std::string got;
    bool closed = false;
    std::unique_ptr<net::ByteStream> stream;
    std::function<void()> read = [&] {
      stream->read_some([&](base::Result<std::string_view> more) {
        if (!more || more->empty()) {
          closed = true;
          return;
        }
        got += *more;
        read();
      });
    };
    const auto connecting =
        net::connect_tcp(loop_, "127.0.0.1", console_->port(), [&](auto connected) {
          stream = std::move(connected).value();
          stream->write(bytes, [](const auto&) {});
          read();
        });
    EXPECT_TRUE(loop_.drive_until([&] {
      clock_.advance(step_ms_);
      return closed;
    })) << "the server has not closed";
    return got;
  }
  Reply ask(const std::string& bytes) {
    const std::string got = exchange(bytes);
    const size_t end = got.find("\r\n\r\n");
    if (end == std::string::npos) return {got, {}};
    return {got.substr(0, end + 2), got.substr(end + 4)};
  }

  base::ManualClock clock_;
  int64_t step_ms_ = 0;
  net::Loop loop_{clock_};
  fixture::Cluster cluster_{clock_};
  bool fail_yaml_ = false;
  FakeReleases releases_;
  std::string host_;
  std::unique_ptr<Console> console_;
};

TEST_F(ConsoleTest, the_secret_opens_a_session_and_nothing_else_does) {
  const Reply login = ask(request("/login?secret=s3cret"));
  EXPECT_EQ(login.status(), 303);
  EXPECT_EQ(login.header("location"), "/");
  EXPECT_EQ(login.header("set-cookie"), "masthead-" + std::to_string(console_->port()) +
                                            "=s3cret; Path=/; HttpOnly; SameSite=Strict");
  EXPECT_EQ(login.header("referrer-policy"), "no-referrer") << "the secret stays out of referrers";
  for (const char* target : {"/login", "/login?secret=", "/login?secret=s3cre",
                             "/login?secret=s3crets", "/login?xsecret=s3cret"}) {
    const Reply refused = ask(request(target));
    EXPECT_EQ(refused.status(), 401) << target;
    EXPECT_EQ(refused.header("set-cookie"), "") << target;
  }
  for (const char* target : {"/api/meta", "/api/search?q=a", "/api/yaml?table=things&name=a",
                             "/api/licenses", "/api/nothing"}) {
    EXPECT_EQ(ask(request(target)).status(), 401) << target;
    EXPECT_EQ(ask(request(target, "Cookie: masthead-1=s3cret\r\n")).status(), 401) << target;
  }
  EXPECT_EQ(ask(request("/api/meta", cookie())).status(), 200);
  EXPECT_EQ(ask(request("/api/licenses", cookie())).body, "notices");
}

TEST_F(ConsoleTest, every_answer_carries_the_security_headers) {
  const std::string answers[] = {
      request("/"),
      request("/api/meta", cookie()),
      request("/api/meta"),
      request("/login?secret=s3cret"),
      request("/login"),
      request("/healthz"),
      request("/assets/nothing.js"),
      request("/", "", "POST"),
      request("/", "Origin: http://evil.example\r\n"),
      "GET / HTTP/1.1\r\nHost: evil.example\r\nConnection: close\r\n\r\n",
      "nonsense\r\n\r\n",
      "GET / HTTP/1.1\r\nX: " + std::string(20'000, 'x')};
  for (const std::string& one : answers) {
    const Reply reply = ask(one);
    const std::string what = one.substr(0, one.find('\r'));
    EXPECT_TRUE(reply.header("content-security-policy").starts_with("default-src 'none'")) << what;
    EXPECT_NE(reply.header("content-security-policy").find("frame-ancestors 'none'"),
              std::string::npos);
    EXPECT_EQ(reply.header("x-content-type-options"), "nosniff") << what;
    EXPECT_EQ(reply.header("cross-origin-resource-policy"), "same-origin") << what;
    EXPECT_FALSE(reply.header("cache-control").empty()) << what;
  }
}

TEST_F(ConsoleTest, another_host_or_origin_gets_nothing) {
  const auto with_host = [&](const std::string& host) {
    return ask("GET /api/meta HTTP/1.1\r\nHost: " + host + "\r\n" + cookie() +
               "Connection: close\r\n\r\n")
        .status();
  };
  EXPECT_EQ(with_host(host_), 200);
  EXPECT_EQ(with_host("evil.example"), 421);
  EXPECT_EQ(with_host("127.0.0.1"), 421);
  EXPECT_EQ(with_host(host_ + "\r\nHost: " + host_), 400);
  EXPECT_EQ(ask(request("/api/meta", cookie() + "Origin: http://" + host_ + "\r\n")).status(), 200);
  EXPECT_EQ(ask(request("/api/meta", cookie() + "Origin: null\r\n")).status(), 403);
  EXPECT_EQ(ask(request("/api/meta", cookie() + "Sec-Fetch-Site: cross-site\r\n")).status(), 403);
}

TEST_F(ConsoleTest, the_live_socket_needs_origin_cookie_and_protocol) {
  const std::string origin = "Origin: http://" + host_ + "\r\n";
  const std::string protocol = "Sec-WebSocket-Protocol: masthead.v1\r\n";
  const auto upgrade = [&](const std::string& headers, const std::string& method = "GET") {
    return ask(method + " /api/live HTTP/1.1\r\nHost: " + host_ +
               "\r\nUpgrade: websocket\r\nConnection: Upgrade, close\r\nSec-WebSocket-Version: 13"
               "\r\nSec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n" +
               headers + "\r\n");
  };
  EXPECT_EQ(upgrade(cookie() + protocol).status(), 403) << "no Origin is no page of ours";
  EXPECT_EQ(upgrade(cookie() + protocol + "Origin: http://evil.example\r\n").status(), 403);
  EXPECT_EQ(upgrade(origin + protocol).status(), 401);
  EXPECT_EQ(upgrade(origin + cookie()).status(), 400);
  EXPECT_EQ(upgrade(origin + cookie() + protocol, "POST").status(), 405);
  EXPECT_EQ(ask(request("/api/live", cookie() + origin)).status(), 426);
  // A socket that is opened is ended by a frame that is not masked.
  EXPECT_EQ(ask("GET /api/live HTTP/1.1\r\nHost: " + host_ + "\r\n" + origin + cookie() + protocol +
                "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\n\r\n\x81\x01x")
                .status(),
            101);
}

TEST_F(ConsoleTest, methods_and_addresses_that_there_are_not_are_said) {
  for (const char* method : {"POST", "PUT", "DELETE", "OPTIONS", "TRACE", "PATCH"}) {
    const Reply refused = ask(request("/api/meta", cookie(), method));
    EXPECT_EQ(refused.status(), 405) << method;
    EXPECT_EQ(refused.header("allow"), "GET, HEAD");
  }
  const Reply head = ask(request("/healthz", "", "HEAD"));
  EXPECT_EQ(head.status(), 200);
  EXPECT_EQ(head.header("content-length"), "3");
  EXPECT_EQ(head.body, "");
  EXPECT_EQ(ask(request("/api/nothing", cookie())).status(), 404);
  EXPECT_EQ(ask(request("/assets/../../etc/passwd")).status(), 404);
  EXPECT_EQ(ask(request("/healthz")).body, "ok\n");
}

TEST_F(ConsoleTest, lives_under_its_base_path_only) {
  open("/tools/m/");
  EXPECT_EQ(ask(request("/tools/m/healthz")).status(), 200);
  EXPECT_EQ(ask(request("/tools/m/login?secret=s3cret")).header("location"), "/tools/m/");
  EXPECT_NE(
      ask(request("/tools/m/login?secret=s3cret")).header("set-cookie").find("Path=/tools/m/;"),
      std::string::npos);
  for (const char* target : {"/", "/healthz", "/tools/m", "/login?secret=s3cret", "/api/meta"}) {
    const Reply outside = ask(request(target, cookie()));
    EXPECT_EQ(outside.status(), 404) << target;
    EXPECT_NE(outside.body.find("This console lives under /tools/m/"), std::string::npos);
  }
}

TEST_F(ConsoleTest, search_and_yaml_say_what_is_wrong_with_a_question) {
  cluster_.put("a", "web");
  EXPECT_NE(ask(request("/api/search?q=web", cookie())).body.find("\"web\""), std::string::npos);
  const std::string at_limit(limits::kFilterBytes, 'x');
  EXPECT_EQ(ask(request("/api/search?q=" + at_limit, cookie())).status(), 200);
  const Reply past = ask(request("/api/search?q=x" + at_limit, cookie()));
  EXPECT_EQ(past.status(), 413);
  EXPECT_NE(past.body.find("longer than 1,024 bytes"), std::string::npos);
  EXPECT_EQ(ask(request("/api/yaml?table=things", cookie())).status(), 400);
  EXPECT_NE(ask(request("/api/yaml?table=things&namespace=a&name=web", cookie()))
                .body.find("\"resourceVersion\":\"7\""),
            std::string::npos);
  fail_yaml_ = true;
  const Reply refused = ask(request("/api/yaml?table=things&namespace=a&name=web", cookie()));
  EXPECT_EQ(refused.status(), 403);
  EXPECT_NE(refused.body.find("not yours"), std::string::npos);
}

TEST_F(ConsoleTest, heads_and_bodies_have_limits) {
  const auto padded = [&](size_t size) {
    const std::string rest = request("/healthz", "X: \r\n");
    return request("/healthz", "X: " + std::string(size - rest.size(), 'x') + "\r\n");
  };
  EXPECT_EQ(ask(padded(limits::kRequestHeaderBytes)).status(), 200);
  EXPECT_EQ(ask(padded(limits::kRequestHeaderBytes + 1)).status(), 431);
  const auto with_body = [&](size_t size) {
    return request("/healthz", "Content-Length: " + std::to_string(size) + "\r\n", "POST") +
           std::string(size, 'x');
  };
  EXPECT_EQ(ask(with_body(limits::kRequestBodyBeforeLoginBytes)).status(), 405);
  EXPECT_EQ(ask(with_body(limits::kRequestBodyBeforeLoginBytes + 1)).status(), 413);
}

TEST_F(ConsoleTest, several_requests_share_a_connection) {
  const std::string one = "GET /healthz HTTP/1.1\r\nHost: " + host_ + "\r\n\r\n";
  const std::string got = exchange(one + one + request("/healthz"));
  size_t answers = 0;
  for (size_t at = 0; (at = got.find("HTTP/1.1 200", at)) != std::string::npos; ++at) ++answers;
  EXPECT_EQ(answers, 3u);
}

TEST_F(ConsoleTest, a_request_that_drips_in_is_given_up) {
  step_ms_ = 100;
  const int64_t begin = clock_.monotonic_ms();
  EXPECT_EQ(exchange("GET / HTTP/1.1\r\nHost: "), "");
  EXPECT_LE(clock_.monotonic_ms() - begin, limits::kRequestHeaderTimeoutMs + 2'000);
  const int64_t silent = clock_.monotonic_ms();
  EXPECT_EQ(exchange(""), "");
  EXPECT_LE(clock_.monotonic_ms() - silent, limits::kKeepAliveMs + 2'000);
}

TEST_F(ConsoleTest, serves_as_many_connections_as_its_limit_and_goes_on_when_one_ends) {
  rlimit files{};
  ASSERT_EQ(::getrlimit(RLIMIT_NOFILE, &files), 0);
  const rlim_t needed = 2 * limits::kServerConnections + 200;
  if (files.rlim_max < needed) GTEST_SKIP() << "this machine allows " << files.rlim_max << " files";
  files.rlim_cur = std::max(files.rlim_cur, needed);
  ASSERT_EQ(::setrlimit(RLIMIT_NOFILE, &files), 0);

  std::vector<std::unique_ptr<net::ByteStream>> open;
  const auto connect = [&] {
    const auto connecting =
        net::connect_tcp(loop_, "127.0.0.1", console_->port(),
                         [&](auto stream) { open.push_back(std::move(stream).value()); });
    const size_t before = open.size();
    ASSERT_TRUE(loop_.drive_until([&] { return open.size() > before; }));
  };
  while (open.size() < limits::kServerConnections - 1) connect();
  EXPECT_EQ(ask(request("/api/meta", cookie())).status(), 200) << "the last one that fits";
  connect();
  EXPECT_EQ(exchange(request("/api/meta", cookie())), "") << "one past the limit is closed";
  open.pop_back();
  EXPECT_EQ(ask(request("/api/meta", cookie())).status(), 200);
}

TEST_F(ConsoleTest, listens_on_loopback_only_and_says_when_the_port_is_taken) {
  const auto opened = [&](const std::string& address, uint16_t port) {
    ConsoleOptions options;
    options.address = address;
    options.port = port;
    return Console::open(loop_, cluster_, {}, nullptr, std::move(options));
  };
  for (const char* address : {"0.0.0.0", "::", "192.0.2.1", ""}) {
    const auto refused = opened(address, 0);
    ASSERT_FALSE(refused) << address;
    EXPECT_NE(refused.error().text.find("loopback only"), std::string::npos);
    EXPECT_NE(refused.error().hint.find("SSH tunnel"), std::string::npos);
  }
  const auto taken = opened("127.0.0.1", console_->port());
  ASSERT_FALSE(taken);
  EXPECT_NE(taken.error().text.find(host_), std::string::npos) << taken.error().text;
  EXPECT_FALSE(taken.error().hint.empty());
}

TEST_F(ConsoleTest, only_our_own_page_may_ask_for_anything_to_be_done) {
  const std::string body = R"({"action":"x","objects":[{"table":"things","name":"a"}]})";
  const auto post = [&](const std::string& target, const std::string& more) {
    return ask("POST " + target + " HTTP/1.1\r\nHost: " + host_ + "\r\n" + more +
               "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
               body)
        .status();
  };
  const std::string origin = "Origin: http://" + host_ + "\r\n";
  const std::string json = "Content-Type: application/json\r\n";
  for (const char* target : {"/api/operations", "/api/offers", "/api/operations/give-up"}) {
    EXPECT_EQ(post(target, origin + cookie() + json), 501) << "there are no operations here";
    EXPECT_EQ(post(target, cookie() + json), 403) << "no origin";
    EXPECT_EQ(post(target, "Origin: http://evil.example\r\n" + cookie() + json), 403);
    EXPECT_EQ(post(target, "Origin: null\r\n" + cookie() + json), 403);
    EXPECT_EQ(post(target, origin + json), 401) << "no session";
    EXPECT_EQ(post(target, origin + cookie() + "Content-Type: text/plain\r\n"), 415);
    EXPECT_EQ(post(target, origin + cookie()), 415);
    EXPECT_EQ(ask(request(target, cookie())).status(), 404) << "not by GET";
  }
  EXPECT_EQ(post("/api/meta", origin + cookie() + json), 405);
  EXPECT_EQ(ask(request("/api/audit", cookie())).status(), 501);
  EXPECT_EQ(ask(request("/api/audit")).status(), 401);
}

TEST_F(ConsoleTest, releases_are_read_by_those_with_a_session_and_nothing_of_them_is_stored) {
  const std::string address = "namespace=a&name=shop";
  const Reply contents = ask(request("/api/release/contents?revision=2&" + address, cookie()));
  EXPECT_EQ(contents.body,
            R"({"release":{"revision":2},"objects":[{"ref":{"group":"","kind":"Thing",)"
            R"("namespace":"a","name":"one"}}]})");
  EXPECT_EQ(contents.header("cache-control"), "no-store");
  EXPECT_EQ(releases_.asked, "a/shop v2");
  const Reply denied = ask(request("/api/release/values?" + address, cookie()));
  EXPECT_EQ(denied.status(), 403);
  EXPECT_TRUE(denied.body.contains(R"("params":{"role":"kind: Role"})"));
  EXPECT_EQ(ask(request("/api/release/diff?from=1&to=2&" + address, cookie())).body, "[1,2]");
  EXPECT_EQ(ask(request("/api/release/diff?" + address, cookie())).status(), 400);
  EXPECT_EQ(ask(request("/api/substitutions?" + address, cookie())).body, R"("a/shop")");
  EXPECT_EQ(ask(request("/api/substitutions?name=shop", cookie())).status(), 400);
  EXPECT_EQ(ask(request("/api/substitutions?" + address)).status(), 401);
  EXPECT_EQ(ask(request("/api/release/contents?name=shop", cookie())).status(), 400);
  EXPECT_EQ(ask(request("/api/release/other?" + address, cookie())).status(), 404);
  EXPECT_EQ(ask(request("/api/release/contents?" + address)).status(), 401);
}

TEST_F(ConsoleTest, a_value_is_revealed_to_our_own_page_alone) {
  const auto post = [&](const std::string& more, const std::string& body) {
    return ask("POST /api/release/reveal HTTP/1.1\r\nHost: " + host_ + "\r\n" + more +
               "Content-Length: " + std::to_string(body.size()) + "\r\nConnection: close\r\n\r\n" +
               body);
  };
  const std::string body = R"({"namespace":"a","name":"shop","path":["x",0]})";
  const std::string origin = "Origin: http://" + host_ + "\r\n";
  const std::string json = "Content-Type: application/json\r\n";
  EXPECT_EQ(post(cookie() + json, body).status(), 403) << "no origin";
  EXPECT_EQ(post("Origin: http://evil.example\r\n" + cookie() + json, body).status(), 403);
  EXPECT_EQ(post(origin + json, body).status(), 401) << "no session";
  EXPECT_EQ(post(origin + cookie(), body).status(), 415);
  EXPECT_EQ(releases_.asked, "");
  const Reply revealed = post(origin + cookie() + json, body);
  EXPECT_EQ(revealed.body, R"({"value":"swordfish"})");
  EXPECT_EQ(revealed.header("cache-control"), "no-store");
  EXPECT_EQ(releases_.asked, "reveal 2");
  for (const char* wrong :
       {"{", R"({"namespace":"a","name":"shop","path":[]})",
        R"({"namespace":"a","name":"shop","path":[-1]})", R"({"namespace":"a","path":["x"]})"}) {
    EXPECT_EQ(post(origin + cookie() + json, wrong).status(), 400) << wrong;
  }
}

}  // namespace
}  // namespace masthead::server
