// What the fleet's Flux controllers write is what real ones wrote:
// tests/sim/recorded_flux_shapes.tsv.
#include <gtest/gtest.h>

#include <fstream>
#include <map>
#include <regex>
#include <set>
#include <sstream>
#include <string>

#include "sim/fleet/fleet_fixture.h"

namespace masthead::sim {
namespace {

std::string expression_of(const std::string& shape) {
  static const std::map<std::string, std::string> kParts = {
      {"name", R"([^'"\n]+)"},
      {"hex", "[0-9a-f]{64}"},
      {"error", R"([\s\S]*)"},
      {"image", R"([\w.:/-]+)"},
      {"tag", R"([\w.+-]+)"},
      {"object", R"([A-Z]\w+(/[\w.:-]+){1,2})"},
      {"objects", R"([A-Z]\w+(/[\w.:-]+){2}( status: '\w+', [A-Z]\w+(/[\w.:-]+){2})*)"},
      {"changes", R"(([A-Z]\w+(/[\w.:-]+){1,2} (created|configured|deleted)\n?)+)"},
      {"drift", R"(([A-Z]\w+(/[\w.:-]+){1,2} (removed|changed \(.*\))\n?)+)"},
      {"revision", R"([^ '\n]+@sha(1:[0-9a-f]{40}|256:[0-9a-f]{64}))"},
      {"digest", "sha256:[0-9a-f]{64}"},
      {"duration", R"((\d+h)?(\d+m)?\d+(\.\d+)?(ns|µs|ms|s))"},
      {"number", R"(-?\d+)"},
      {"size", R"(\d+(\.\d+)?[kM]?B)"},
      {"path", R"(/[^ '":]+)"},
      {"url", R"([a-z]+://[^ '"]*[^ '":])"},
      {"address", R"([0-9.]+:\d+)"},
      {"release", R"([a-z0-9-]+/[a-z0-9-]+\.v\d+)"},
      {"chart", R"([a-z0-9-]+@[\w.+-]+)"}};
  std::string expression;
  for (size_t at = 0; at < shape.size(); ++at) {
    const size_t end = shape[at] == '<' ? shape.find('>', at) : std::string::npos;
    const auto part =
        end == std::string::npos ? kParts.end() : kParts.find(shape.substr(at + 1, end - at - 1));
    if (part != kParts.end()) {
      expression += "(" + part->second + ")";
      at = end;
    } else {
      if (std::string_view(R"(\^$.|?*+()[]{})").contains(shape[at])) expression += '\\';
      expression += shape[at];
    }
  }
  return expression;
}

std::string unescaped(const std::string& text) {
  std::string out;
  for (size_t at = 0; at < text.size(); ++at) {
    const bool escape = text[at] == '\\' && at + 1 < text.size();
    if (escape) ++at;
    out += escape && text[at] == 'n' ? '\n' : text[at];
  }
  return out;
}

class Recorded {
 public:
  Recorded() {
    std::ifstream file(std::string(MASTHEAD_SOURCE_DIR) + "/tests/sim/recorded_flux_shapes.tsv");
    for (std::string line; std::getline(file, line);) {
      const size_t tab = line.rfind('\t');
      if (line.starts_with('#') || tab == std::string::npos) continue;
      shapes_[line.substr(0, tab)].push_back(unescaped(line.substr(tab + 1)));
    }
  }
  bool has(const std::string& key, std::string message) {
    static const std::string kLogs = "\n\nLast Helm logs:\n\n";
    if (const size_t logs = message.find(kLogs); logs != std::string::npos) {
      message = message.substr(0, logs) + kLogs + "<logs>";
    }
    const std::string combined = "(combined from similar events): ";
    if (message.starts_with(combined)) message = message.substr(combined.size());
    for (const std::string& shape : shapes_[key]) {
      if (message == shape) return true;
      if (!shape.contains('<')) continue;
      auto [known, added] = expressions_.try_emplace(shape);
      if (added) known->second = std::regex(expression_of(shape));
      if (std::regex_match(message, known->second)) return true;
    }
    return false;
  }
  size_t size() const { return shapes_.size(); }

 private:
  std::map<std::string, std::vector<std::string>> shapes_;
  std::map<std::string, std::regex> expressions_;
};

// "Kustomization\tReady\tTrue\tReconciliationSucceeded" and what is said.
using Said = std::set<std::pair<std::string, std::string>>;

std::string joined(std::initializer_list<std::string_view> parts) {
  std::string out;
  for (const std::string_view part : parts) {
    if (!out.empty()) out += '\t';
    out += part;
  }
  return out;
}

void collect(const ResourceType& of, const Document& object, Said& said) {
  if (of.plural == "events") {
    const std::string_view group = text_at(object, {"involvedObject", "apiVersion"});
    if (!group.contains("fluxcd")) return;
    said.emplace(joined({text_at(object, {"involvedObject", "kind"}), "Event",
                         text_at(object, {"type"}), text_at(object, {"reason"})}),
                 text_at(object, {"message"}));
    return;
  }
  const Items* conditions = items_at(object, {"status", "conditions"});
  if (!of.group.contains("fluxcd") || conditions == nullptr) return;
  for (const Document& one : *conditions) {
    said.emplace(joined({of.kind, text_at(one, {"type"}), text_at(one, {"status"}),
                         text_at(one, {"reason"})}),
                 text_at(one, {"message"}));
  }
}

void expect_recorded(const char* scenario, int64_t pass_ms,
                     const std::function<void(Filled&)>& touch = {}) {
  Recorded recorded;
  ASSERT_GT(recorded.size(), 100U);
  Filled t(scenario);
  Said said;
  for (const ResourceTypePtr& of : t.server.types().all()) {
    for (const auto& [key, stored] : t.server.store().objects(*of)) {
      collect(*of, stored->document(*of), said);
    }
  }
  t.server.store().listen([&](const StoreEvent& event) {
    if (event.type != StoreEvent::Type::kDeleted) {
      collect(*event.resource, event.now->document(*event.resource), said);
    }
  });
  if (touch) touch(t);
  t.pass(pass_ms);
  EXPECT_GT(said.size(), 20U);
  for (const auto& [key, message] : said) {
    EXPECT_TRUE(recorded.has(key, message)) << key << "\t" << message;
  }
}

TEST(RecordedShapes, an_outage_says_what_real_controllers_say) {
  expect_recorded("outage", 120'000);
}

TEST(RecordedShapes, a_storm_says_what_real_controllers_say) {
  expect_recorded("storm", 120'000);
}

TEST(RecordedShapes, upgrades_say_what_real_controllers_say) {
  expect_recorded("upgrade", 200'000);
}

TEST(RecordedShapes, what_a_person_changes_is_told_as_by_real_controllers) {
  constexpr const char* kHelm = "helm.toolkit.fluxcd.io";
  constexpr const char* kKustomize = "kustomize.toolkit.fluxcd.io";
  constexpr const char* kSource = "source.toolkit.fluxcd.io";
  expect_recorded("calm", 400'000, [&](Filled& t) {
    t.set_spec(kSource, "gitrepositories", "search", "search", "ref", Fields{{"branch", "none"}});
    t.set_spec(kSource, "gitrepositories", "payments", "payments", "url",
               "https://nowhere.example/x");
    t.set_spec(kSource, "ocirepositories", "recommend", "models", "ref", Fields{{"tag", "none"}});
    t.set_spec(kSource, "helmrepositories", "monitoring", "charts", "url",
               "https://unreachable.example");
    t.erase(kSource, "gitrepositories", "ledger", "payments");
    t.erase(kKustomize, "kustomizations", "monitoring", "dashboards");
    t.erase(kHelm, "helmreleases", "monitoring", "tempo");
    t.set_spec(kKustomize, "kustomizations", "shop", "cart", "targetNamespace", "nowhere");
    t.set_spec(kKustomize, "kustomizations", "shop", "database", "suspend", true);
    t.set_spec(kKustomize, "kustomizations", "shop", "jobs", "dependsOn",
               Items{Fields{{"name", "nobody"}}});
    t.set_spec(kHelm, "helmreleases", "platform", "reloader", "dependsOn",
               Items{Fields{{"name", "nobody"}}});
    t.set_spec(kHelm, "helmreleases", "shop", "cache", "chartRef",
               Fields{{"kind", "OCIRepository"}, {"name", "nothing"}});
    t.set_spec("apps", "deployments", "platform", "metrics-server", "replicas", 5);
    t.erase("", "services", "platform", "metrics-server");
    t.edit(kHelm, "helmreleases", "platform", "cert-manager", [](Document& object) {
      Fields& spec = object_in(object.as_object(), "spec");
      object_in(object_in(spec, "chart"), "spec")["version"] = "9.9.9";
    });
  });
}

TEST(RecordedShapes, durations_are_written_as_go_writes_them) {
  EXPECT_EQ(go_duration(30'000), "30s");
  EXPECT_EQ(go_duration(300'000), "5m0s");
  EXPECT_EQ(go_duration(7'384'000), "2h3m4s");
  EXPECT_TRUE(duration_text(128'105, "x").starts_with("2m8.105")) << duration_text(128'105, "x");
}

TEST(RecordedShapes, conditions_stand_in_the_order_of_flux) {
  Filled t("outage");
  const auto base =
      t.get("kustomize.toolkit.fluxcd.io", "kustomizations", "shop-staging", "checkout");
  ASSERT_TRUE(base);
  std::string order;
  for (const Document& one : *items_at(*base, {"status", "conditions"})) {
    order += std::string(text_at(one, {"type"})) + " ";
  }
  EXPECT_EQ(order, "Reconciling Ready Healthy ");
}

}  // namespace
}  // namespace masthead::sim
