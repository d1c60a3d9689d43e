#include "flux/references.h"

#include <gtest/gtest.h>

namespace masthead::flux {
namespace {

std::vector<std::string> named(std::string_view kind, const std::string& spec) {
  const auto document =
      json::Document::parse(R"({"metadata":{"namespace":"shop","name":"x"},"spec":)" + spec + "}");
  std::vector<std::string> lines;
  for (const Reference& reference : references_of(kind, document->root())) {
    lines.push_back(reference.relation + " " + reference.ref.kind + " " + reference.ref.ns + "/" +
                    reference.ref.name);
  }
  return lines;
}
using Lines = std::vector<std::string>;

TEST(References, of_a_kustomization_name_what_it_substitutes_from_and_decrypts_with) {
  EXPECT_EQ(named("Kustomization", R"({"postBuild":{"substituteFrom":[)"
                                   R"({"kind":"ConfigMap","name":"vars"},)"
                                   R"({"kind":"Secret","name":"keys","optional":true},)"
                                   R"({"kind":"Widget","name":"odd"},{"kind":"Secret"}]},)"
                                   R"("decryption":{"provider":"sops","secretRef":{"name":"age"}},)"
                                   R"("kubeConfig":{"secretRef":{"name":"edge"}}})"),
            (Lines{"substitutes from ConfigMap shop/vars", "may substitute from Secret shop/keys",
                   "decrypts with Secret shop/age", "connects with Secret shop/edge"}));
}

TEST(References, of_a_release_name_each_source_of_values_once) {
  EXPECT_EQ(named("HelmRelease", R"({"valuesFrom":[{"kind":"Secret","name":"a","valuesKey":"x"},)"
                                 R"({"kind":"Secret","name":"a","valuesKey":"y"},)"
                                 R"({"kind":"ConfigMap","name":"b","optional":true}],)"
                                 R"("kubeConfig":{"configMapRef":{"name":"edge"}}})"),
            (Lines{"values from Secret shop/a", "may take values from ConfigMap shop/b",
                   "connects with ConfigMap shop/edge"}));
}

TEST(References, of_sources_and_providers_name_their_secrets) {
  EXPECT_EQ(named("GitRepository", R"({"secretRef":{"name":"git"},"proxySecretRef":{"name":"p"},)"
                                   R"("verify":{"secretRef":{"name":"pgp"}}})"),
            (Lines{"authenticates with Secret shop/git", "proxy from Secret shop/p",
                   "verifies with Secret shop/pgp"}));
  EXPECT_EQ(named("Provider", R"({"secretRef":{"name":"chat"},"certSecretRef":{"name":"ca"}})"),
            (Lines{"authenticates with Secret shop/chat", "trusts Secret shop/ca"}));
}

}  // namespace
}  // namespace masthead::flux
