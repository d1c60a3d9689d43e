// Reviews: questions in the form of objects that are never stored.
#include "base/limits.h"
#include "sim/api_server.h"

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

}  // namespace

Outcome<void> ApiServer::review(const ApiRequest& request, const ResourceTypePtr& type,
                                const ExchangePtr& exchange) {
  std::string why;
  auto body = parse_document(request.body, &why);
  if (!body || !body->is_object()) {
    return refuse(bad_request("the object provided is unrecognized: " + why));
  }
  Fields& fields = body->get_object();
  fields["kind"] = type->kind;
  fields["apiVersion"] = type->api_version(request.version);
  object_in(fields, "metadata")["creationTimestamp"] = nullptr;
  const Document spec = Document(object_in(fields, "spec"));
  Fields status;
  if (type->kind == "SelfSubjectAccessReview" || type->kind == "SubjectAccessReview" ||
      type->kind == "LocalSubjectAccessReview") {
    const User user = type->kind == "SelfSubjectAccessReview" ? request.user : user_of(spec);
    const bool allowed = authorizer_.allows(user, attributes_of(spec, request.ns));
    status["allowed"] = allowed;
    if (allowed) status["reason"] = "RBAC: allowed";
  } else if (type->kind == "SelfSubjectRulesReview") {
    std::vector<Rule> rules =
        authorizer_.rules_of(request.user, std::string(text_at(spec, {"namespace"})));
    for (const std::string& group : request.user.groups) {
      if (group != "system:masters") continue;
      rules.push_back({{"*"}, {"*"}, {"*"}, {}, {}});
      rules.push_back({{"*"}, {}, {}, {}, {"*"}});
    }
    status = rules_status(rules);
  } else if (type->kind == "TokenReview") {
    const auto found = users_.find(std::string(text_at(spec, {"token"})));
    status["authenticated"] = found != users_.end();
    if (found != users_.end()) status["user"] = user_info(found->second);
  } else {
    status["userInfo"] = user_info(request.user);
  }
  fields["status"] = std::move(status);
  exchange->answer(201, {{"content-type", "application/json"}}, to_text(*body));
  return {};
}

}  // namespace masthead::sim
