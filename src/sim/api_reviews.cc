// Reviews: questions in the form of objects that are never stored.
#include <fmt/format.h>

#include "base/time_format.h"
#include "sim/api_server.h"
#include "sim/write_requests.h"

namespace masthead::sim {
namespace {

Attributes attributes_of(const Document& spec, const std::string& forced_ns) {
  Attributes wanted;
  if (find(spec, {"nonResourceAttributes"}) != nullptr) {
    wanted.is_resource = false;
    wanted.path = text_at(spec, {"nonResourceAttributes", "path"});
    wanted.verb = text_at(spec, {"nonResourceAttributes", "verb"});
    return wanted;
  }
  wanted.verb = text_at(spec, {"resourceAttributes", "verb"});
  wanted.group = text_at(spec, {"resourceAttributes", "group"});
  wanted.plural = text_at(spec, {"resourceAttributes", "resource"});
  wanted.subresource = text_at(spec, {"resourceAttributes", "subresource"});
  wanted.ns = forced_ns.empty() ? text_at(spec, {"resourceAttributes", "namespace"}) : forced_ns;
  wanted.name = text_at(spec, {"resourceAttributes", "name"});
  return wanted;
}

User user_of(const Document& spec) {
  User user;
  user.name = text_at(spec, {"user"});
  if (const Items* groups = items_at(spec, {"groups"})) {
    for (const Document& group : *groups) {
      if (group.is_string()) user.groups.emplace_back(group.get_string().c_str());
    }
  }
  return user;
}

Items json_list(const std::vector<std::string>& texts) {
  Items items;
  for (const std::string& text : texts) items.emplace_back(text);
  return items;
}

Fields rules_status(const std::vector<Rule>& rules) {
  Items resources;
  Items paths;
  for (const Rule& rule : rules) {
    if (rule.paths.empty()) {
      Fields one{{"verbs", json_list(rule.verbs)},
                 {"apiGroups", json_list(rule.groups)},
                 {"resources", json_list(rule.resources)}};
      if (!rule.names.empty()) one["resourceNames"] = json_list(rule.names);
      resources.emplace_back(std::move(one));
    } else {
      paths.emplace_back(
          Fields{{"verbs", json_list(rule.verbs)}, {"nonResourceURLs", json_list(rule.paths)}});
    }
  }
  return {{"resourceRules", std::move(resources)},
          {"nonResourceRules", std::move(paths)},
          {"incomplete", false}};
}

Fields user_info(const User& user) {
  Fields info{{"username", user.name}};
  if (!user.uid.empty()) info["uid"] = user.uid;
  info["groups"] = json_list(user.groups);
  return info;
}

ApiStatus spec_invalid(std::string_view field, std::string_view problem) {
  ResourceType none;
  none.group = "authorization.k8s.io";
  return invalid(none, "", {{"FieldValueInvalid", std::string(problem), std::string(field)}});
}

Outcome<void> check_review(const ResourceType& type, const Document& spec, const std::string& ns) {
  if (type.kind == "TokenReview" && text_at(spec, {"token"}).empty()) {
    return refuse(bad_request("token is required for TokenReview in authentication"));
  }
  if (type.kind == "SelfSubjectRulesReview" && text_at(spec, {"namespace"}).empty()) {
    return refuse(bad_request("no namespace on request"));
  }
  if (!type.kind.ends_with("AccessReview")) return {};
  const bool of_resource = find(spec, {"resourceAttributes"}) != nullptr;
  const Document* path = find(spec, {"nonResourceAttributes"});
  if (of_resource && path != nullptr) {
    return refuse(spec_invalid(
        "spec.nonResourceAttributes",
        fmt::format("Invalid value: {{\"Path\":\"{}\",\"Verb\":\"{}\"}}: cannot be specified in "
                    "combination with resourceAttributes",
                    text_at(*path, {"path"}), text_at(*path, {"verb"}))));
  }
  if (!of_resource && path == nullptr) {
    return refuse(spec_invalid(
        "spec.resourceAttributes",
        "Invalid value: null: exactly one of nonResourceAttributes or resourceAttributes must be "
        "specified"));
  }
  const std::string_view asked = text_at(spec, {"resourceAttributes", "namespace"});
  if (type.kind == "LocalSubjectAccessReview" && asked != ns) {
    return refuse(
        spec_invalid("spec.resourceAttributes.namespace",
                     fmt::format("Invalid value: \"{}\": must match metadata.namespace", asked)));
  }
  const bool nobody = text_at(spec, {"user"}).empty() && find(spec, {"groups"}) == nullptr;
  if (type.kind != "SelfSubjectAccessReview" && nobody) {
    return refuse(spec_invalid(
        "spec.user", "Invalid value: \"\": at least one of user or group must be specified"));
  }
  return {};
}

}  // namespace

Outcome<void> ApiServer::review(const ApiRequest& request, const ResourceTypePtr& type,
                                const ExchangePtr& exchange) {
  Document body = TRY(json_body(request, *type));
  Fields& fields = body.get_object();
  const std::string kind(text_at(body, {"kind"}));
  if (!kind.empty() && kind != type->kind) {
    const std::string_view of = text_at(body, {"apiVersion"});
    const std::string version(of.substr(of.rfind('/') + 1));
    return refuse(bad_request(fmt::format(
        "{} in version \"{}\" cannot be handled as a {}: converting ({}.{}) to ({}.{}): unknown "
        "conversion",
        kind, version, type->kind, version, kind, type->group.substr(0, type->group.find('.')),
        type->kind)));
  }
  fields["kind"] = type->kind;
  fields["apiVersion"] = type->api_version(request.version);
  object_in(fields, "metadata");
  if (type->kind == "SelfSubjectReview") {
    fields = Fields{
        {"kind", fields["kind"]},
        {"apiVersion", fields["apiVersion"]},
        {"metadata", Fields{{"creationTimestamp", base::format_rfc3339(now_ms() / 1000 * 1000)}}},
        {"status", Fields{{"userInfo", user_info(request.user)}}}};
    exchange->answer(201, {{"content-type", "application/json"}}, to_text(body));
    return {};
  }
  if (Document* asked = object_in(fields, "spec").if_contains("resourceAttributes");
      asked != nullptr && asked->is_object() && text_at(*asked, {"namespace"}).empty()) {
    asked->get_object().erase("namespace");
  }
  const Document spec = Document(object_in(fields, "spec"));
  if (auto good = check_review(*type, spec, request.ns); !good) return good;
  Fields status;
  if (type->kind == "SelfSubjectAccessReview" || type->kind == "SubjectAccessReview" ||
      type->kind == "LocalSubjectAccessReview") {
    const User user = type->kind == "SelfSubjectAccessReview" ? request.user : user_of(spec);
    const auto reason = authorizer_.reason_to_allow(user, attributes_of(spec, request.ns));
    status["allowed"] = reason.has_value();
    if (reason && !reason->empty()) status["reason"] = *reason;
  } else if (type->kind == "SelfSubjectRulesReview") {
    std::vector<Rule> rules =
        authorizer_.rules_of(request.user, std::string(text_at(spec, {"namespace"})));
    for (const std::string& group : request.user.groups) {
      if (group != "system:masters") continue;
      rules.push_back({{"*"}, {"*"}, {"*"}, {}, {}, {}});
      rules.push_back({{"*"}, {}, {}, {}, {"*"}, {}});
    }
    status = rules_status(rules);
  } else if (type->kind == "TokenReview") {
    const auto found = users_.find(std::string(text_at(spec, {"token"})));
    if (found == users_.end()) {
      status["user"] = Fields();
      status["error"] = "invalid bearer token";
    } else {
      status["authenticated"] = true;
      User user = found->second;
      user.groups.emplace_back("system:authenticated");
      status["user"] = user_info(user);
      status["audiences"] = Items{"https://kubernetes.default.svc"};
    }
  }
  fields["status"] = std::move(status);
  exchange->answer(201, {{"content-type", "application/json"}}, to_text(body));
  return {};
}

}  // namespace masthead::sim
