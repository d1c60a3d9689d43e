#include "flux/inventory.h"

#include <gtest/gtest.h>
#include <rapidcheck.h>

#include "base/limits.h"

namespace masthead::flux {
namespace {

std::string said(std::string_view id) {
  const auto ref = parse_inventory_id(id);
  return ref ? ref->group + "|" + ref->kind + "|" + ref->ns + "|" + ref->name : "no id";
}

TEST(InventoryId, is_read_from_both_ends) {
  EXPECT_EQ(said("shop_web_apps_Deployment"), "apps|Deployment|shop|web");
  EXPECT_EQ(said("shop_web__Service"), "|Service|shop|web") << "the core group is empty";
  EXPECT_EQ(said("_shop__Namespace"), "|Namespace||shop") << "and so is no namespace";
  EXPECT_EQ(said("_certificates.cert-manager.io_apiextensions.k8s.io_CustomResourceDefinition"),
            "apiextensions.k8s.io|CustomResourceDefinition||certificates.cert-manager.io");
  EXPECT_EQ(said("_system__node_rbac.authorization.k8s.io_ClusterRole"),
            "rbac.authorization.k8s.io|ClusterRole||system:node");
  EXPECT_EQ(said("ns_under_score_example.org_Odd"), "example.org|Odd|ns|under_score");
}

TEST(InventoryId, of_other_texts_is_none) {
  for (const char* id : {"", "_", "__", "___", "a_b", "a_b_C", "shop__apps_Deployment",
                         "shop_web_apps_", "no underscores"}) {
    EXPECT_EQ(said(id), "no id") << id;
  }
}

// DNS labels as Kubernetes has them; '_' is in the names of RBAC's and of odd kinds alone.
std::string text_of(const std::string& letters, int most) {
  std::string text = "x";
  for (int left = *rc::gen::inRange(0, most); left > 0; --left) {
    text += letters[static_cast<size_t>(*rc::gen::inRange(0, static_cast<int>(letters.size())))];
  }
  return text;
}

TEST(InventoryId, that_is_written_is_read_as_the_same_object) {
  EXPECT_TRUE(rc::check([] {
    const bool rbac = *rc::gen::arbitrary<bool>();
    k8s::ObjectRef ref;
    ref.ns = *rc::gen::arbitrary<bool>() ? "" : text_of("ab-9", 10);
    // "__" stands for ':', so a name that holds both is told wrong by Flux itself.
    ref.name = rbac ? text_of("ab-9.:", 10) : text_of("ab-9._", 10);
    ref.group =
        rbac ? "rbac.authorization.k8s.io" : *rc::gen::element<std::string>("", "apps", "a.b");
    ref.kind = text_of("abC9", 10);
    RC_ASSERT(parse_inventory_id(inventory_id(ref)) == ref);
  }));
}

TEST(InventoryId, of_any_bytes_is_read_without_harm) {
  EXPECT_TRUE(rc::check([](const std::string& id) {
    if (const auto ref = parse_inventory_id(id))
      RC_ASSERT(!ref->name.empty() && !ref->kind.empty());
  }));
}

Inventory read(const std::string& bytes) {
  const auto document = json::Document::parse(bytes);
  return inventory_of(document->root());
}

TEST(Inventory, holds_what_can_be_read_and_counts_the_rest) {
  const Inventory inventory =
      read(R"({"status":{"inventory":{"entries":[{"id":"shop_web_apps_Deployment","v":"v1"},)"
           R"({"id":"broken","v":"v1"},7,null,{"v":"v1"}]}}})");
  EXPECT_TRUE(inventory.told);
  ASSERT_EQ(inventory.entries.size(), 1u);
  EXPECT_EQ(inventory.entries[0], (InventoryEntry{{"apps", "Deployment", "shop", "web"}, "v1"}));
  EXPECT_EQ(inventory.unreadable, 4u);
}

TEST(Inventory, that_is_not_there_is_not_an_empty_one) {
  EXPECT_FALSE(read(R"({"status":{}})").told);
  EXPECT_FALSE(read(R"({"status":{"inventory":null}})").told);
  EXPECT_TRUE(read(R"({"status":{"inventory":{"entries":[]}}})").told);
}

TEST(Inventory, of_a_generator_is_a_list_of_artifacts) {
  const Inventory inventory =
      read(R"({"metadata":{"namespace":"flux-system"},"status":{"inventory":[{"name":"apps",)"
           R"("namespace":"prod","digest":"sha256:1"},{"name":"infra"},{}]}})");
  ASSERT_EQ(inventory.entries.size(), 2u);
  EXPECT_EQ(inventory.entries[0].ref,
            (k8s::ObjectRef{"source.toolkit.fluxcd.io", "ExternalArtifact", "prod", "apps"}));
  EXPECT_EQ(inventory.entries[1].ref.ns, "flux-system");
  EXPECT_EQ(inventory.unreadable, 1u);
}

TEST(Inventory, ends_at_its_limit_and_says_how_much_is_beyond) {
  for (const size_t beyond : {0, 1}) {
    std::string bytes = R"({"status":{"inventory":{"entries":[{"id":"a_b_c_D"})";
    for (size_t i = 1; i < limits::kInventoryEntries + beyond; ++i) bytes += R"(,{"id":"a_b_c_D"})";
    const Inventory inventory = read(bytes + "]}}}");
    EXPECT_EQ(inventory.entries.size(), limits::kInventoryEntries);
    EXPECT_EQ(inventory.beyond, beyond);
  }
}

TEST(Inventory, on_another_cluster_says_which) {
  const auto remote = [](const std::string& bytes) {
    return remote_cluster_of(json::Document::parse(bytes)->root());
  };
  EXPECT_EQ(remote(R"({"spec":{}})"), "");
  EXPECT_EQ(remote(R"({"spec":{"kubeConfig":{"secretRef":{"name":"edge"}}}})"), "Secret edge");
  EXPECT_EQ(remote(R"({"spec":{"kubeConfig":{"configMapRef":{"name":"edge"}}}})"),
            "ConfigMap edge");
}

}  // namespace
}  // namespace masthead::flux
