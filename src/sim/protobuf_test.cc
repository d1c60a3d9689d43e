#include "sim/protobuf.h"

#include <gtest/gtest.h>

namespace masthead::sim {
namespace {

using std::string_literals::operator""s;

// As kubectl 1.36 sent them.
// create secret generic s --from-literal=p=q
constexpr std::string_view kSecret(
    "k8s\000\012\014\012\002v1\022\006Secret\022\035\012\021\012\001s\022\000\032\000\042"
    "\000*\0002\0008\000B\000\022\006\012\001p\022\001q\032\000\032\000\042\000",
    53);
// create deployment d --image=nginx --replicas=2 --port=80
constexpr std::string_view kDeployment(
    "k8s\000\012\025\012\007apps/v1\022\012Deployment\022\260\001\012\033\012\001d\022"
    "\000\032\000\042\000*\0002\0008\000B\000Z\010\012\003app\022\001d\022\202\001\010"
    "\002\022\012\012\010\012\003app\022\001d\032j\012\032\012\000\022\000\032\000\042"
    "\000*\0002\0008\000B\000Z\010\012\003app\022\001d\022L\022.\012\005nginx\022\005ngin"
    "x*\0002\012\012\000\020\000\030P\042\000*\000B\000j\000r\000\200\001\000\210\001\000"
    "\220\001\000\242\001\000\032\0002\000B\000J\000R\000X\000`\000h\000\202\001\000\212"
    "\001\000\232\001\000\302\001\000\042\002\012\000(\0008\000\032\014\010\000\020\000"
    "\030\000 \000(\0008\000\032\000\042\000",
    210);
// create rolebinding rb --role=r --serviceaccount=default:sa
constexpr std::string_view kRoleBinding(
    "k8s\000\012+\012\034rbac.authorization.k8s.io/v1\022\013RoleBinding\022[\012\022\012"
    "\002rb\022\000\032\000\042\000*\0002\0008\000B\000\022\037\012\016ServiceAccount\022"
    "\000\032\002sa\042\007default\032$\012\031rbac.authorization.k8s.io\022\004Role\032"
    "\001r\032\000\042\000",
    146);
// auth can-i get pods
constexpr std::string_view kReview(
    "k8s\000\0122\012\027authorization.k8s.io/v1\022\027SelfSubjectAccessReview\022<\012"
    "\020\012\000\022\000\032\000\042\000*\0002\0008\000B\000\022\036\012\034\012\007defa"
    "ult\022\003get\032\000\042\000*\004pods2\000:\000\032\010\010\000\022\000\032\000 "
    "\000\032\000\042\000",
    122);

std::string json_of(std::string_view bytes) {
  const auto object = from_protobuf(bytes);
  return object ? to_text(*object) : "refused: " + object.error().text;
}

// A runtime.Unknown of at most 127 bytes a part.
std::string unknown(const std::string& version, const std::string& kind, const std::string& raw) {
  const auto part = [](char tag, const std::string& bytes) {
    return std::string(1, tag) + static_cast<char>(bytes.size()) + bytes;
  };
  return std::string("k8s\0", 4) + part(10, part(10, version) + part(18, kind)) + part(18, raw);
}

TEST(Protobuf, what_kubectl_creates_is_the_object_that_it_would_write_as_json) {
  EXPECT_EQ(json_of(kSecret),
            R"({"metadata":{"name":"s"},"data":{"p":"cQ=="},"apiVersion":"v1","kind":"Secret")"
            R"(})");
  EXPECT_EQ(json_of(kDeployment),
            R"({"metadata":{"name":"d","labels":{"app":"d"}},"spec":{"replicas":2,"selector":)"
            R"({"matchLabels":{"app":"d"}},"template":{"metadata":{"labels":{"app":"d"}},"spe)"
            R"(c":{"containers":[{"name":"nginx","image":"nginx","ports":[{"containerPort":80)"
            R"(}]}]}}},"apiVersion":"apps/v1","kind":"Deployment"})");
  EXPECT_EQ(json_of(kRoleBinding),
            R"({"metadata":{"name":"rb"},"subjects":[{"kind":"ServiceAccount","name":"sa","na)"
            R"(mespace":"default"}],"roleRef":{"apiGroup":"rbac.authorization.k8s.io","kind":)"
            R"("Role","name":"r"},"apiVersion":"rbac.authorization.k8s.io/v1","kind":"RoleBin)"
            R"(ding"})");
  EXPECT_EQ(json_of(kReview),
            R"({"spec":{"resourceAttributes":{"namespace":"default","verb":"get","resource":")"
            R"(pods"}},"apiVersion":"authorization.k8s.io/v1","kind":"SelfSubjectAccessReview)"
            R"("})");
}

TEST(Protobuf, nothing_is_written_for_values_of_nothing_but_for_pointers_to_them) {
  // DeploymentSpec.replicas is a pointer, minReadySeconds is none.
  EXPECT_EQ(json_of(unknown("apps/v1", "Deployment", "\x12\x04\x08\0\x28\0"s)),
            R"({"spec":{"replicas":0},"apiVersion":"apps/v1","kind":"Deployment"})");
}

TEST(Protobuf, what_the_tables_do_not_hold_is_refused_and_not_left_out) {
  const auto kind = from_protobuf(unknown("v1", "Unheard", ""));
  ASSERT_FALSE(kind);
  EXPECT_TRUE(kind.error().unsupported);
  EXPECT_EQ(kind.error().text, "kind \"Unheard\"");
  const auto field = from_protobuf(unknown("v1", "ConfigMap", "\x7a\x01x"));
  ASSERT_FALSE(field);
  EXPECT_TRUE(field.error().unsupported);
  EXPECT_EQ(field.error().text, "field 15 of ConfigMap");
  EXPECT_TRUE(from_protobuf(unknown("v1", "ConfigMap", "\x7a\0"s))) << "nothing is in it";
}

TEST(Protobuf, bytes_that_end_early_or_are_no_text_are_malformed) {
  for (size_t size = 0; size < kDeployment.size(); ++size) {
    (void)from_protobuf(kDeployment.substr(0, size));
  }
  for (const std::string& raw : {"\x0a\x05\x0a"s, "\x0a\x03\x0a\x01\xff"s, "\x08\x01"s, "\x0d"s}) {
    const auto object = from_protobuf(unknown("v1", "ConfigMap", raw));
    ASSERT_FALSE(object);
    EXPECT_FALSE(object.error().unsupported) << object.error().text;
  }
  EXPECT_FALSE(from_protobuf("{}"));
}

}  // namespace
}  // namespace masthead::sim
