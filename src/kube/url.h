// The URL of an API server, and escaping of what goes into paths and queries (RFC 3986).
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace masthead::kube {

struct Url {
  bool https = true;
  std::string host;  // without brackets
  uint16_t port = 443;
  std::string prefix;  // "/k8s/clusters/c-1", without a slash at its end

  std::string authority() const;  // "host:port" as it was meant: brackets, no default port
  std::string text() const;
  bool is_loopback() const;
};

// "https://host:port/prefix?query": the prefix is kept, a query dropped, as client-go does. A
// server without a scheme is taken as https when it has a port of its own, as kubectl does.
base::Result<Url> parse_url(std::string_view text);

// $NO_PROXY's comma-separated hosts, ".suffixes", "*" and "host:port".
bool is_exempt_from_proxy(const Url& url, std::string_view exempt);

// Escapes all but unreserved characters.
std::string escape_component(std::string_view text);

}  // namespace masthead::kube
