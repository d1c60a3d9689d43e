#include "sim/authorizer.h"

#include <fmt/format.h>

#include <algorithm>

namespace masthead::sim {
namespace {

constexpr const char* kRbac = "rbac.authorization.k8s.io";

bool holds(const std::vector<std::string>& list, std::string_view wanted) {
  return std::any_of(list.begin(), list.end(),
                     [&](const std::string& one) { return one == "*" || one == wanted; });
}

bool path_holds(const std::vector<std::string>& paths, std::string_view wanted) {
  return std::any_of(paths.begin(), paths.end(), [&](const std::string& path) {
    return path == wanted ||
           (path.ends_with('*') &&
            wanted.starts_with(std::string_view(path).substr(0, path.size() - 1)));
  });
}

bool permits(const Rule& rule, const Attributes& wanted) {
  if (!holds(rule.verbs, wanted.verb)) return false;
  if (!wanted.is_resource) return path_holds(rule.paths, wanted.path);
  const std::string resource =
      wanted.subresource.empty() ? wanted.plural : wanted.plural + "/" + wanted.subresource;
  const bool any_sub =
      !wanted.subresource.empty() && std::find(rule.resources.begin(), rule.resources.end(),
                                               "*/" + wanted.subresource) != rule.resources.end();
  if (!holds(rule.groups, wanted.group)) return false;
  if (!holds(rule.resources, resource) && !any_sub) return false;
  return rule.names.empty() ||
         std::find(rule.names.begin(), rule.names.end(), wanted.name) != rule.names.end();
}

std::vector<std::string> texts(const Document& rule, std::string_view key) {
  std::vector<std::string> out;
  if (const Items* items = items_at(rule, {key})) {
    for (const Document& item : *items) {
      if (item.is_string()) out.emplace_back(item.get_string().c_str());
    }
  }
  return out;
}

bool is_subject(const User& user, const Document& subject) {
  const std::string_view kind = text_at(subject, {"kind"});
  const std::string_view name = text_at(subject, {"name"});
  if (kind == "User") return name == user.name;
  if (kind == "Group") {
    return std::find(user.groups.begin(), user.groups.end(), name) != user.groups.end();
  }
  if (kind != "ServiceAccount") return false;
  return user.name ==
         fmt::format("system:serviceaccount:{}:{}", text_at(subject, {"namespace"}), name);
}

// What system:discovery and system:basic-user give to everybody who is known.
bool is_for_everybody(const Attributes& wanted) {
  if (wanted.is_resource) {
    return wanted.verb == "create" &&
           ((wanted.group == "authorization.k8s.io" && wanted.plural.starts_with("selfsubject")) ||
            (wanted.group == "authentication.k8s.io" && wanted.plural == "selfsubjectreviews"));
  }
  static const std::vector<std::string> kPaths = {"/api",       "/api/*",   "/apis",    "/apis/*",
                                                  "/healthz",   "/livez",   "/readyz",  "/openapi",
                                                  "/openapi/*", "/version", "/version/"};
  return wanted.verb == "get" && path_holds(kPaths, wanted.path);
}

// What system:public-info-viewer gives even to the unknown.
bool is_public(const Attributes& wanted) {
  static const std::vector<std::string> kPaths = {"/healthz", "/livez", "/readyz", "/version",
                                                  "/version/"};
  return !wanted.is_resource && wanted.verb == "get" && path_holds(kPaths, wanted.path);
}

std::string given_to_all(std::string_view role, bool known) {
  return fmt::format(
      "RBAC: allowed by ClusterRoleBinding \"{0}\" of ClusterRole \"{0}\" to Group "
      "\"system:{1}authenticated\"",
      role, known ? "" : "un");
}

// `RoleBinding "reader/team-a" of ClusterRole "view" to User "ann"`
std::string reason_of(const Document& binding, const Document& subject, const std::string& ns) {
  const std::string_view name = text_at(binding, {"metadata", "name"});
  const bool robot = text_at(subject, {"kind"}) == "ServiceAccount";
  return fmt::format(
      "RBAC: allowed by {} of {} \"{}\" to {} \"{}\"",
      ns.empty() ? fmt::format("ClusterRoleBinding \"{}\"", name)
                 : fmt::format("RoleBinding \"{}/{}\"", name, ns),
      text_at(binding, {"roleRef", "kind"}), text_at(binding, {"roleRef", "name"}),
      text_at(subject, {"kind"}),
      robot ? fmt::format("{}/{}", text_at(subject, {"name"}), text_at(subject, {"namespace"}))
            : std::string(text_at(subject, {"name"})));
}

}  // namespace

std::optional<std::string> Authorizer::reason_to_allow(const User& user,
                                                       const Attributes& wanted) const {
  const auto member = [&](const char* group) {
    return std::find(user.groups.begin(), user.groups.end(), group) != user.groups.end();
  };
  const bool known = member("system:authenticated");
  if (member("system:masters")) return "";
  if (is_public(wanted) && (known || member("system:unauthenticated"))) {
    return given_to_all("system:public-info-viewer", known);
  }
  if (known && is_for_everybody(wanted)) {
    return given_to_all(wanted.is_resource ? "system:basic-user" : "system:discovery", true);
  }
  for (const Rule& rule : rules_of(user, wanted.ns)) {
    if (permits(rule, wanted)) return rule.reason;
  }
  return std::nullopt;
}

std::vector<Rule> Authorizer::rules_of(const User& user, const std::string& ns) const {
  std::vector<Rule> rules;
  add_rules(rules, user, "clusterrolebindings", "");
  if (!ns.empty()) add_rules(rules, user, "rolebindings", ns);
  return rules;
}

void Authorizer::add_rules(std::vector<Rule>& rules, const User& user, const char* bindings,
                           const std::string& ns) const {
  const ResourceTypePtr type = types_.find(kRbac, bindings);
  const Store::Objects& all = store_.objects(*type);
  for (auto at = all.lower_bound({ns, ""}); at != all.end() && at->first.first == ns; ++at) {
    const auto binding_kept = at->second->parsed(*type);
    const Document& binding = *binding_kept;
    const Items* subjects = items_at(binding, {"subjects"});
    const Document* role = find(binding, {"roleRef"});
    if (subjects == nullptr || role == nullptr) continue;
    const auto meant = std::find_if(subjects->begin(), subjects->end(),
                                    [&](const auto& subject) { return is_subject(user, subject); });
    if (meant != subjects->end()) add_role(rules, *role, ns, reason_of(binding, *meant, ns));
  }
}

void Authorizer::add_role(std::vector<Rule>& rules, const Document& role_ref, const std::string& ns,
                          const std::string& reason) const {
  const bool cluster = text_at(role_ref, {"kind"}) == "ClusterRole";
  const ResourceTypePtr type = types_.find(kRbac, cluster ? "clusterroles" : "roles");
  const StoredPtr role = store_.get(*type, cluster ? "" : ns, text_at(role_ref, {"name"}));
  if (role == nullptr) return;
  const auto document_kept = role->parsed(*type);
  const Document& document = *document_kept;
  const Items* given = items_at(document, {"rules"});
  if (given == nullptr) return;
  for (const Document& rule : *given) {
    rules.push_back({texts(rule, "verbs"), texts(rule, "apiGroups"), texts(rule, "resources"),
                     texts(rule, "resourceNames"), texts(rule, "nonResourceURLs"), reason});
  }
}

std::string forbidden_text(const User& user, const Attributes& wanted) {
  if (!wanted.is_resource) {
    return fmt::format("User \"{}\" cannot {} path \"{}\"", user.name, wanted.verb, wanted.path);
  }
  std::string text = fmt::format(
      "User \"{}\" cannot {} resource \"{}\" in API group \"{}\"", user.name, wanted.verb,
      wanted.subresource.empty() ? wanted.plural : wanted.plural + "/" + wanted.subresource,
      wanted.group);
  text += wanted.ns.empty() ? " at the cluster scope"
                            : fmt::format(" in the namespace \"{}\"", wanted.ns);
  return text;
}

ApiStatus forbidden_request(const User& user, const Attributes& wanted) {
  ApiStatus status;
  status.code = 403;
  status.reason = "Forbidden";
  const std::string what =
      wanted.group.empty() ? wanted.plural : wanted.plural + "." + wanted.group;
  const std::string text = forbidden_text(user, wanted);
  if (!wanted.is_resource) {
    status.message = "forbidden: " + text;
    status.empty_details = true;
    return status;
  }
  status.message = wanted.name.empty()
                       ? fmt::format("{} is forbidden: {}", what, text)
                       : fmt::format("{} \"{}\" is forbidden: {}", what, wanted.name, text);
  status.name = wanted.name;
  status.group = wanted.group;
  status.kind = wanted.plural;
  return status;
}

}  // namespace masthead::sim
