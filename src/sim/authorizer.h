// Who may do what: RBAC (rbac.authorization.k8s.io/v1) on the objects of the store, and the tokens
// that say who somebody is. "system:masters" may everything, as in a real cluster.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "sim/api_request.h"
#include "sim/resource_type.h"
#include "sim/store.h"

namespace masthead::sim {

struct Attributes {
  std::string verb;
  // Of a resource …
  std::string group, plural, subresource, ns, name;
  // … or of a path.
  std::string path;
  bool is_resource = true;
};

struct Rule {
  std::vector<std::string> verbs, groups, resources, names, paths;
  std::string reason;  // "RBAC: allowed by …"
};

class Authorizer {
 public:
  Authorizer(const Store& store, const ResourceTypes& types) : store_(store), types_(types) {}

  bool allows(const User& user, const Attributes& wanted) const {
    return reason_to_allow(user, wanted).has_value();
  }
  // Which binding gives it; empty for "system:masters", nothing when it is not allowed.
  std::optional<std::string> reason_to_allow(const User& user, const Attributes& wanted) const;
  // The rules that hold for a user in a namespace, cluster-wide ones included.
  std::vector<Rule> rules_of(const User& user, const std::string& ns) const;

 private:
  void add_rules(std::vector<Rule>& rules, const User& user, const char* bindings,
                 const std::string& ns) const;
  void add_role(std::vector<Rule>& rules, const Document& role_ref, const std::string& ns,
                const std::string& reason) const;

  const Store& store_;
  const ResourceTypes& types_;
};

// The sentence of a 403, and the whole of it.
std::string forbidden_text(const User& user, const Attributes& wanted);
ApiStatus forbidden_request(const User& user, const Attributes& wanted);

}  // namespace masthead::sim
