#include "helm/manifest.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

#include "base/base64.h"
#include "base/limits.h"
#include "base/random.h"
#include "yaml/yaml.h"

namespace masthead::helm {
namespace {

constexpr const char* kManifest = R"(---
# Source: shop/templates/config.yaml
apiVersion: v1
kind: ConfigMap
metadata:
  name: config
data:
  note: |
    --- not a separator
    two
---
# Source: shop/templates/secret.yaml
apiVersion: v1
kind: Secret
metadata:
  name: shop
  namespace: apps
data:
  password: c3dvcmRmaXNoLTE=
stringData:
  pin: "1234"
---
---
not: [yaml
)";

std::string shown(const Masking& masking, const std::vector<ManifestObject>& objects) {
  std::string text;
  for (const ManifestObject& object : objects) text += "---\n" + masked_yaml(masking, object);
  return text;
}

TEST(Manifest, is_read_object_by_object) {
  const auto objects = read_manifest(kManifest);
  ASSERT_EQ(objects.size(), 3u);
  EXPECT_EQ(objects[0].ref.kind, "ConfigMap");
  EXPECT_EQ(objects[0].comment, "# Source: shop/templates/config.yaml\n");
  EXPECT_EQ(objects[1].ref.ns, "apps");
  EXPECT_TRUE(objects[2].json.empty());
}

TEST(Manifest, is_shown_without_what_its_secrets_hold_wherever_it_stands) {
  auto objects = read_manifest(std::string(kManifest) + R"(---
apiVersion: v1
kind: ConfigMap
metadata: {name: leak, labels: {l: swordfish-1}}
data:
  url: postgres://shop:swordfish-1@db/shop
  encoded: c3dvcmRmaXNoLTE=
)");
  Masking masking;
  add_secrets(masking, objects);
  const std::string text = shown(masking, objects);
  EXPECT_FALSE(text.contains("swordfish"));
  EXPECT_FALSE(text.contains("c3dvcmRmaXNoLTE"));
  EXPECT_FALSE(text.contains("1234"));
  EXPECT_FALSE(text.contains("not: [yaml"));
  EXPECT_TRUE(text.contains("url: postgres://shop:••••••@db/shop"));
  EXPECT_TRUE(text.contains("# Source: shop/templates/secret.yaml"));
  EXPECT_TRUE(text.contains("name: config"));
}

TEST(ManifestDiff, tells_added_removed_changed_and_what_differs_only_in_secrets) {
  const auto before = read_manifest(
      "kind: A\nmetadata: {name: a}\nx: 1\n---\nkind: B\nmetadata: {name: b}\n---\n"
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {k: b25lb25lb25l}\n");
  const auto after = read_manifest(
      "kind: A\nmetadata: {name: a}\nx: 2\n---\nkind: C\nmetadata: {name: c}\n---\n"
      "apiVersion: v1\nkind: Secret\nmetadata: {name: s}\ndata: {k: dHdvdHdvdHdv}\n");
  const auto diffs = diff_manifests(before, after, Masking());
  ASSERT_EQ(diffs.size(), 4u);
  EXPECT_EQ(diffs[0].change, ObjectDiff::Change::kChanged);
  EXPECT_EQ(diffs[1].change, ObjectDiff::Change::kAdded);
  EXPECT_EQ(diffs[2].change, ObjectDiff::Change::kMasked);
  EXPECT_EQ(diffs[3].change, ObjectDiff::Change::kRemoved);
  std::string lines;
  for (const DiffLine& line : diffs[0].lines) lines += line.mark + line.text + "\n";
  EXPECT_EQ(lines, " kind: A\n metadata:\n   name: a\n-x: 1\n+x: 2\n");
}

TEST(ManifestDiff, leaves_out_what_is_far_from_a_change_and_compares_up_to_its_limit) {
  std::string text;
  for (int i = 0; i < 20; ++i) text += "line " + std::to_string(i) + "\n";
  const auto lines = diff_lines(text, text + "more\n");
  ASSERT_EQ(lines.size(), 5u);
  EXPECT_EQ(lines[0].mark, '@');
  EXPECT_EQ(lines[4].mark, '+');
  std::string many, other;
  for (size_t i = 0; i <= limits::kDiffLines; ++i) many += std::to_string(i) + "\n", other += "x\n";
  EXPECT_EQ(diff_lines(many, other).size(), 2 * (limits::kDiffLines + 1));
}

// Random values of Secrets, put wherever a chart may put a value, occur in nothing that is shown.
RC_GTEST_PROP(Masking, leaves_no_value_of_a_secret_in_anything_shown, ()) {
  const std::string alphabet = "abcXYZ0189-_=+/.:#'\"\\ \n{}[],";
  std::string secret = "s3";
  const int size = *rc::gen::inRange(8, 60);
  for (int i = 0; i < size; ++i) {
    secret +=
        alphabet[static_cast<size_t>(*rc::gen::inRange(0, static_cast<int>(alphabet.size())))];
  }
  secret += "e";
  json::Writer out;
  out.begin_object().key("apiVersion").string("v1").key("kind").string("ConfigMap");
  out.key("metadata").begin_object().key("name").string("c").key("annotations").begin_object();
  out.key("a").string("x" + secret).end_object().end_object();
  out.key("data").begin_object().key("whole").string(secret).key("k" + secret).string("v");
  out.key("within").string("before " + secret + " after");
  out.key("encoded").string(base::encode_base64(secret));
  out.key("header").string("Basic " + base::encode_base64(secret) + ";").end_object();
  out.key("list").begin_array().string(secret).end_array().end_object();
  const auto object = json::Document::parse(std::move(out).finish());
  Masking masking;
  masking.add(secret);
  json::Writer copy;
  masking.copy_object(copy, object->root());
  const std::string text = std::move(copy).finish();
  json::Writer escaped;
  escaped.string(secret);
  const std::string quoted = std::move(escaped).finish();
  RC_ASSERT(!text.contains(std::string_view(quoted).substr(1, quoted.size() - 2)));
  RC_ASSERT(!text.contains(base::encode_base64(secret)));
  const std::string yaml = shown(masking, read_manifest(yaml::from_json(object->root())));
  RC_ASSERT(!yaml.contains(secret));
  RC_ASSERT(!yaml.contains(base::encode_base64(secret)));
}

TEST(Masking, looks_for_a_secret_within_texts_from_eight_bytes_on) {
  Masking masking;
  masking.add("12345678");
  masking.add("abcdefg");
  EXPECT_EQ(masking.text("a 12345678 b"), "a •••••• b");
  EXPECT_EQ(masking.text("a abcdefg b"), "a abcdefg b");
  EXPECT_TRUE(masking.hides("\"abcdefg\""));
  EXPECT_TRUE(masking.hides("12345678"));
  EXPECT_FALSE(masking.hides("\"x abcdefg\""));
}

}  // namespace
}  // namespace masthead::helm
