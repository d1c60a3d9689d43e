#include "kube/url.h"

#include <charconv>

namespace masthead::kube {
namespace {

bool is_host_char(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '.' ||
         c == '-' || c == '_';
}

std::unexpected<base::Error> bad(std::string_view text, const char* why) {
  return base::fail(base::ErrorCode::kInvalid,
                    "the server address \"" + std::string(text) + "\" is malformed: " + why,
                    "It looks like https://host:6443.");
}

}  // namespace

std::string Url::authority() const {
  const std::string shown = host.find(':') == std::string::npos ? host : "[" + host + "]";
  const bool is_default = port == (https ? 443 : 80);
  return is_default ? shown : shown + ":" + std::to_string(port);
}

std::string Url::text() const {
  return (https ? "https://" : "http://") + authority() + prefix;
}

bool Url::is_loopback() const {
  return host == "localhost" || host.ends_with(".localhost") || host == "::1" ||
         host.starts_with("127.");
}

base::Result<Url> parse_url(std::string_view text) {
  Url url;
  std::string_view rest = text;
  if (rest.empty()) return bad(text, "it is empty");
  if (rest.starts_with("https://")) {
    rest.remove_prefix(8);
  } else if (rest.starts_with("http://")) {
    rest.remove_prefix(7);
    url.https = false;
    url.port = 80;
  } else if (rest.find("://") != std::string_view::npos) {
    return bad(text, "it is neither https nor http");
  } else {
    // restclient's DefaultServerURL: "http://" unless TLS is configured; credentials would be
    // dropped then, so nobody means it.
    url.https = true;
  }
  const size_t end = std::min(rest.find_first_of("/?#"), rest.size());
  std::string_view authority = rest.substr(0, end);
  rest.remove_prefix(end);
  if (authority.find('@') != std::string_view::npos) return bad(text, "it holds a user name");
  std::string_view port;
  if (authority.starts_with('[')) {
    const size_t close = authority.find(']');
    if (close == std::string_view::npos) return bad(text, "a bracket is not closed");
    url.host = authority.substr(1, close - 1);
    port = authority.substr(close + 1);
    if (url.host.find_first_not_of("0123456789abcdefABCDEF:.") != std::string::npos) {
      return bad(text, "its IPv6 address");
    }
  } else {
    const size_t colon = std::min(authority.find(':'), authority.size());
    url.host = authority.substr(0, colon);
    port = authority.substr(colon);
    for (const char c : url.host) {
      if (!is_host_char(c)) return bad(text, "its host name");
    }
  }
  if (url.host.empty()) return bad(text, "it names no host");
  if (!port.empty()) {
    const auto [at, error] = std::from_chars(port.data() + 1, port.data() + port.size(), url.port);
    if (port[0] != ':' || error != std::errc() || at != port.data() + port.size() ||
        url.port == 0) {
      return bad(text, "its port");
    }
  }
  std::string_view prefix = rest.substr(0, rest.find_first_of("?#"));
  while (prefix.ends_with('/')) prefix.remove_suffix(1);
  for (const char c : prefix) {
    if (c <= 0x20 || c >= 0x7F) return bad(text, "its path");
  }
  url.prefix = prefix;
  return url;
}

bool is_exempt_from_proxy(const Url& url, std::string_view exempt) {
  while (!exempt.empty()) {
    const size_t comma = std::min(exempt.find(','), exempt.size());
    std::string_view one = exempt.substr(0, comma);
    exempt.remove_prefix(std::min(comma + 1, exempt.size()));
    while (one.starts_with(' ')) one.remove_prefix(1);
    while (one.ends_with(' ')) one.remove_suffix(1);
    if (one.empty()) continue;
    if (one == "*" || one == url.host || one == url.host + ":" + std::to_string(url.port))
      return true;
    const std::string suffix = (one.starts_with('.') ? "" : ".") + std::string(one);
    if (url.host.ends_with(suffix)) return true;
  }
  return false;
}

std::string escape_component(std::string_view text) {
  static constexpr char kDigits[] = "0123456789ABCDEF";
  std::string out;
  for (const char c : text) {
    if (is_host_char(c) || c == '~') {
      out += c;
    } else {
      const auto byte = static_cast<unsigned char>(c);
      ((out += '%') += kDigits[byte >> 4]) += kDigits[byte & 15];
    }
  }
  return out;
}

}  // namespace masthead::kube
