// For tests of Flux's kinds together: a cluster that serves all of them, and what the console
// answers.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/check.h"
#include "host/console_view.h"
#include "host/inventory_tree.h"
#include "host/kind_fixture.h"
#include "host/kstatus.h"
#include "plugins/flux/plugin.h"

namespace masthead::plugins::flux::fixture {

using Lines = std::vector<std::string>;

// A kind of another plugin.
inline host::Kind foreign(const char* group, const char* kind_name, const char* resource) {
  host::Kind kind;
  kind.group_kind = {group, kind_name};
  kind.resource = resource;
  kind.singular = kind_name;
  kind.has_status = false;
  kind.fill = [](const json::Value&, int64_t, cache::RowBuilder&) {};
  return kind;
}

// Events as far as Flux's objects are judged by them.
inline host::Kind events() {
  host::Kind kind = foreign("", "Event", "events");
  kind.columns = {{"last", "Last seen", cache::ColumnType::kTime, true, 0, ""},
                  {"type", "Type", cache::ColumnType::kText, true, 0, ""},
                  {"reason", "Reason", cache::ColumnType::kText, true, 0, ""},
                  {"message", "Message", cache::ColumnType::kText, true, 0, ""}};
  kind.fill = [](const json::Value& event, int64_t, cache::RowBuilder& row) {
    const json::Value about = event["involvedObject"];
    row.link("about", {std::string(k8s::group_of(about["apiVersion"].str())),
                       std::string(about["kind"].str()), std::string(about["namespace"].str()),
                       std::string(about["name"].str())});
    for (const char* key : {"type", "reason", "message"}) row.text(key, event[key].str());
    row.time("last", event["lastTimestamp"].str());
  };
  return kind;
}

// A cluster that serves every kind of Flux, and in which everything may be listed but where the
// test says else: by kind, the namespaces.
class Cluster {
 public:
  using Allowed = std::map<std::string, std::vector<std::string>>;
  explicit Cluster(const Allowed& allowed = {}) : plugin_(make_plugin()) {
    auto snapshot = std::make_shared<host::ClusterSnapshot>();
    std::map<std::string, k8s::Partitions, std::less<>> scope;
    std::vector<const host::Kind*> kinds;
    for (const host::Kind& kind : plugin_->kinds()) kinds.push_back(&kind);
    for (const host::Kind& kind : foreign_) kinds.push_back(&kind);
    for (const host::Kind* served : kinds) {
      const host::Kind& kind = *served;
      schemas_.push_back(host::make_schema(kind));
      auto table = std::make_shared<cache::Table>(
          cache::Table::Options{kind.table_id(), kind.group_kind, schemas_.back().get(), true},
          clock_, nullptr);
      const auto send = [&](k8s::ReflectorEvent::Type type) {
        table->sink("").on_event({type, {}, {}, nullptr});
      };
      send(k8s::ReflectorEvent::Type::kResetBegin);
      send(k8s::ReflectorEvent::Type::kResetEnd);
      tables_[kind.singular] = table;
      scope[kind.table_id()] = host::fixture::everything();
      if (const auto only = allowed.find(kind.singular); only != allowed.end()) {
        scope[kind.table_id()] = {};
        for (const std::string& ns : only->second) {
          scope[kind.table_id()].add(base::Interned(ns));
        }
      }
      snapshot->kinds.push_back({&kind, "v1", table});
    }
    auto demandable = std::make_shared<std::map<k8s::GroupKind, std::string>>();
    demandable->emplace(ingress_.group_kind, ingress_.table_id());
    snapshot->demandable = std::move(demandable);
    snapshot->ready = true;
    snapshot_ = snapshot;
    snapshot->scope = std::make_shared<const k8s::Scope>(std::move(scope));
    view_ = std::make_unique<host::ConsoleView>(std::move(snapshot),
                                                std::vector<const host::Plugin*>{plugin_.get()},
                                                nullptr, clock_, [] {});
  }

  // Without letting the console take it in.
  void put(const std::string& kind, const std::string& name, const std::string& more,
           const std::string& labels = "{}", const std::string& ns = "shop",
           const std::string& annotations = "{}", const std::string& owner_uid = "",
           const std::string& owner_kind = "K") {
    const std::string owners = owner_uid.empty() ? ""
                                                 : R"(,"ownerReferences":[{"kind":")" + owner_kind +
                                                       R"(","uid":")" + owner_uid + R"("}])";
    const std::string bytes = R"({"kind":")" + kind + R"(","metadata":{"namespace":")" + ns +
                              R"(","name":")" + name + R"(","annotations":)" + annotations +
                              R"(,"uid":")" + kind + ns + name + R"(","resourceVersion":")" +
                              std::to_string(++version_) + R"(","labels":)" + labels + owners +
                              "}," + more + "}";
    tables_.at(kind)->sink("").on_event({k8s::ReflectorEvent::Type::kUpsert, bytes, {}, nullptr});
  }
  void add(const std::string& kind, const std::string& name, const std::string& more,
           const std::string& labels = "{}", const std::string& ns = "shop",
           const std::string& annotations = "{}", const std::string& owner_uid = "",
           const std::string& owner_kind = "K") {
    put(kind, name, more, labels, ns, annotations, owner_uid, owner_kind);
    view_->update();
  }
  void add_object(const std::string& kind, const std::string& bytes) {
    tables_.at(kind)->sink("").on_event({k8s::ReflectorEvent::Type::kUpsert, bytes, {}, nullptr});
    view_->update();
  }
  const cache::TableView& list(const std::string& kind) const {
    return *view_->view(tables_.at(kind)->id());
  }
  // "relation Kind name status", "missing" where there is no such object.
  std::vector<std::string> related(const std::string& kind, const std::string& name) {
    const auto json = view_->detail_json(tables_.at(kind)->id(), "shop", name);
    const auto detail = json::Document::parse(json.value_or("{}"));
    std::vector<std::string> lines;
    for (const json::Value link : detail->root()["related"].items()) {
      std::string line = std::string(link["relation"].str()) + " " +
                         std::string(link["ref"]["kind"].str()) + " " +
                         std::string(link["ref"]["name"].str());
      if (const auto status = link["status"].str(); !status.empty()) {
        line += " " + std::string(status);
      }
      if (link["missing"].boolean()) line += " missing";
      lines.push_back(std::move(line));
    }
    return lines;
  }
  // Of a detail, the part of that name.
  std::string part(const std::string& kind, const std::string& name, const char* key) {
    const auto json = view_->detail_json(tables_.at(kind)->id(), "shop", name);
    return json::Document::parse(json.value_or("{}"))->root()[key].to_json();
  }
  // "Kind namespace/name status, remark: message" of each entry, the counts first.
  std::vector<std::string> inventory(const std::string& kind, const std::string& name) {
    const auto document = json::Document::parse(part(kind, name, "inventory"));
    const json::Value inventory = document->root();
    std::vector<std::string> lines{inventory["counts"].to_json()};
    for (const json::Value entry : inventory["entries"].items()) {
      std::string line = std::string(entry["ref"]["kind"].str()) + " " +
                         std::string(entry["ref"]["namespace"].str()) + "/" +
                         std::string(entry["ref"]["name"].str());
      if (entry["missing"].boolean()) line += " missing";
      for (const char* key : {"status", "remark", "message"}) {
        if (const auto text = entry[key].str(); !text.empty()) line += " | " + std::string(text);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }
  // "Kind namespace/name < what applied that < …", the note first.
  std::vector<std::string> applied_by(const std::string& kind, const std::string& name) {
    const auto document = json::Document::parse(part(kind, name, "appliedBy"));
    std::vector<std::string> lines{std::string(document->root()["note"].str())};
    for (const json::Value owner : document->root()["through"].items()) {
      lines.push_back("through " + std::string(owner["kind"].str()) + " " +
                      std::string(owner["name"].str()));
    }
    for (const json::Value by : document->root()["by"].items()) {
      std::string line = std::string(by["ref"]["name"].str());
      for (const json::Value up : by["chain"].items())
        line += " < " + std::string(up["name"].str());
      for (const char* key : {"path", "revision"}) {
        if (const auto text = by[key].str(); !text.empty()) line += " | " + std::string(text);
      }
      if (const auto source = by["source"]["name"].str(); !source.empty()) {
        line += " | from " + std::string(source);
      }
      lines.push_back(std::move(line));
    }
    return lines;
  }
  std::vector<std::string> causes() {
    std::vector<std::string> lines;
    for (const host::Cause& cause : view_->home("").causes) {
      lines.push_back(cause.ref.kind + " " + cause.ref.name + " waiting " +
                      std::to_string(cause.waiting.size()) + ": " + cause.status.message);
    }
    return lines;
  }
  // "  Kind namespace/name status +3", opened or closed, a line a row; demands come last.
  std::vector<std::string> tree(const std::string& name, host::TreeRequest request = {}) {
    request.table = tables_.at("Kustomization")->id();
    request.ns = "shop";
    request.name = name;
    if (request.count == 0) request.count = 100;
    const auto tree = view_->tree(request);
    if (!tree) return {"none"};
    const auto document = json::Document::parse(tree->json);
    std::vector<std::string> lines;
    for (const json::Value row : document->root()["rows"].items()) {
      std::string line(static_cast<size_t>(row["depth"].integer_or(0)) * 2, ' ');
      line += std::string(row["ref"]["kind"].str()) + " " + std::string(row["ref"]["name"].str());
      if (row["missing"].boolean()) line += " missing";
      for (const char* key : {"status", "remark"}) {
        if (const auto text = row[key].str(); !text.empty()) line += " | " + std::string(text);
      }
      if (row["children"].exists()) {
        line += (row["open"].boolean() ? " -" : " +") + row["children"].to_json();
      }
      lines.push_back(std::move(line));
    }
    for (const std::string& table : tree->demands) lines.push_back("demands " + table);
    return lines;
  }
  // As if somebody looked at Ingresses, of which there is one.
  void watch_ingresses(const k8s::Partitions& partitions) {
    schemas_.push_back(host::make_schema(ingress_));
    auto table = std::make_shared<cache::Table>(
        cache::Table::Options{ingress_.table_id(), ingress_.group_kind, schemas_.back().get(),
                              true},
        clock_, nullptr);
    const auto send = [&](k8s::ReflectorEvent::Type type, const char* bytes = "") {
      table->sink("").on_event({type, bytes, {}, nullptr});
    };
    send(k8s::ReflectorEvent::Type::kResetBegin);
    send(k8s::ReflectorEvent::Type::kUpsert,
         R"({"metadata":{"namespace":"shop","name":"web","uid":"i","resourceVersion":"1"}})");
    send(k8s::ReflectorEvent::Type::kResetEnd);
    auto newer = std::make_shared<host::ClusterSnapshot>(*snapshot_);
    newer->demanded.push_back({{&ingress_, "v1", table}, partitions});
    CHECK(view_->fits(*newer), "nobody else starts over");
    view_->refresh(newer);
    view_->update();
  }
  void forget_ingresses() { view_->refresh(snapshot_); }
  host::ConsoleView& view() { return *view_; }
  base::ManualClock& clock() { return clock_; }
  std::string search(const std::string& word) { return view_->search_json(word); }

 private:
  base::ManualClock clock_;
  int version_ = 0;
  std::unique_ptr<host::Plugin> plugin_;
  const std::vector<host::Kind> foreign_{
      foreign("", "ConfigMap", "configmaps"), foreign("apps", "Deployment", "deployments"),
      foreign("apps", "ReplicaSet", "replicasets"), foreign("", "Pod", "pods"), events()};
  const host::Kind ingress_ =
      host::kind_by_kstatus({"networking.k8s.io", "Ingress"}, "ingresses", true);
  host::SnapshotPtr snapshot_;
  std::vector<std::unique_ptr<cache::Schema>> schemas_;
  std::map<std::string, std::shared_ptr<cache::Table>> tables_;
  std::unique_ptr<host::ConsoleView> view_;
};

inline std::string ready(const char* status, const char* reason = "R") {
  return R"("status":{"conditions":[{"type":"Ready","status":")" + std::string(status) +
         R"(","reason":")" + reason + R"(","message":"m"}]})";
}

inline std::string holding(const std::string& entries, const char* ready_status = "True") {
  return R"("spec":{"path":"./apps","sourceRef":{"kind":"GitRepository","name":"fleet"}},)"
         R"("status":{"lastAppliedRevision":"main@sha1:1","inventory":{"entries":[)" +
         entries + R"(]},"conditions":[{"type":"Ready","status":")" + ready_status +
         R"(","message":"m"}]})";
}
inline std::string entry(const std::string& id) {
  return R"({"id":")" + id + R"(","v":"v1"})";
}
inline std::string labelled(const std::string& name) {
  return R"({"kustomize.toolkit.fluxcd.io/name":")" + name +
         R"(","kustomize.toolkit.fluxcd.io/namespace":"shop"})";
}

}  // namespace masthead::plugins::flux::fixture
