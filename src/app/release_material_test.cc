#include "app/release_material.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/base64.h"
#include "base/limits.h"

namespace masthead::app {
namespace {

std::string stored(const std::string& release) {
  json::Writer out;
  out.begin_object().key("type").string("helm.sh/release.v1").key("data").begin_object();
  out.key("release").string(base::encode_base64(base::encode_base64(release)));
  out.end_object().end_object();
  return std::move(out).finish();
}

std::string as_json(std::string_view text) {
  json::Writer out;
  out.string(text);
  return std::move(out).finish();
}

constexpr const char* kSpec =
    R"({"valuesFrom":[{"kind":"ConfigMap","name":"plain"},
        {"kind":"Secret","name":"login","valuesKey":"password","targetPath":"auth.password"}],
        "values":{"replicas":2}})";

// Revision 2 is newest; in revision 1 the password was another.
ReleaseMaterial material(const std::string& password, const std::string& before,
                         const std::string& spec = kSpec) {
  ReleaseMaterial made;
  made.snapshot = std::make_shared<host::ClusterSnapshot>();
  made.helm_release = *json::Document::parse(
      R"({"metadata":{"name":"shop","namespace":"apps"},"spec":)" + spec +
      R"(,"status":{"history":[{"name":"shop","namespace":"apps","version":2,"chartName":"shop",
          "chartVersion":"2.0.0","action":"upgrade","status":"deployed"}]}})");
  made.storage = helm::storage_of(made.helm_release.root());
  made.listed = true;
  made.revisions = {{2, "deployed", 1'000}, {1, "superseded", 500}};
  made.inputs[{"ConfigMap", "plain"}] = {helm::ValuesInput::State::kFound,
                                         {{"values.yaml", "service: {port: 80}"}}};
  made.inputs[{"Secret", "login"}] = {helm::ValuesInput::State::kFound, {{"password", password}}};
  for (const auto& [revision, secret] :
       {std::pair<int64_t, std::string>{1, before}, {2, password}}) {
    const std::string manifest =
        "apiVersion: v1\nkind: Secret\nmetadata: {name: shop}\ndata: {password: " +
        base::encode_base64(secret) +
        "}\n---\napiVersion: apps/v1\nkind: Deployment\nmetadata: {name: shop}\nspec: {replicas: " +
        std::to_string(revision) + ", url: " + as_json("redis://:" + secret + "@cache") + "}\n";
    made.secrets.emplace(
        revision,
        stored(R"({"name":"shop","version":)" + std::to_string(revision) +
               R"(,"config":{"auth":{"password":)" + as_json(secret) + R"(},"replicas":)" +
               std::to_string(revision) +
               R"(,"service":{"port":80}},"chart":{"metadata":{"name":"shop","version":"2.0.0",
                  "appVersion":"9"},"values":{"replicas":1,"color":"green"}},"info":{"status":"deployed",
                  "notes":)" +
               as_json("Log in with " + secret) + R"(,"description":"Upgrade complete"},
                  "hooks":[{"name":"t","kind":"Pod","events":["test"]}],"manifest":)" +
               as_json(manifest) + "}"));
  }
  return made;
}

TEST(ReleaseContents, show_the_newest_revision_and_what_its_manifest_names) {
  const ReleaseMaterial made = material("swordfish-1", "swordfish-0");
  const auto contents = release_contents(made, 0);
  ASSERT_TRUE(contents.has_value()) << contents.error().text;
  const auto answer = json::Document::parse(contents->json);
  EXPECT_EQ(answer->root()["revision"].integer(), 2);
  EXPECT_EQ(answer->root()["storage"].str(), "apps/shop");
  EXPECT_EQ(answer->root()["revisions"].at(0)["action"].str(), "upgrade");
  EXPECT_EQ(answer->root()["notes"].str(), "Log in with ••••••");
  EXPECT_TRUE(answer->root()["hooks"].at(0)["test"].boolean());
  ASSERT_EQ(contents->objects.size(), 2u);
  EXPECT_EQ(contents->objects[1].ns, "apps");
  EXPECT_EQ(release_contents(made, 7).error().code, base::ErrorCode::kNotFound);
}

TEST(ReleaseValues, say_of_each_key_where_it_comes_from) {
  const auto answer = json::Document::parse(*release_values(material("swordfish-1", "x"), 0));
  const json::Value root = answer->root();
  std::string seen;
  for (const json::Value value : root["values"].items()) {
    const auto origin = root["origins"].at(static_cast<size_t>(*value["origin"].integer()));
    seen += value["path"].to_json() + " " + std::string(origin["kind"].str()) + " " +
            (value["masked"].boolean() ? "masked" : value["value"].to_json()) + "\n";
  }
  EXPECT_EQ(seen,
            "[\"auth\",\"password\"] secret masked\n[\"color\"] chart \"green\"\n"
            "[\"replicas\"] inline 2\n[\"service\",\"port\"] configMap 80\n");
}

TEST(ReleaseValues, of_a_stored_revision_hide_what_may_have_been_a_secret) {
  const auto seen = [](const ReleaseMaterial& made) {
    const auto answer = json::Document::parse(*release_values(made, 1));
    std::string keys;
    for (const json::Value value : answer->root()["values"].items()) {
      if (value["masked"].boolean()) keys += value["path"].to_json();
    }
    return keys;
  };
  EXPECT_EQ(seen(material("swordfish-1", "swordfish-0")), R"(["auth","password"])");
  // Nobody knows where the rest came from.
  EXPECT_EQ(seen(material("swordfish-1", "swordfish-0", R"({"values":{"replicas":2}})")),
            R"(["auth","password"]["service","port"])");
}

TEST(ReleaseValues, without_the_right_to_a_secret_show_the_rest) {
  ReleaseMaterial made = material("swordfish-1", "swordfish-0");
  made.inputs[{"Secret", "login"}] = {};
  made.secrets.clear();
  made.missing.push_back({"", "apps", "Values of Secret login are not shown.", "get secrets", ""});
  const auto answer = json::Document::parse(*release_values(made, 0));
  EXPECT_EQ(answer->root()["values"].size(), 2u);
  EXPECT_EQ(answer->root()["missing"].size(), 1u);
  EXPECT_EQ(answer->root()["defaultsProblem"]["code"].str(), "not_found");
}

TEST(ReleaseDiff, shows_what_changed_and_only_that_a_masked_value_did) {
  const auto answer =
      json::Document::parse(*release_diff(material("swordfish-1", "swordfish-0"), 1, 2));
  const json::Value root = answer->root();
  EXPECT_EQ(root["objects"].at(0)["change"].str(), "masked");
  EXPECT_EQ(root["objects"].at(1)["change"].str(), "changed");
  EXPECT_EQ(root["values"].at(0).to_json(),
            R"({"path":"auth.password","before":"••••••","after":"••••••"})");
  EXPECT_EQ(root["values"].at(1).to_json(), R"({"path":"replicas","before":"1","after":"2"})");
}

TEST(HiddenValue, is_one_that_is_masked_and_says_which_secret_it_is_in) {
  const ReleaseMaterial made = material("swordfish-1", "swordfish-0");
  const helm::Path password{std::string("auth"), std::string("password")};
  const auto now = hidden_value(made, 0, password);
  EXPECT_EQ(now->json, "\"swordfish-1\"");
  EXPECT_EQ(now->ns + "/" + now->secret, "apps/login");
  EXPECT_EQ(now->path, "auth.password");
  const auto then = hidden_value(made, 1, password);
  EXPECT_EQ(then->json, "\"swordfish-0\"");
  EXPECT_EQ(then->secret, "sh.helm.release.v1.shop.v1");
  for (const helm::Path& path : {helm::Path{std::string("replicas")}, helm::Path{std::string("no")},
                                 helm::Path{std::string("auth")}}) {
    EXPECT_EQ(hidden_value(made, 0, path).error().code, base::ErrorCode::kNotFound);
  }
}

TEST(PathText, escapes_what_sets_keys_apart) {
  EXPECT_EQ(path_text({std::string("a.b"), size_t{0}, std::string("c")}), "a\\.b[0].c");
}

// Whatever a Secret holds now or held before is in none of the answers.
RC_GTEST_PROP(Release, shows_no_value_of_a_secret_in_any_answer, ()) {
  const auto word = [] {
    const std::string alphabet = "abcdefghKLMNOP0123456789-_/+=.";
    std::string made = "q";
    const int size = *rc::gen::inRange(8, 40);
    for (int i = 0; i < size; ++i) {
      made += alphabet[static_cast<size_t>(*rc::gen::inRange(0, 30))];
    }
    return made + "z";
  };
  const std::string password = word(), before = word();
  const ReleaseMaterial made = material(password, before);
  std::string all = *release_values(made, 0) + *release_values(made, 1) + *release_values(made, 2) +
                    *release_diff(made, 1, 2);
  for (const int64_t revision : {1, 2}) all += release_contents(made, revision)->json;
  for (const std::string& secret : {password, before}) {
    RC_ASSERT(!all.contains(secret));
    RC_ASSERT(!all.contains(base::encode_base64(secret)));
  }
}

TEST(ReleaseValues, of_very_many_are_cut_and_say_so) {
  const auto with = [](size_t count) {
    std::string spec = R"({"values":{"replicas":2)";
    for (size_t i = 1; i < count; ++i) spec += ",\"k" + std::to_string(i) + "\":1";
    return *release_values(material("swordfish-1", "swordfish-0", spec + "}}"), 0);
  };
  const auto shown = [&](size_t count) {
    const auto answer = json::Document::parse(with(count));
    const json::Value root = answer->root();
    return std::pair(root["values"].size(), root["cut"].boolean());
  };
  const size_t chart = shown(1).first - 1;  // those of the chart itself
  const size_t limit = limits::kValuesShown;
  EXPECT_EQ(shown(limit - chart), std::pair(limit, false));
  EXPECT_EQ(shown(limit - chart + 1), std::pair(limit, true));
}

}  // namespace
}  // namespace masthead::app
