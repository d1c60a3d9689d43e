#include "sim/object_rules.h"

#include <gtest/gtest.h>

#include "sim/metadata_rules.h"
#include "sim/names.h"

namespace masthead::sim {
namespace {

struct Rules {
  base::SeededRandom random{1};
  ResourceTypes types;
  ResourceTypePtr maps = types.find("", "configmaps");
  ResourceTypePtr ingresses = types.find("networking.k8s.io", "ingresses");

  WriteContext context(const ResourceTypePtr& type, const char* subresource = "") {
    return {*type, "v1", subresource, "me", "Update", 0, random};
  }
  Document made(const ResourceTypePtr& type, const char* text) {
    Document object = *parse_document(text);
    const auto good = prepare_create(context(type), "a", object);
    EXPECT_TRUE(good.has_value()) << (good ? "" : good.error().message);
    return object;
  }
  int refused(const char* text) {
    Document object = *parse_document(text);
    const auto good = prepare_create(context(maps), "a", object);
    return good ? 0 : good.error().code;
  }
};

TEST(ObjectRules, complete_a_new_object_and_let_no_client_set_bookkeeping) {
  Rules t;
  const Document made = t.made(t.ingresses, R"({"metadata":{"name":"x","uid":"mine",
    "generation":7,"labels":{},"finalizers":[]},"spec":{},"status":{"replicas":3}})");
  EXPECT_EQ(text_at(made, {"kind"}), "Ingress");
  EXPECT_EQ(text_at(made, {"metadata", "namespace"}), "a");
  EXPECT_NE(text_at(made, {"metadata", "uid"}), "mine");
  EXPECT_EQ(number_at(made, {"metadata", "generation"}), 1);
  for (const char* gone : {"labels", "finalizers"}) {
    EXPECT_EQ(find(made, {"metadata", gone}), nullptr) << gone;
  }
  EXPECT_EQ(find(made, {"status"}), nullptr);
}

TEST(ObjectRules, make_a_name_of_a_prefix) {
  Rules t;
  const Document made = t.made(t.maps, R"({"metadata":{"generateName":"web-"}})");
  EXPECT_EQ(text_at(made, {"metadata", "name"}).size(), 9U);
  EXPECT_TRUE(text_at(made, {"metadata", "name"}).starts_with("web-"));
}

TEST(ObjectRules, refuse_what_the_api_server_refuses) {
  Rules t;
  EXPECT_EQ(t.refused(R"({"metadata":{"name":"x"}})"), 0);
  EXPECT_EQ(t.refused(R"({"metadata":{}})"), 422);
  EXPECT_EQ(t.refused(R"({"metadata":{"name":"X"}})"), 422);
  EXPECT_EQ(t.refused(R"({"metadata":{"name":"x","namespace":"b"}})"), 400);
  EXPECT_EQ(t.refused(R"({"metadata":{"name":"x","labels":{"a":"b c"}}})"), 422);
  EXPECT_EQ(t.refused(R"({"metadata":{"name":"x","labels":{"a b":"c"}}})"), 422);
  EXPECT_EQ(t.refused(R"({"metadata":{"name":"x","labels":{"a":1}}})"), 400);
  EXPECT_EQ(t.refused(R"({"kind":"Secret","metadata":{"name":"x"}})"), 400);
  EXPECT_EQ(t.refused("[]"), 400);
}

TEST(ObjectRules, raise_the_generation_with_the_specification_alone) {
  Rules t;
  Document old = t.made(t.ingresses, R"({"metadata":{"name":"x"},"spec":{"replicas":1}})");
  Document same = old;
  EXPECT_FALSE(*prepare_update(t.context(t.ingresses), old, same));
  Document labelled = old;
  object_in(object_in(labelled.get_object(), "metadata"), "labels")["a"] = "b";
  EXPECT_TRUE(*prepare_update(t.context(t.ingresses), old, labelled));
  EXPECT_EQ(number_at(labelled, {"metadata", "generation"}), 1);
  Document scaled = old;
  object_in(scaled.get_object(), "spec")["replicas"] = 2;
  EXPECT_TRUE(*prepare_update(t.context(t.ingresses), old, scaled));
  EXPECT_EQ(number_at(scaled, {"metadata", "generation"}), 2);
}

TEST(ObjectRules, write_status_through_its_own_endpoint_alone) {
  Rules t;
  const Document old = t.made(t.ingresses, R"({"metadata":{"name":"x"},"spec":{"replicas":1}})");
  Document object =
      *parse_document(R"({"metadata":{"name":"x"},"spec":{"replicas":9},"status":{"replicas":1}})");
  Document by_status = object;
  EXPECT_TRUE(*prepare_update(t.context(t.ingresses, "status"), old, by_status));
  EXPECT_EQ(number_at(by_status, {"spec", "replicas"}), 1);
  EXPECT_EQ(number_at(by_status, {"status", "replicas"}), 1);
  EXPECT_TRUE(*prepare_update(t.context(t.ingresses), old, object));
  EXPECT_EQ(number_at(object, {"spec", "replicas"}), 9);
  EXPECT_EQ(find(object, {"status"}), nullptr);
}

// Metadata without a kind beside it: adding the kind moves what stands in the object.
TEST(ObjectRules, update_an_object_that_names_no_kind) {
  Rules t;
  const Document old = t.made(t.maps, R"({"metadata":{"name":"x"},"data":{"a":"1"}})");
  Document object = *parse_document(R"({"metadata":{"name":"x"},"data":{"a":"2"}})");
  EXPECT_TRUE(*prepare_update(t.context(t.maps), old, object));
  EXPECT_EQ(text_at(object, {"metadata", "uid"}), text_at(old, {"metadata", "uid"}));
  Document nameless = *parse_document(R"({"metadata":{}})");
  EXPECT_FALSE(prepare_update(t.context(t.maps), old, nameless).has_value());
}

TEST(ObjectRules, hold_what_is_being_deleted_by_nothing_new) {
  Rules t;
  const Document old = *parse_document(
      R"({"metadata":{"name":"x","deletionTimestamp":"t","finalizers":["a.b/c"]}})");
  const Document more = *parse_document(R"({"metadata":{"finalizers":["a.b/c","a.b/d"]}})");
  const auto refused = check_finalizers(*t.maps, old, more);
  ASSERT_FALSE(refused.has_value());
  EXPECT_TRUE(refused.error().message.ends_with("found new finalizers []string{\"a.b/d\"}"));
  EXPECT_TRUE(check_finalizers(*t.maps, old, old).has_value());
}

TEST(ObjectRules, keep_the_role_of_a_binding) {
  Rules t;
  const ResourceType& bindings = *t.types.find("rbac.authorization.k8s.io", "rolebindings");
  const Document old = *parse_document(R"({"metadata":{"name":"x"},"roleRef":{"name":"a"}})");
  const Document now = *parse_document(R"({"metadata":{"name":"x"},"roleRef":{"name":"b"}})");
  EXPECT_FALSE(immutable_problems(bindings, old, now).empty());
  EXPECT_TRUE(immutable_problems(bindings, old, old).empty());
}

TEST(Names, are_checked_as_labels_are) {
  for (const char* good : {"a", "a.b_c-d", "example.com/a", "A1"}) {
    EXPECT_EQ(qualified_name_problem(good), "") << good;
  }
  for (const char* bad : {"", "-a", "a b", "/a", "a/", "a/b/c", "A.b/c", "a$"}) {
    EXPECT_NE(qualified_name_problem(bad), "") << bad;
  }
  EXPECT_EQ(label_value_problem(""), "");
  EXPECT_EQ(label_value_problem("a.B_c"), "");
  EXPECT_NE(label_value_problem("a b"), "");
}

std::string kept_as_it_was(const char* group, const char* plural, const char* old,
                           const char* now) {
  const ResourceTypes types;
  std::string said;
  for (const auto& cause :
       immutable_problems(*types.find(group, plural), *parse_document(old), *parse_document(now))) {
    said += cause.field + ": " + cause.message + "\n";
  }
  return said;
}

TEST(ObjectRules, a_job_keeps_its_template_and_its_completions) {
  const char* const kOld = R"({"spec":{"parallelism":1,"completions":1,"template":{"a":1}}})";
  EXPECT_EQ(kept_as_it_was("batch", "jobs", kOld,
                           R"({"spec":{"parallelism":2,"completions":1,"template":{"a":1}}})"),
            "");
  EXPECT_EQ(kept_as_it_was("batch", "jobs", kOld,
                           R"({"spec":{"parallelism":1,"completions":3,"template":{"a":2}}})"),
            "spec.completions: Invalid value: 3: field is immutable\n"
            "spec.template: Invalid value: {\"a\":2}: field is immutable\n");
}

TEST(ObjectRules, a_pod_changes_nothing_but_its_images_and_when_it_ends) {
  const char* const kOld = R"({"spec":{"nodeName":"a","containers":[{"name":"c","image":"i:1"}]}})";
  EXPECT_EQ(kept_as_it_was("", "pods", kOld,
                           R"({"spec":{"nodeName":"a","activeDeadlineSeconds":9,)"
                           R"("containers":[{"name":"c","image":"i:2"}]}})"),
            "");
  EXPECT_TRUE(
      kept_as_it_was("", "pods", kOld,
                     R"({"spec":{"nodeName":"b","containers":[{"name":"c","image":"i:1"}]}})")
          .starts_with("spec: Forbidden: pod updates may not change fields other than"));
  EXPECT_EQ(kept_as_it_was("", "pods", kOld, R"({"spec":{"nodeName":"a","containers":[]}})"),
            "spec.containers: Forbidden: pod updates may not add or remove containers\n");
}

}  // namespace
}  // namespace masthead::sim
