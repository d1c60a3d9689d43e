// What Helm keeps of its releases: a Secret a revision, as Helm writes them.
#include <fmt/format.h>
#include <zlib.h>

#include <algorithm>

#include "base/base64.h"
#include "base/check.h"
#include "base/time_format.h"
#include "helm/release.h"
#include "helm/values.h"
#include "sim/fleet/fleet.h"
#include "sim/fleet/releases.h"
#include "yaml/yaml.h"

namespace masthead::sim {
namespace {

constexpr const char* kManager = "helm-controller";
// spec.maxHistory unless told else.
constexpr int64_t kRevisionsKept = 5;

std::string gzip(std::string_view text) {
  z_stream stream{};
  CHECK(::deflateInit2(&stream, 9, Z_DEFLATED, 16 + MAX_WBITS, 9, Z_DEFAULT_STRATEGY) == Z_OK,
        "there is memory");
  std::string out(::deflateBound(&stream, text.size()), '\0');
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(text.data()));
  stream.avail_in = static_cast<uInt>(text.size());
  stream.next_out = reinterpret_cast<Bytef*>(out.data());
  stream.avail_out = static_cast<uInt>(out.size());
  CHECK(::deflate(&stream, Z_FINISH) == Z_STREAM_END, "the bound is one");
  out.resize(stream.total_out);
  ::deflateEnd(&stream);
  return out;
}

std::string yaml_of(const Document& document) {
  const auto parsed = json::Document::parse(to_text(document));
  return yaml::from_json(parsed->root());
}

std::string template_text(const std::string& chart, std::string_view file, const Document& object) {
  return fmt::format("---\n# Source: {}/templates/{}\n{}", chart, file, yaml_of(object));
}

// What the chart gives where nobody says else.
Document defaults_of(const std::string& chart) {
  return Fields{{"replicas", 1},
                {"image", Fields{{"repository", "registry.example.com/charts/" + chart},
                                 {"pullPolicy", "IfNotPresent"}}},
                {"auth", Fields{{"enabled", true}, {"password", ""}, {"username", "default"}}},
                {"service", Fields{{"type", "ClusterIP"}, {"port", 80}}},
                {"resources", Fields()},
                {"tolerations", Items()}};
}

std::string password_in(const Document& config) {
  const std::string_view password = text_at(config, {"auth", "password"});
  return std::string(password);
}

Document secret_of(const std::string& ns, const std::string& name, const std::string& password) {
  return Fields{{"apiVersion", "v1"},
                {"kind", "Secret"},
                {"metadata", Fields{{"name", name}, {"namespace", ns}}},
                {"type", "Opaque"},
                {"data", Fields{{"password", base::encode_base64(password)}}}};
}

Document test_hook(const std::string& chart, const std::string& name, int64_t began_ms,
                   int64_t ended_ms) {
  return Fields{{"name", name + "-test-connection"},
                {"kind", "Pod"},
                {"path", chart + "/templates/tests/test-connection.yaml"},
                {"manifest", fmt::format("apiVersion: v1\nkind: Pod\nmetadata:\n  name: "
                                         "{}-test-connection\n",
                                         name)},
                {"events", Items{"test"}},
                {"last_run", Fields{{"started_at", base::format_rfc3339(began_ms)},
                                    {"completed_at", base::format_rfc3339(ended_ms)},
                                    {"phase", "Succeeded"}}},
                {"delete_policies", Items{"before-hook-creation", "hook-succeeded"}}};
}

void set_release(Document& secret, const Document& release, std::string_view status,
                 int64_t now_ms) {
  const std::string stored = base::encode_base64(gzip(to_text(release)));
  Fields& labels = object_in(object_in(secret.as_object(), "metadata"), "labels");
  labels["status"] = std::string(status);
  labels["modifiedAt"] = std::to_string(now_ms / 1'000);
  secret.as_object()["data"] = Fields{{"release", base::encode_base64(stored)}};
}

std::optional<Document> release_in(const Document& secret) {
  const auto parsed = json::Document::parse(to_text(secret));
  const auto text = helm::release_in(parsed->root());
  return text ? parse_document(*text) : std::nullopt;
}

}  // namespace

// spec.values with what they come from, as helm-controller merges them.
Document Fleet::values_of(const Document& object) const {
  const auto parsed = json::Document::parse(to_text(object));
  helm::ValuesInput input;
  const helm::Merged merged =
      helm::merge_values(parsed->root(), [&](const helm::ValuesReference& from) -> const auto& {
        input = {helm::ValuesInput::State::kNotFound, {}};
        const auto found = get(from.kind, text_at(object, {"metadata", "namespace"}), from.name);
        const Fields* data = found ? fields_at(*found, {"data"}) : nullptr;
        if (data == nullptr) return input;
        input.state = helm::ValuesInput::State::kFound;
        for (const auto& [key, value] : *data) {
          const std::string text(value.as_string());
          input.data[key] = from.kind == "Secret" ? base::decode_base64(text).value_or("") : text;
        }
        return input;
      });
  json::Writer out;
  helm::write_node(out, merged.root);
  return *parse_document(std::move(out).finish());
}

Document Fleet::release_document(const Document& object, const Document& entry) {
  const std::string name(text_at(entry, {"name"})), ns(text_at(entry, {"namespace"}));
  const std::string chart(text_at(entry, {"chartName"}));
  const std::string version(text_at(entry, {"chartVersion"}));
  const std::string status(text_at(entry, {"status"}));
  const Document config = values_of(object);
  std::string manifest =
      template_text(chart, "secret.yaml", secret_of(ns, name, password_in(config)));
  for (const Workload& workload : workloads_of(chart, version)) {
    std::string file = workload.kind + ".yaml";
    file.front() = static_cast<char>(file.front() - 'A' + 'a');
    Document built_one = built(ns, workload);
    const ResourceTypePtr of = type(workload.kind);
    built_one.as_object()["apiVersion"] = of->api_version(of->storage_version());
    built_one.as_object()["kind"] = workload.kind;
    manifest += template_text(chart, file, built_one);
  }
  const std::string_view at = text_at(entry, {"lastDeployed"});
  const int64_t began = base::rfc3339_or_zero(at);
  const std::string action = number_at(entry, {"version"}) == 1 ? "Install" : "Upgrade";
  return Fields{
      {"name", name},
      {"namespace", ns},
      {"version", number_at(entry, {"version"})},
      {"manifest", manifest},
      {"config", config},
      {"hooks", Items{test_hook(chart, name, began, began + 4'000)}},
      {"info",
       Fields{
           {"first_deployed", std::string(text_at(entry, {"firstDeployed"}))},
           {"last_deployed", std::string(at)},
           {"deleted", ""},
           {"description", status == "failed" ? action + " failed: timeout" : action + " complete"},
           {"status", status},
           {"notes", fmt::format("{} {} is installed.\n\nReach it from within the cluster:\n\n"
                                 "  http://{}.{}.svc.cluster.local\n",
                                 chart, version, name, ns)}}},
      {"chart",
       Fields{{"metadata", Fields{{"apiVersion", "v2"},
                                  {"name", chart},
                                  {"version", version},
                                  {"appVersion", std::string(text_at(entry, {"appVersion"}))},
                                  {"description", "A chart of the demo"}}},
              {"lock", nullptr},
              {"templates", Items()},
              {"values", defaults_of(chart)},
              {"schema", nullptr},
              {"files", Items()}}}};
}

// Makes the storage follow the history in the status.
void Fleet::store_release(const Key& key) {
  const auto object_kept = get("HelmRelease", key.ns, key.name);
  const Document& object = *object_kept;
  const Document* newest = newest_release(object);
  const ResourceTypePtr secrets = type("Secret");
  if (newest == nullptr) {
    for (int64_t i = 1; get("Secret", key.ns, helm::storage_name(key.name, i)); ++i) {
      (void)server_->erase(secrets, key.ns, helm::storage_name(key.name, i));
    }
    return;
  }
  const int64_t number = number_at(*newest, {"version"});
  const std::string name = helm::storage_name(key.name, number);
  if (!get("Secret", key.ns, name)) {
    Document secret = make_object(key.ns, name, {});
    secret.as_object().erase("spec");
    secret.as_object()["type"] = std::string(helm::kStorageType);
    object_in(secret.as_object(), "metadata")["labels"] =
        Fields{{"owner", "helm"}, {"name", key.name}, {"version", std::to_string(number)}};
    set_release(secret, release_document(object, *newest), text_at(*newest, {"status"}), now_ms());
    make("Secret", key.ns, std::move(secret), kManager);
  }
  for (const Document& entry : *items_at(object, {"status", "history"})) {
    const std::string older = helm::storage_name(key.name, number_at(entry, {"version"}));
    const std::string status(text_at(entry, {"status"}));
    const auto stored = get("Secret", key.ns, older);
    if (!stored || text_at(*stored, {"metadata", "labels", "status"}) == status) continue;
    auto release = release_in(*stored);
    if (!release) continue;
    object_in(release->as_object(), "info")["status"] = status;
    edit("Secret", key.ns, older, kManager,
         [&](Document& now) { set_release(now, *release, status, now_ms()); });
  }
  (void)server_->erase(secrets, key.ns, helm::storage_name(key.name, number - kRevisionsKept));
}

}  // namespace masthead::sim
