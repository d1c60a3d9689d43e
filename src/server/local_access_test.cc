#include "server/local_access.h"

#include <gtest/gtest.h>

namespace masthead::server {
namespace {

proto::Request request(proto::Headers headers) {
  proto::Request made;
  made.method = "GET";
  made.target = "/api/meta";
  made.headers = std::move(headers);
  return made;
}

const LocalAccess kAccess("s3cret", 8765, "/");

TEST(LocalAccess, answers_only_to_its_own_names) {
  for (const char* host : {"127.0.0.1:8765", "localhost:8765", "[::1]:8765"}) {
    EXPECT_FALSE(kAccess.check_source(request({{"host", host}}), false).has_value()) << host;
  }
  for (const char* host : {"evil.example:8765", "127.0.0.1:80", "127.0.0.1", "localhost.:8765",
                           "127.0.0.1:8765.evil.example", ""}) {
    EXPECT_TRUE(kAccess.check_source(request({{"host", host}}), false).has_value()) << host;
  }
  EXPECT_TRUE(
      kAccess.check_source(request({{"host", "127.0.0.1:8765"}, {"host", "127.0.0.1:8765"}}), false)
          .has_value());
}

TEST(LocalAccess, a_websocket_needs_exactly_its_own_origin) {
  const auto refused = [](const char* origin) {
    return kAccess.check_source(request({{"host", "127.0.0.1:8765"}, {"origin", origin}}), true)
        .has_value();
  };
  EXPECT_FALSE(refused("http://127.0.0.1:8765"));
  for (const char* origin : {"http://localhost:8765", "https://127.0.0.1:8765", "null", "",
                             "http://127.0.0.1:8765.evil.example", "http://127.0.0.1:8766"}) {
    EXPECT_TRUE(refused(origin)) << origin;
  }
  EXPECT_TRUE(kAccess.check_source(request({{"host", "127.0.0.1:8765"}}), true).has_value())
      << "no Origin is no browser of ours";
}

TEST(LocalAccess, another_site_may_open_the_page_but_not_read) {
  const proto::Headers host{{"host", "127.0.0.1:8765"}};
  auto fetch = host;
  fetch.emplace_back("sec-fetch-site", "cross-site");
  EXPECT_TRUE(kAccess.check_source(request(fetch), false).has_value());
  fetch.emplace_back("sec-fetch-mode", "navigate");
  fetch.emplace_back("sec-fetch-dest", "document");
  EXPECT_FALSE(kAccess.check_source(request(fetch), false).has_value());
}

TEST(LocalAccess, the_cookie_is_named_by_port_and_holds_the_secret) {
  const auto session = [](const char* cookie) {
    return kAccess.has_session(request({{"cookie", cookie}}));
  };
  EXPECT_TRUE(session("a=b; masthead-8765=s3cret"));
  EXPECT_FALSE(session("masthead-8765=s3cre"));
  EXPECT_FALSE(session("masthead-8766=s3cret"));
  EXPECT_FALSE(session("xmasthead-8765=s3cret"));
  EXPECT_FALSE(kAccess.has_session(request({})));
  EXPECT_FALSE(LocalAccess("", 1, "/").is_secret("")) << "an empty secret opens nothing";
  EXPECT_NE(kAccess.set_cookie().find("HttpOnly; SameSite=Strict"), std::string::npos);
}

}  // namespace
}  // namespace masthead::server
