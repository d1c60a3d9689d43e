#include "fault/fault_fixture.h"

#include <fmt/format.h>
#include <stdlib.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <thread>

#include "json/value.h"
#include "k8s/resource_version.h"
#include "kube/kubeconfig.h"
#include "net/loop.h"
#include "plugins/core/plugin.h"
#include "plugins/flux/plugin.h"
#include "sim/fleet/objects.h"

namespace masthead::fault {
namespace {

constexpr int kPodCount = 200;
constexpr int kOtherCount = 50;

std::string make_folder() {
  std::string name = (std::filesystem::temp_directory_path() / "masthead-fault-XXXXXX").string();
  return ::mkdtemp(name.data()) == nullptr ? std::string() : name;
}

// Every pause of a backoff takes its whole step, so that a test knows it: below(step + 1) is the
// step, for the first five of them.
class WholeSteps final : public base::Random {
 public:
  uint64_t next() override {
    uint64_t product = 1;
    for (uint64_t i = 0, step = limits::kBackoffFirstMs; i < 5; ++i, step *= 2) product *= step + 1;
    return product - 1;
  }
};

std::string line_of(std::string_view table, std::string_view ns, std::string_view name,
                    std::string_view uid, std::string_view version) {
  return fmt::format("{} {}/{} {} {}", table, ns, name, uid, version);
}

// Reads through a client of its own, which knows nothing of what the session was told.
class Reader {
 public:
  explicit Reader(const kube::ClusterConfig& config)
      : client_(kube::Client::create(loop_, config, base::system_clock(), base::system_random())
                    .value()) {}

  base::Result<std::string> read(const std::string& path) {
    answer_.reset();
    kube::Request request;
    request.path = path;
    client_->request(std::move(request), [this](auto response) { answer_ = std::move(response); });
    loop_.drive_until([&] { return answer_.has_value(); }, 20'000);
    if (!answer_) return base::fail(base::ErrorCode::kTimeout, "no answer to " + path);
    if (!*answer_) return std::unexpected(answer_->error());
    return (*answer_)->body;
  }

 private:
  std::optional<base::Result<kube::Response>> answer_;
  net::Loop loop_;
  std::unique_ptr<kube::Client> client_;
};

void expect_same(const std::vector<std::string>& have, const std::vector<std::string>& want,
                 const char* what) {
  std::vector<std::string> differ;
  std::set_symmetric_difference(have.begin(), have.end(), want.begin(), want.end(),
                                std::back_inserter(differ));
  for (size_t i = 0; i < differ.size() && i < 10; ++i) {
    ADD_FAILURE() << "is not as in " << what << ": " << differ[i];
  }
}

}  // namespace

struct FaultTest::Observed {
  std::shared_ptr<cache::Table> table;
  std::shared_ptr<cache::ChangeQueue> changes;
};

FaultTest::FaultTest() : folder_(make_folder()) {
  owned_plugins_.push_back(plugins::flux::make_plugin());
  owned_plugins_.push_back(plugins::core::make_plugin());
  for (const auto& plugin : owned_plugins_) plugins_.push_back(plugin.get());
}

FaultTest::~FaultTest() {
  if (session_ != nullptr) session_->stop();
  if (cluster_ != nullptr) cluster_->stop();
  if (!may_go_back_) EXPECT_EQ(went_back_, 0) << "rows went back in resourceVersion";
  std::filesystem::remove_all(folder_);
}

void FaultTest::TearDown() {
  if (session_ == nullptr || cluster_ == nullptr || HasFatalFailure()) return;
  faults().clear();
  network().set({});
  expect_fresh_list(20'000);
}

std::function<void(sim::ApiServer&)> FaultTest::filling(std::function<void(sim::ApiServer&)> more) {
  fleets_.push_back(std::make_unique<sim::Fleet>(sim::Fleet::Options{"empty"}));
  return [fleet = fleets_.back().get(), more = std::move(more)](sim::ApiServer& server) {
    fleet->fill(server);
    for (const char* ns : {"one", "two"}) put(server, "", "namespaces", "", ns);
    for (int i = 0; i < kPodCount; ++i) {
      put(server, "", "pods", i % 2 == 0 ? "one" : "two", fmt::format("pod-{}", i),
          R"({"spec":{"containers":[{"name":"main","image":"registry.example/app:1"}]}})");
    }
    for (int i = 0; i < kOtherCount; ++i) {
      put(server, "", "configmaps", "one", fmt::format("config-{}", i), R"({"data":{"a":"b"}})");
      put(server, kKustomize, "kustomizations", "two", fmt::format("ks-{}", i),
          R"({"spec":{"interval":"10m","path":"./","prune":true,)"
          R"("sourceRef":{"kind":"GitRepository","name":"shop"}}})");
    }
    if (more) more(server);
  };
}

void FaultTest::begin(Setting setting) {
  sim::Cluster::Options options;
  options.http2 = setting.http2;
  options.faulty = true;
  options.pods = setting.pods;
  options.client_authority_pem = setting.client_authority_pem;
  options.users = {{"admin", "", {"system:masters"}}, {"team", "", {"team"}}};
  cluster_ = std::make_unique<sim::Cluster>(options);
  ASSERT_TRUE(cluster_->start(filling(setting.fill)));
  session_ = session_for(setting);
  session_->start();
  if (!setting.wait) return;
  ASSERT_TRUE(eventually([&] { return caught_up(); }, 20'000)) << "the first lists";
}

kube::ClusterConfig FaultTest::config_for(const std::string& user) {
  const std::string path = folder_ + "/kubeconfig-" + user;
  std::ofstream(path) << cluster_->kubeconfig(user).value();
  kube::KubeconfigOptions options;
  options.path = path;
  return kube::load_cluster_config(options, kube::process_environment()).value();
}

std::unique_ptr<app::ClusterSession> FaultTest::session_for(const Setting& setting) {
  app::ClusterOptions options;
  options.config = config_for(setting.user);
  options.namespaces = setting.namespaces;
  if (setting.adjust) setting.adjust(options.config);
  static WholeSteps random;
  return app::ClusterSession::create(options, plugins_, setting.history, *setting.clock, random)
      .value();
}

bool FaultTest::eventually(const std::function<bool()>& done, int64_t limit_ms) {
  const int64_t end_ms = base::system_clock().monotonic_ms() + limit_ms;
  while (true) {
    observe();
    if (done()) return true;
    if (base::system_clock().monotonic_ms() >= end_ms) return false;
    std::this_thread::sleep_for(std::chrono::milliseconds(10));
  }
}

void FaultTest::pass(int64_t ms) {
  eventually([] { return false; }, ms);
}

void FaultTest::observe() {
  if (session_ == nullptr) return;
  for (const host::ServedKind& kind : session_->snapshot()->kinds) {
    const bool known = std::any_of(observed_.begin(), observed_.end(),
                                   [&](const auto& one) { return one->table == kind.table; });
    if (known) continue;
    auto made = std::make_unique<Observed>();
    made->table = kind.table;
    made->changes = std::make_shared<cache::ChangeQueue>([] {});
    kind.table->add_listener(made->changes);
    observed_.push_back(std::move(made));
  }
  for (const auto& one : observed_) {
    for (const cache::Change& change : one->changes->drain().changes) {
      if (change.before == nullptr || change.after == nullptr) continue;
      if (change.before->uid() != change.after->uid()) continue;
      const auto order = k8s::compare_resource_versions(change.after->resource_version(),
                                                        change.before->resource_version());
      if (order && *order < 0) ++went_back_;
    }
  }
}

std::vector<std::string> FaultTest::shown() const {
  std::vector<std::string> lines;
  const host::SnapshotPtr now = session_->snapshot();
  for (const host::ServedKind& kind : now->kinds) {
    for (const auto& row : kind.table->snapshot(now->scope->of(kind.table->id()))) {
      lines.push_back(line_of(kind.table->id(), row->ns().text(), row->name(), row->uid(),
                              row->resource_version()));
    }
  }
  std::sort(lines.begin(), lines.end());
  return lines;
}

std::vector<std::string> FaultTest::stored() {
  std::vector<std::string> lines;
  const host::SnapshotPtr now = session_->snapshot();
  on_server([&](sim::ApiServer& server) {
    for (const host::ServedKind& kind : now->kinds) {
      const auto type = server.types().find(kind.kind->group_kind.group, kind.kind->resource);
      if (type == nullptr) continue;
      const k8s::Partitions& partitions = now->scope->of(kind.table->id());
      for (const auto& [key, object] : server.store().objects(*type)) {
        if (!partitions.allows(base::Interned(object->ns))) continue;
        lines.push_back(line_of(kind.table->id(), object->ns, object->name, object->uid,
                                std::to_string(object->revision)));
      }
    }
  });
  return sorted(std::move(lines));
}

std::vector<std::string> FaultTest::listed() {
  std::vector<std::string> lines;
  // One that has just noticed another cluster begins anew.
  EXPECT_TRUE(eventually([&] { return session_->snapshot()->ready; }));
  const host::SnapshotPtr now = session_->snapshot();
  Reader reader(config_for(now->user));
  for (const host::ServedKind& kind : now->kinds) {
    const k8s::Partitions& partitions = now->scope->of(kind.table->id());
    std::vector<std::string> scopes;
    if (partitions.all) scopes.emplace_back();
    for (const base::Interned ns : partitions.namespaces) scopes.emplace_back(ns.text());
    for (const std::string& ns : scopes) {
      const auto body = reader.read(path_of(kind, ns));
      if (!body) {
        lines.push_back(kind.table->id() + ": " + body.error().text);
        continue;
      }
      const auto document = json::Document::parse(*body);
      for (const json::Value item : document->root()["items"].items()) {
        const json::Value metadata = item["metadata"];
        lines.push_back(line_of(kind.table->id(), metadata["namespace"].str(),
                                metadata["name"].str(), metadata["uid"].str(),
                                metadata["resourceVersion"].str()));
      }
    }
  }
  return sorted(std::move(lines));
}

std::vector<std::string> FaultTest::sorted(std::vector<std::string> lines) const {
  std::erase_if(lines, [&](const std::string& line) {
    return !too_large_.empty() && line.starts_with(too_large_);
  });
  std::sort(lines.begin(), lines.end());
  return lines;
}

void FaultTest::expect_fresh_list(int64_t limit_ms) {
  EXPECT_TRUE(eventually([&] { return caught_up(); }, limit_ms)) << "not what is stored";
  expect_as_listed();
}

void FaultTest::expect_as_listed() {
  const auto wanted = listed();
  eventually([&] { return shown() == wanted; }, 5'000);
  expect_same(shown(), wanted, "a fresh list");
}

bool FaultTest::all(k8s::Freshness::State state) const {
  const host::SnapshotPtr now = session_->snapshot();
  if (!now->ready) return false;
  return std::all_of(now->kinds.begin(), now->kinds.end(), [&](const host::ServedKind& kind) {
    const k8s::Partitions& partitions = now->scope->of(kind.table->id());
    return partitions.none() || kind.table->confidence(partitions).freshness.state == state;
  });
}

bool FaultTest::as_many_as_stored() {
  const host::SnapshotPtr now = session_->snapshot();
  bool as_many = true;
  on_server([&](sim::ApiServer& server) {
    for (const host::ServedKind& kind : now->kinds) {
      const auto type = server.types().find(kind.kind->group_kind.group, kind.kind->resource);
      const k8s::Partitions& partitions = now->scope->of(kind.table->id());
      if (type == nullptr || !partitions.all) continue;  // not counted that easily
      as_many = as_many &&
                kind.table->snapshot(partitions).size() == server.store().objects(*type).size();
    }
  });
  return as_many;
}

bool FaultTest::caught_up() {
  if (!all(k8s::Freshness::State::kLive)) return false;
  // To compare 10,000 rows takes longer than to change them, in the threads that are waited for.
  if (too_large_.empty() && !as_many_as_stored()) return false;
  return shown() == stored();
}

int64_t FaultTest::expect_recovery(size_t mark, int64_t limit_ms) {
  EXPECT_TRUE(eventually([&] { return faults().log().size() > mark; }, 35'000))
      << "nobody asks for anything";
  const auto log = faults().log();
  if (log.size() <= mark) return -1;
  const int64_t first_ms = log[mark].at_ms;
  const int64_t left_ms = first_ms + limit_ms - base::system_clock().monotonic_ms();
  const bool good = eventually([&] { return caught_up(); }, left_ms);
  const int64_t took_ms = base::system_clock().monotonic_ms() - first_ms;
  EXPECT_TRUE(good) << "the cache is not what is stored within " << limit_ms << " ms";
  if (!good) {
    expect_same(shown(), stored(), "what is stored");
    for (const host::ServedKind& kind : session_->snapshot()->kinds) {
      const auto trust = kind.table->confidence(session_->snapshot()->scope->of(kind.table->id()));
      if (trust.freshness.state == k8s::Freshness::State::kLive) continue;
      ADD_FAILURE() << kind.table->id() << " is " << k8s::freshness_name(trust.freshness.state)
                    << ": " << trust.freshness.cause.text;
    }
  } else {
    expect_as_listed();
  }
  RecordProperty("recovery_ms", std::to_string(took_ms));
  return took_ms;
}

void FaultTest::on_server(const std::function<void(sim::ApiServer&)>& what) {
  cluster_->inside(what);
}

void FaultTest::put(sim::ApiServer& server, const char* group, const char* plural,
                    const std::string& ns, const std::string& name, const std::string& json) {
  auto object = sim::parse_document(json);
  ASSERT_TRUE(object) << json;
  sim::object_in(object->as_object(), "metadata")["name"] = name;
  const auto made = server.create(server.types().find(group, plural), ns, *object, "test");
  ASSERT_TRUE(made) << made.error().message;
}

void FaultTest::touch(sim::ApiServer& server, const char* group, const char* plural,
                      const std::string& ns, const std::string& name, const std::string& value) {
  const auto changed = server.change(
      server.types().find(group, plural), ns, name, "", "test", [&](sim::Document& object) {
        auto& metadata = sim::object_in(object.as_object(), "metadata");
        sim::object_in(metadata, "labels")["touched"] = value;
        std::string wide;
        for (int i = 0; i < 200; ++i) wide += "\u5e73";
        sim::object_in(metadata, "annotations")["wide"] = wide;
      });
  ASSERT_TRUE(changed) << changed.error().message;
}

void FaultTest::add_pod(const std::string& name) {
  on_server([&](sim::ApiServer& server) {
    put(server, "", "pods", "one", name,
        R"({"spec":{"containers":[{"name":"main","image":"registry.example/app:1"}]}})");
  });
}

void FaultTest::touch_pod(const std::string& name, const std::string& value) {
  on_server([&](sim::ApiServer& server) { touch(server, "", "pods", "one", name, value); });
}

void FaultTest::remove_pod(const std::string& name) {
  on_server([&](sim::ApiServer& server) {
    server.store().remove(server.types().find("", "pods"), "one", name);
  });
}

uint64_t FaultTest::revision() {
  uint64_t now = 0;
  on_server([&](sim::ApiServer& server) { now = server.store().revision(); });
  return now;
}

cache::RowPtr FaultTest::row(const std::string& table, const std::string& ns,
                             const std::string& name) const {
  const host::SnapshotPtr now = session_->snapshot();
  for (const host::ServedKind& kind : now->kinds) {
    if (kind.table->id() == table) return kind.table->find(now->scope->of(table), ns, name);
  }
  return nullptr;
}

}  // namespace masthead::fault
