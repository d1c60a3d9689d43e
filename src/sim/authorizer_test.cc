#include "sim/authorizer.h"

#include <gtest/gtest.h>

namespace masthead::sim {
namespace {

struct Bound {
  Store store;
  ResourceTypes types;
  Authorizer authorizer{store, types};

  Bound() {
    add("roles", R"({"metadata":{"namespace":"a","name":"reader"},"rules":[
      {"apiGroups":[""],"resources":["configmaps"],"verbs":["get","list"]},
      {"apiGroups":[""],"resources":["secrets"],"resourceNames":["one"],"verbs":["get"]},
      {"apiGroups":["apps"],"resources":["deployments/scale"],"verbs":["*"]}]})");
    add("rolebindings", R"({"metadata":{"namespace":"a","name":"reader"},
      "roleRef":{"kind":"Role","name":"reader"},
      "subjects":[{"kind":"User","name":"ann"},{"kind":"Group","name":"crew"},
                  {"kind":"ServiceAccount","namespace":"a","name":"robot"}]})");
    add("clusterroles", R"({"metadata":{"name":"paths"},"rules":[
      {"nonResourceURLs":["/logs/*"],"verbs":["get"]}]})");
    add("clusterrolebindings", R"({"metadata":{"name":"paths"},
      "roleRef":{"kind":"ClusterRole","name":"paths"},"subjects":[{"kind":"User","name":"ann"}]})");
  }
  void add(const char* plural, const char* text) {
    Document object = *parse_document(text);
    store.put(types.find("rbac.authorization.k8s.io", plural), object);
  }
  bool may(const User& user, const char* verb, const char* group, const char* plural,
           const char* ns, const char* name = "", const char* subresource = "") const {
    return authorizer.allows(user, {verb, group, plural, subresource, ns, name, "", true});
  }
};

const User kAnn{"ann", "", {"system:authenticated"}};
const User kMember{"bob", "", {"crew"}};
const User kRobot{"system:serviceaccount:a:robot", "", {}};

TEST(Authorizer, gives_what_a_role_gives_in_its_namespace_alone) {
  const Bound t;
  for (const User& user : {kAnn, kMember, kRobot}) {
    EXPECT_TRUE(t.may(user, "list", "", "configmaps", "a"));
    EXPECT_FALSE(t.may(user, "delete", "", "configmaps", "a"));
    EXPECT_FALSE(t.may(user, "list", "", "configmaps", "b"));
    EXPECT_FALSE(t.may(user, "list", "", "configmaps", ""));
  }
  EXPECT_FALSE(t.may({"carl", "", {}}, "list", "", "configmaps", "a"));
}

TEST(Authorizer, tells_names_and_subresources_apart) {
  const Bound t;
  EXPECT_TRUE(t.may(kAnn, "get", "", "secrets", "a", "one"));
  EXPECT_FALSE(t.may(kAnn, "get", "", "secrets", "a", "two"));
  EXPECT_FALSE(t.may(kAnn, "get", "", "secrets", "a"));
  EXPECT_TRUE(t.may(kAnn, "patch", "apps", "deployments", "a", "x", "scale"));
  EXPECT_FALSE(t.may(kAnn, "patch", "apps", "deployments", "a", "x"));
}

TEST(Authorizer, names_the_binding_that_gives_it) {
  const Bound t;
  const Attributes list{"list", "", "configmaps", "", "a", "", "", true};
  EXPECT_EQ(t.authorizer.reason_to_allow(kMember, list),
            "RBAC: allowed by RoleBinding \"reader/a\" of Role \"reader\" to Group \"crew\"");
  EXPECT_EQ(
      t.authorizer.reason_to_allow(kRobot, list),
      "RBAC: allowed by RoleBinding \"reader/a\" of Role \"reader\" to ServiceAccount \"robot/a\"");
  EXPECT_EQ(t.authorizer.reason_to_allow({"admin", "", {"system:masters"}}, list), "");
}

TEST(Authorizer, shows_paths_to_those_who_may_see_them) {
  const Bound t;
  const auto sees = [&](const User& user, const char* path) {
    return t.authorizer.allows(user, {"get", "", "", "", "", "", path, false});
  };
  const User anonymous{"system:anonymous", "", {"system:unauthenticated"}};
  EXPECT_TRUE(sees(kAnn, "/logs/x"));
  EXPECT_FALSE(sees(kMember, "/logs/x"));
  EXPECT_TRUE(sees(kAnn, "/apis"));
  EXPECT_FALSE(sees(anonymous, "/apis"));
  EXPECT_TRUE(sees(anonymous, "/readyz"));
  EXPECT_FALSE(sees(kMember, "/readyz")) << "of a review: groups are only those named";
}

}  // namespace
}  // namespace masthead::sim
