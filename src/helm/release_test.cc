#include "helm/release.h"

#include <gtest/gtest.h>
#include <zlib.h>

#include "base/base64.h"
#include "base/limits.h"

namespace masthead::helm {
namespace {

std::string gzip(std::string_view text) {
  z_stream stream{};
  EXPECT_EQ(::deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY), Z_OK);
  std::string out(::deflateBound(&stream, text.size()) + 64, '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  EXPECT_EQ(::deflate(&stream, Z_FINISH), Z_STREAM_END);
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

json::Document read(std::string_view text) {
  return *json::Document::parse(text);
}

TEST(Release, is_read_compressed_and_plain) {
  const std::string json = R"({"name":"podinfo","version":3})";
  EXPECT_EQ(decode_release(base::encode_base64(gzip(json))).value(), json);
  EXPECT_EQ(decode_release(base::encode_base64(json)).value(), json);
  const std::string stored = base::encode_base64(base::encode_base64(gzip(json)));
  const auto secret =
      read(R"({"type":"helm.sh/release.v1","data":{"release":")" + stored + R"("}})");
  EXPECT_EQ(release_in(secret.root()).value(), json);
}

TEST(Release, that_is_damaged_or_something_else_is_refused_in_words) {
  const auto refusal = [](std::string_view text) { return decode_release(text).error().text; };
  EXPECT_EQ(refusal("%%"), "The stored release is damaged: it is not base64.");
  EXPECT_EQ(refusal(base::encode_base64(gzip("{}").substr(0, 12))),
            "The stored release is damaged: it does not unpack.");
  EXPECT_EQ(refusal(base::encode_base64("[]")),
            "The stored release is damaged: it is no JSON object.");
  EXPECT_TRUE(refusal(base::encode_base64("{")).starts_with("not JSON"));
  const auto other = read(R"({"type":"Opaque","metadata":{"name":"a"},"data":{"release":"e30="}})");
  EXPECT_EQ(release_in(other.root()).error().text,
            "Secret a is no Helm release: it is of type 'Opaque', not 'helm.sh/release.v1'.");
}

TEST(Release, unpacks_up_to_the_limit_and_no_further) {
  const std::string wrapped = R"({"a":""})";
  const std::string full =
      R"({"a":")" + std::string(limits::kReleaseBytes - wrapped.size(), 'x') + R"("})";
  EXPECT_EQ(decode_release(base::encode_base64(gzip(full)))->size(), limits::kReleaseBytes);
  const auto bomb = decode_release(base::encode_base64(gzip(full + " ")));
  ASSERT_FALSE(bomb.has_value());
  EXPECT_EQ(bomb.error().code, base::ErrorCode::kTooLarge);
  EXPECT_EQ(bomb.error().text, "The stored release unpacks to more than 32 MiB.");
  const std::string long_text(limits::kReleaseEncodedBytes + 1, 'A');
  EXPECT_EQ(decode_release(long_text).error().code, base::ErrorCode::kTooLarge);
}

TEST(Storage, is_where_the_status_says_and_before_that_where_the_controller_will_put_it) {
  const auto told = read(
      R"({"metadata":{"name":"a","namespace":"apps"},"spec":{"targetNamespace":"t"},
          "status":{"storageNamespace":"s","history":[{"name":"was","namespace":"n"}]}})");
  const Storage storage = storage_of(told.root());
  EXPECT_EQ(storage.ns, "s");
  EXPECT_EQ(storage.release, "was");
  EXPECT_EQ(storage.target_ns, "n");
  const auto name = [](const std::string& spec) {
    return storage_of(
        read(R"({"metadata":{"name":"a","namespace":"apps"},"spec":)" + spec + "}").root());
  };
  EXPECT_EQ(name("{}").release, "a");
  EXPECT_EQ(name("{}").ns, "apps");
  EXPECT_EQ(name(R"({"targetNamespace":"t"})").release, "t-a");
  EXPECT_EQ(name(R"({"targetNamespace":"t","releaseName":"b"})").release, "b");
  EXPECT_EQ(name(R"({"storageNamespace":"s"})").ns, "s");
  EXPECT_EQ(name(R"({"kubeConfig":{"secretRef":{"name":"edge"}}})").remote_cluster, "Secret edge");
}

TEST(Storage, shortens_names_past_53_bytes_with_a_piece_of_their_hash) {
  const std::string most(53, 'a');
  EXPECT_EQ(shortened(most), most);

  EXPECT_EQ(shortened(most + "a"), std::string(40, 'a') + "-a3f01b693925");
  EXPECT_EQ(storage_name("podinfo", 3), "sh.helm.release.v1.podinfo.v3");
}

TEST(Hooks, come_in_the_order_in_which_helm_runs_them_with_their_last_run) {
  const auto release = read(R"({"hooks":[
    {"name":"test-a","kind":"Pod","events":["test"],"delete_policies":["before-hook-creation"],
     "last_run":{"started_at":"2026-01-02T03:04:05Z","completed_at":"2026-01-02T03:04:09Z",
                 "phase":"Succeeded"}},
    {"name":"migrate","kind":"Job","events":["pre-upgrade"],"weight":-5,
     "last_run":{"started_at":"0001-01-01T00:00:00Z","phase":""}}]})");
  const auto hooks = hooks_of(release.root());
  ASSERT_EQ(hooks.size(), 2u);
  EXPECT_EQ(hooks[0].name, "migrate");
  EXPECT_EQ(hooks[0].started_ms, 0);
  EXPECT_FALSE(hooks[0].is_test());
  EXPECT_TRUE(hooks[1].is_test());
  EXPECT_EQ(hooks[1].completed_ms - hooks[1].started_ms, 4'000);
  EXPECT_EQ(hooks[1].phase, "Succeeded");
}

}  // namespace
}  // namespace masthead::helm
