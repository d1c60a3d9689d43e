#include "server/local_access.h"

#include <algorithm>

namespace masthead::server {

bool equal_in_constant_time(std::string_view a, std::string_view b) {
  if (a.size() != b.size()) return false;
  unsigned char difference = 0;
  for (size_t i = 0; i < a.size(); ++i) {
    difference |= static_cast<unsigned char>(a[i] ^ b[i]);
  }
  return difference == 0;
}

LocalAccess::LocalAccess(std::string secret, uint16_t port, std::string base_path)
    : secret_(std::move(secret)),
      cookie_("masthead-" + std::to_string(port)),
      path_(std::move(base_path)) {
  for (const char* host : {"127.0.0.1", "localhost", "[::1]"}) {
    hosts_.push_back(std::string(host) + ":" + std::to_string(port));
  }
}

std::optional<base::Error> LocalAccess::check_source(const proto::Request& request,
                                                     bool websocket) const {
  const auto ours = [&](std::string_view host) {
    return std::find(hosts_.begin(), hosts_.end(), host) != hosts_.end();
  };
  if (proto::count_header(request.headers, "host") != 1 || !ours(request.header("host"))) {
    return base::Error{base::ErrorCode::kInvalid,
                       "This address is not one Masthead answers for.",
                       "Open the URL that masthead printed.",
                       {},
                       0};
  }
  const bool has_origin = proto::count_header(request.headers, "origin") > 0;
  if (has_origin || websocket) {
    const std::string_view origin = request.header("origin");
    const bool same = proto::count_header(request.headers, "origin") == 1 &&
                      origin.starts_with("http://") && origin.substr(7) == request.header("host");
    if (!same) {
      return base::Error{
          base::ErrorCode::kForbidden, "Another site may not use this console.", "", {}, 0};
    }
  }
  const std::string_view site = request.header("sec-fetch-site");
  if (!site.empty() && site != "same-origin" && site != "none") {
    // A link from elsewhere may open the page; it may not read data.
    const bool opens_page = request.header("sec-fetch-mode") == "navigate" &&
                            request.header("sec-fetch-dest") == "document";
    if (!opens_page) {
      return base::Error{
          base::ErrorCode::kForbidden, "Another site may not use this console.", "", {}, 0};
    }
  }
  return std::nullopt;
}

bool LocalAccess::is_secret(std::string_view secret) const {
  return !secret_.empty() && equal_in_constant_time(secret, secret_);
}

bool LocalAccess::has_session(const proto::Request& request) const {
  for (const auto& [name, value] : request.headers) {
    if (!proto::equal_without_case(name, "cookie")) continue;
    std::string_view rest = value;
    while (!rest.empty()) {
      const size_t end = std::min(rest.find(';'), rest.size());
      std::string_view pair = rest.substr(0, end);
      while (!pair.empty() && pair.front() == ' ') pair.remove_prefix(1);
      if (pair.size() > cookie_.size() && pair.starts_with(cookie_) &&
          pair[cookie_.size()] == '=' && is_secret(pair.substr(cookie_.size() + 1))) {
        return true;
      }
      rest.remove_prefix(std::min(end + 1, rest.size()));
    }
  }
  return false;
}

std::string LocalAccess::set_cookie() const {
  return cookie_ + "=" + secret_ + "; Path=" + path_ + "; HttpOnly; SameSite=Strict";
}

}  // namespace masthead::server
