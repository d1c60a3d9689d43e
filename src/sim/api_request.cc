#include "sim/api_request.h"

#include <algorithm>

#include "proto/percent.h"

namespace masthead::sim {
namespace {

std::vector<std::string> path_parts(std::string_view path) {
  std::vector<std::string> parts;
  while (!path.empty()) {
    const size_t slash = std::min(path.find('/'), path.size());
    if (slash > 0) parts.push_back(proto::percent_decoded(path.substr(0, slash), false));
    path.remove_prefix(std::min(slash + 1, path.size()));
  }
  return parts;
}

void read_query(ApiRequest& request, std::string_view query) {
  while (!query.empty()) {
    const size_t end = std::min(query.find('&'), query.size());
    const std::string_view pair = query.substr(0, end);
    const size_t equals = std::min(pair.find('='), pair.size());
    request.query.emplace(
        proto::percent_decoded(pair.substr(0, equals), true),
        proto::percent_decoded(pair.substr(std::min(equals + 1, pair.size())), true));
    query.remove_prefix(std::min(end + 1, query.size()));
  }
}

// "The special verbs" of RequestInfoFactory.NewRequestInfo.
std::string verb_of(const ApiRequest& request) {
  if (request.method == "POST") return "create";
  if (request.method == "PUT") return "update";
  if (request.method == "PATCH") return "patch";
  const bool named = !request.name.empty();
  if (request.method == "DELETE") return named ? "delete" : "deletecollection";
  if (request.method == "GET" || request.method == "HEAD") {
    if (request.truth("watch") && request.subresource.empty()) return "watch";
    return named ? "get" : "list";
  }
  return "";
}

void read_resource(ApiRequest& request, const std::vector<std::string>& parts, size_t at) {
  if (parts.size() > at + 1 && parts[at] == "namespaces") {
    request.ns = parts[at + 1];
    // /namespaces/NAME, /namespaces/NAME/status and /finalize are of the Namespace itself.
    const bool of_itself =
        parts.size() == at + 2 ||
        (parts.size() == at + 3 && (parts[at + 2] == "status" || parts[at + 2] == "finalize"));
    if (of_itself && request.group.empty()) {
      request.plural = "namespaces";
      request.name = parts[at + 1];
      if (parts.size() == at + 3) request.subresource = parts[at + 2];
      return;
    }
    at += 2;
  }
  if (parts.size() > at) request.plural = parts[at];
  if (parts.size() > at + 1) request.name = parts[at + 1];
  if (parts.size() > at + 2) request.subresource = parts[at + 2];
  for (size_t i = at + 3; i < parts.size(); ++i) request.subresource += "/" + parts[i];
}

}  // namespace

std::string_view ApiRequest::parameter(std::string_view key) const {
  const auto found = query.find(std::string(key));
  return found == query.end() ? std::string_view() : std::string_view(found->second);
}

bool ApiRequest::truth(std::string_view key) const {
  if (!has_parameter(key)) return false;
  const std::string_view value = parameter(key);
  return value != "false" && value != "0";
}

void read_target(ApiRequest& request) {
  const std::string_view target = request.target;
  const size_t question = std::min(target.find('?'), target.size());
  request.path = target.substr(0, question);
  read_query(request, target.substr(std::min(question + 1, target.size())));
  const std::vector<std::string> parts = path_parts(request.path);
  request.verb = request.method;
  for (char& c : request.verb) c = static_cast<char>(c >= 'A' && c <= 'Z' ? c + 32 : c);
  if (parts.size() >= 3 && parts[0] == "api") {
    request.is_resource = true;
    request.version = parts[1];
    read_resource(request, parts, 2);
  } else if (parts.size() >= 4 && parts[0] == "apis") {
    request.is_resource = true;
    request.group = parts[1];
    request.version = parts[2];
    read_resource(request, parts, 3);
  }
  if (request.is_resource) request.verb = verb_of(request);
}

}  // namespace masthead::sim
