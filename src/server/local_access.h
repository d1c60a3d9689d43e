// Who may talk to a console that listens on loopback: one user, known by a secret of this console.
// It outlives the process, so that an open tab survives a restart: docs/architecture.md, "Where
// this differs from the first design, and why".
//
// "Localhost is no boundary" (CVE-2021-44458, CVE-2020-15391, GHSA-gpjj-rqgr-4pqp): any web page
// the person visits can reach this port, and DNS can be made to point at it. So every request must
// name one of our own hosts exactly, every WebSocket and every cross-site request one of our own
// origins, and everything under /api needs the cookie that only the opened URL's secret gives.
//
// Pure and immutable: any thread.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "proto/http1_request.h"

namespace masthead::server {

class LocalAccess {
 public:
  // `port` is part of the cookie's name, since cookies ignore ports.
  LocalAccess(std::string secret, uint16_t port, std::string base_path);

  // Nothing when the request may go on; otherwise why not: kInvalid for a foreign Host, kForbidden
  // for a foreign Origin.
  std::optional<base::Error> check_source(const proto::Request& request, bool websocket) const;
  bool has_session(const proto::Request& request) const;
  bool is_secret(std::string_view secret) const;
  std::string set_cookie() const;

 private:
  std::string secret_;
  std::string cookie_;
  std::string path_;
  std::vector<std::string> hosts_;
};

// Compares in time that depends on the lengths only.
bool equal_in_constant_time(std::string_view a, std::string_view b);

}  // namespace masthead::server
