// "Impersonate-User", "-Group", "-Uid" and "-Extra-…": who a request wants to be taken for. Each
// needs the verb "impersonate" on what it names (Kubernetes: Authenticating, "User impersonation").
#include <algorithm>
#include <cctype>

#include "base/split.h"
#include "sim/api_server.h"

namespace masthead::sim {
namespace {

constexpr std::string_view kExtra = "impersonate-extra-";
constexpr std::string_view kServiceAccount = "system:serviceaccount:";

std::string lower(std::string text) {
  std::ranges::transform(text, text.begin(), [](unsigned char c) { return std::tolower(c); });
  return text;
}

// What has to be allowed, one question a header.
std::vector<Attributes> questions_of(const ApiRequest& request) {
  std::vector<Attributes> questions;
  for (const auto& [field, value] : request.headers) {
    const std::string name = lower(field);
    Attributes wanted;
    wanted.verb = "impersonate";
    wanted.name = value;
    if (name == "impersonate-user") {
      wanted.plural = "users";
      if (value.starts_with(kServiceAccount)) {
        const auto parts = base::split(value.substr(kServiceAccount.size()), ':');
        wanted.plural = "serviceaccounts";
        wanted.ns = parts.empty() ? "" : parts.front();
        wanted.name = parts.size() < 2 ? "" : parts[1];
      }
    } else if (name == "impersonate-group") {
      wanted.plural = "groups";
    } else if (name == "impersonate-uid") {
      wanted.group = "authentication.k8s.io";
      wanted.plural = "uids";
    } else if (name.starts_with(kExtra)) {
      wanted.group = "authentication.k8s.io";
      wanted.plural = "userextras";
      wanted.subresource = name.substr(kExtra.size());
    } else {
      continue;
    }
    questions.push_back(std::move(wanted));
  }
  return questions;
}

}  // namespace

Outcome<User> ApiServer::impersonated(const ApiRequest& request, User user) const {
  const std::vector<Attributes> questions = questions_of(request);
  if (questions.empty()) return user;
  User other;
  other.name = request.header("impersonate-user");
  if (other.name.empty()) {
    return refuse(bad_request("groups, a UID or extra fields are asked for without a user"));
  }
  std::string account_ns;
  for (const Attributes& wanted : questions) {
    if (!authorizer_.allows(user, wanted)) return refuse(forbidden_request(user, wanted));
    if (wanted.plural == "groups") other.groups.push_back(wanted.name);
    if (wanted.plural == "uids") other.uid = wanted.name;
    if (wanted.plural == "serviceaccounts") account_ns = wanted.ns;
  }
  if (other.groups.empty() && !account_ns.empty()) {
    other.groups = {"system:serviceaccounts", "system:serviceaccounts:" + account_ns};
  }
  const char* known =
      other.name == "system:anonymous" ? "system:unauthenticated" : "system:authenticated";
  if (std::ranges::find(other.groups, known) == other.groups.end()) {
    other.groups.emplace_back(known);
  }
  return other;
}

}  // namespace masthead::sim
