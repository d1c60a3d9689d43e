// What the page asks about the releases of HelmReleases and the variables of Kustomizations
// (api/openapi.yaml). Who may ask is decided before (console.cc); what he may see, by the API
// server.
//
// Threading: the server's loop.
#pragma once

#include <memory>
#include <string_view>

#include "host/releases.h"
#include "server/http_server.h"
#include "server/live_hub.h"
#include "server/target.h"

namespace masthead::server {

class ReleasesApi {
 public:
  // `releases` may be null.
  ReleasesApi(net::Loop& loop, LiveHub& hub, host::Releases* releases)
      : loop_(loop), hub_(hub), releases_(releases) {}

  static bool takes(std::string_view path) {
    return path.starts_with("api/release/") || path == "api/substitutions";
  }
  void get(const Target& target, HttpServer::Reply reply);
  void post(std::string_view path, std::string_view body, HttpServer::Reply reply);

 private:
  template <typename T, typename Write>
  auto later(HttpServer::Reply reply, Write write);
  std::string contents_json(const host::ReleaseContents& contents) const;

  net::Loop& loop_;
  LiveHub& hub_;
  host::Releases* releases_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::server
