#include "flux/input_references.h"

namespace masthead::flux {
namespace {

class Adder {
 public:
  Adder(const json::Value& object, std::vector<Reference>& out)
      : ns_(object["metadata"]["namespace"].str()), out_(out) {}

  void add(std::string_view relation, std::string_view kind, std::string_view name) {
    const bool known = kind == "ConfigMap" || kind == "Secret";
    if (!known || name.empty()) return;
    k8s::ObjectRef ref{"", std::string(kind), ns_, std::string(name)};
    // Several keys of one object are one edge.
    for (const Reference& said : out_) {
      if (said.relation == relation && said.ref == ref) return;
    }
    out_.push_back({std::string(relation), std::move(ref)});
  }
  void secret(std::string_view relation, const json::Value& ref) {
    add(relation, "Secret", ref["name"].str());
  }
  void list(std::string_view needed, std::string_view optional, const json::Value& items) {
    for (const json::Value item : items.items()) {
      add(item["optional"].boolean() ? optional : needed, item["kind"].str(), item["name"].str());
    }
  }

 private:
  const std::string ns_;
  std::vector<Reference>& out_;
};

}  // namespace

void add_input_references(std::string_view kind, const json::Value& object,
                          std::vector<Reference>& out) {
  Adder to(object, out);
  const auto spec = object["spec"];
  if (kind == "Kustomization") {
    to.list("substitutes from", "may substitute from", spec["postBuild"]["substituteFrom"]);
    to.secret("decrypts with", spec["decryption"]["secretRef"]);
  } else if (kind == "HelmRelease") {
    to.list("values from", "may take values from", spec["valuesFrom"]);
  }
  to.secret("connects with", spec["kubeConfig"]["secretRef"]);
  to.add("connects with", "ConfigMap", spec["kubeConfig"]["configMapRef"]["name"].str());
  to.secret("authenticates with", spec["secretRef"]);
  to.secret("trusts", spec["certSecretRef"]);
  to.secret("proxy from", spec["proxySecretRef"]);
  to.secret("verifies with", spec["verify"]["secretRef"]);
  to.secret("authenticates with", spec["sts"]["secretRef"]);
  to.secret("trusts", spec["sts"]["certSecretRef"]);
  to.secret("signs with", spec["git"]["commit"]["signingKey"]["secretRef"]);
  for (const json::Value& pull :
       {spec["distribution"]["artifactPullSecret"], spec["distribution"]["imagePullSecret"],
        spec["sync"]["pullSecret"]}) {
    to.add("pulls with", "Secret", pull.str());
  }
}

}  // namespace masthead::flux
