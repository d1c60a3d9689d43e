// A fleet for tests, with its API server, without a network.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/random.h"
#include "net/loop.h"
#include "sim/fleet/fleet.h"

namespace masthead::sim {

// A cluster whose time passes when the test says so.
struct Filled {
  base::ManualClock clock;
  net::Loop loop{clock};
  base::SeededRandom random;
  Fleet fleet;
  ApiServer server;
  explicit Filled(const std::string& scenario, uint64_t seed = 1, size_t pods = 0)
      : random(seed),
        fleet({scenario, pods}),
        server(loop, random, {.version = "v1.34.2", .pods = &fleet}) {
    const ResourceTypePtr namespaces = server.types().find("", "namespaces");
    for (const char* name : {"default", "kube-system"}) {
      (void)server.create(namespaces, "", make_object("", name, {}), "test");
    }
    fleet.fill(server);
  }

  void pass(int64_t ms) {
    for (int64_t gone = 0; gone < ms; gone += 250) {
      clock.advance(250);
      fleet.advance_to(clock.wall_ms());
    }
  }
  ResourceTypePtr type(const char* group, const char* plural) {
    return server.types().find(group, plural);
  }
  std::vector<Document> all(const char* group, const char* plural, std::string_view ns = "") {
    std::vector<Document> found;
    const ResourceTypePtr of = type(group, plural);
    if (of == nullptr) return found;
    for (const auto& [key, stored] : server.store().objects(*of)) {
      if (ns.empty() || key.first == ns) found.push_back(stored->document(*of));
    }
    return found;
  }
  std::optional<Document> get(const char* group, const char* plural, std::string_view ns,
                              std::string_view name) {
    const ResourceTypePtr of = type(group, plural);
    const StoredPtr found = of == nullptr ? nullptr : server.store().get(*of, ns, name);
    return found == nullptr ? std::nullopt : std::optional(found->document(*of));
  }
  static std::string words(const Document& object, const char* of = "Ready") {
    const Document* found = condition(object, of);
    if (found == nullptr) return "none";
    return std::string(text_at(*found, {"status"})) + " " +
           std::string(text_at(*found, {"reason"}));
  }
  std::string ready(const char* group, const char* plural, std::string_view ns,
                    std::string_view name) {
    const auto object = get(group, plural, ns, name);
    return object ? words(*object) : "absent";
  }
  int count(const char* group, const char* plural, const std::string& said,
            const char* of = "Ready") {
    int found = 0;
    for (const Document& object : all(group, plural)) found += words(object, of) == said ? 1 : 0;
    return found;
  }
  void edit(const char* group, const char* plural, const char* ns, const char* name,
            const std::function<void(Document&)>& change) {
    const auto done = server.change(type(group, plural), ns, name, "", "kubectl-patch", change);
    ASSERT_TRUE(done) << done.error().message;
  }
  void set_spec(const char* group, const char* plural, const char* ns, const char* name,
                const char* field, const Document& value) {
    edit(group, plural, ns, name,
         [&](Document& object) { object_in(object.as_object(), "spec")[field] = value; });
  }
  void erase(const char* group, const char* plural, const char* ns, const char* name) {
    ASSERT_TRUE(server.erase(type(group, plural), ns, name));
  }
  int64_t replicas_ready(const char* ns, const char* name) {
    const auto object = get("apps", "deployments", ns, name);
    return object ? number_at(*object, {"status", "readyReplicas"}) : -1;
  }
};

}  // namespace masthead::sim
