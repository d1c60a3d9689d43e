#include "flux/masking.h"

#include <algorithm>

namespace masthead::flux {
namespace {

constexpr std::string_view kMask = "•••";
constexpr std::string_view kHook = "/hook/";

bool is_alphanumeric(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9');
}
bool is_of_scheme(char c) {
  return is_alphanumeric(c) || c == '+' || c == '-' || c == '.';
}
bool is_of_host(char c) {
  return is_alphanumeric(c) || std::string_view("-._:[]").contains(c);
}
bool ends_url(char c) {
  return static_cast<unsigned char>(c) <= ' ' || std::string_view("\"'<>`").contains(c);
}

void add(Secrets& secrets, std::string_view text, std::string shown) {
  if (!text.empty() && text != shown) secrets.emplace_back(text, std::move(shown));
}

void add_all(Secrets& secrets, Secrets more) {
  std::ranges::move(more, std::back_inserter(secrets));
}

// Controllers quote in their messages what they were given.
void add_messages(Secrets& secrets, const json::Value& object) {
  for (const json::Value condition : object["status"]["conditions"].items()) {
    add_all(secrets, secrets_in_text(condition["message"].str()));
  }
}

// What has no scheme is no URL of Flux, but somebody may have written credentials all the same.
std::string masked_without_scheme(std::string_view text) {
  const size_t query = text.find('?');
  std::string_view shown = text.substr(0, query);
  std::string masked;
  const size_t at = shown.rfind('@');
  // git@host:path names a user alone.
  if (at != std::string_view::npos && shown.substr(0, at).contains(':')) {
    masked += kMask;
    shown.remove_prefix(at);
  }
  masked += shown;
  if (query != std::string_view::npos) masked.append("?").append(kMask);
  return masked;
}

}  // namespace

std::string masked_url(std::string_view url) {
  const size_t scheme = url.find("://");
  if (scheme == std::string_view::npos ||
      !std::ranges::all_of(url.substr(0, scheme), is_of_scheme)) {
    return masked_without_scheme(url);
  }
  const size_t host = scheme + 3;
  const size_t path = url.find_first_of("/?#", host);
  const size_t at = url.substr(0, path).rfind('@');
  std::string masked(url.substr(0, host));
  if (at == std::string_view::npos || at < host) {
    masked += url.substr(host);
  } else {
    const std::string_view user = url.substr(host, at - host);
    // ssh://git@host: a user without a password is no secret.
    if (user.find(':') == std::string_view::npos && url.starts_with("ssh://")) {
      masked += user;
    } else {
      masked += kMask;
    }
    masked += url.substr(at);
  }
  // Tokens travel in queries as well.
  if (const size_t query = masked.find('?'); query != std::string::npos) {
    masked.resize(query);
    masked += "?";
    masked += kMask;
  }
  return masked;
}

std::string masked_address(std::string_view address) {
  if (address.empty()) return {};
  const size_t scheme = address.find("://");
  if (scheme == std::string_view::npos ||
      !std::ranges::all_of(address.substr(0, scheme), is_of_scheme)) {
    return std::string(kMask);
  }
  std::string shown(address.substr(0, scheme + 3));
  const std::string_view rest = address.substr(scheme + 3);
  const size_t path = rest.find_first_of("/?#\\");
  std::string_view host = rest.substr(0, path);
  const bool has_user = host.contains('@');
  if (has_user) host.remove_prefix(host.rfind('@') + 1);
  if (!std::ranges::all_of(host, is_of_host)) return shown.append(kMask);
  shown += host;
  const bool has_path = path != std::string_view::npos && path + 1 < rest.size();
  return has_path || has_user ? shown.append("/").append(kMask) : shown;
}

std::string masked_hook_path(std::string_view path) {
  if (path.empty()) return {};
  return std::string(path.starts_with(kHook) ? kHook : "").append(kMask);
}

Secrets secrets_in_text(std::string_view text) {
  Secrets found;
  for (size_t at = text.find("://"); at != std::string_view::npos; at = text.find("://", at + 3)) {
    size_t begin = at, end = at;
    while (begin > 0 && is_of_scheme(text[begin - 1])) --begin;
    while (end < text.size() && !ends_url(text[end])) ++end;
    const std::string_view url = text.substr(begin, end - begin);
    add(found, url, masked_address(url));
  }
  for (size_t at = text.find(kHook); at != std::string_view::npos; at = text.find(kHook, at + 1)) {
    size_t end = at + kHook.size();
    while (end < text.size() && is_alphanumeric(text[end])) ++end;
    const std::string_view path = text.substr(at, end - at);
    if (path.size() > kHook.size()) add(found, path, masked_hook_path(path));
  }
  return found;
}

Secrets secrets_of(std::string_view kind, const json::Value& object) {
  Secrets secrets;
  const auto spec = object["spec"];
  if (kind == "Provider") {
    for (const char* field : {"address", "proxy"}) {
      add(secrets, spec[field].str(), masked_address(spec[field].str()));
    }
    add_messages(secrets, object);
  } else if (kind == "Receiver") {
    for (const char* field : {"webhookPath", "url"}) {
      const auto path = object["status"][field].str();
      add(secrets, path, masked_hook_path(path));
    }
    add_messages(secrets, object);
  } else {
    // FluxInstance says where it syncs from in sync.url, FluxReport in sync.source.
    for (const json::Value& url : {spec["url"], spec["sync"]["url"], spec["sync"]["source"],
                                   spec["endpoint"], spec["sts"]["endpoint"]}) {
      add(secrets, url.str(), masked_url(url.str()));
    }
  }
  return secrets;
}

}  // namespace masthead::flux
