// One operation that runs: its steps one after another, each patched and followed. Loop only.
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "cache/table.h"
#include "host/cluster_snapshot.h"
#include "host/operations.h"
#include "kube/client.h"
#include "net/loop.h"

namespace masthead::app {

// A kind of the snapshot, and where its objects may be read.
struct ServedTable {
  const host::Kind* kind = nullptr;
  std::shared_ptr<cache::Table> table;
  k8s::Partitions partitions;
  std::string version;
};
std::optional<ServedTable> served_table(const host::ClusterSnapshot& snapshot,
                                        std::string_view table);

class OperationRun : public std::enable_shared_from_this<OperationRun> {
 public:
  struct Surroundings {
    net::Loop& loop;
    kube::Client& client;
    const base::Clock& clock;
    std::function<host::SnapshotPtr()> snapshot;
    // Called after every change of shown(); after the one with an outcome no more.
    std::function<void(OperationRun&)> changed;
  };

  // Plans it; an error says why it can't be done.
  static base::Result<std::shared_ptr<OperationRun>> plan(Surroundings surroundings,
                                                          const host::ObjectAddress& object,
                                                          std::string_view action,
                                                          host::ActionStamp stamp);
  ~OperationRun();

  // The object's state before, and its uid, for the audit log.
  const std::string& before() const { return before_; }
  const std::string& uid() const { return uid_; }
  const host::ActionStamp& stamp() const { return stamp_; }
  const host::Operation& shown() const { return shown_; }

  void begin(int64_t id);
  // Ends it without an outcome: nobody looks any more.
  void give_up(std::string text);

 private:
  explicit OperationRun(Surroundings surroundings) : around_(std::move(surroundings)) {}
  void begin_step();
  void take_answer(base::Result<kube::Response> answer);
  void follow();
  void look();
  void take(const json::Value& object);
  void fail(std::string text);
  void end(host::Operation::State state, std::string text);
  void stop_following();
  host::OperationStep& step() { return shown_.steps[at_]; }

  Surroundings around_;
  host::Operation shown_;
  host::ActionStamp stamp_;
  std::string before_, uid_;
  std::vector<host::ActionStep> plan_;
  size_t at_ = 0;
  std::string source_revision_;
  // Of the step at hand.
  bool asked_again_ = false;
  ServedTable served_;
  const host::ActionRules* rules_ = nullptr;
  std::unique_ptr<host::ActionFollower> follower_;
  std::string patched_version_;
  std::shared_ptr<cache::ChangeQueue> changes_;
  net::Timer timeout_;
};

}  // namespace masthead::app
