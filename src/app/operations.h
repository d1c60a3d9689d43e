// Runs actions on the cluster: an entry in the audit log, the patch as the user, and then the
// object is followed by the changes of its table until there is an outcome.
//
// Threading: as host::Operations; all work happens on the cluster's loop. Created and destroyed
// while the loop does not run or on it, before the Client goes. What runs when it is destroyed
// stays in the audit log without an outcome.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/random.h"
#include "history/history.h"
#include "host/cluster_snapshot.h"
#include "host/operations.h"
#include "kube/client.h"

namespace masthead::app {

class OperationRunner final : public host::Operations {
 public:
  // `snapshot` may be called from any thread.
  OperationRunner(net::Loop& loop, kube::Client& client, history::History* history,
                  const base::Clock& clock, base::Random& random,
                  std::function<host::SnapshotPtr()> snapshot);
  ~OperationRunner() override;

  host::PatchRight may_patch(const host::ObjectAddress& object) override;
  void ask_rights(const std::vector<host::ObjectAddress>& objects,
                  std::function<void()> done) override;
  void start(host::OperationRequest request, std::function<void(Started)> started) override;
  void give_up(int64_t id) override;
  std::vector<host::OperationPtr> list() const override;
  uint64_t version() const override;
  void set_listener(std::function<void()> changed) override;

  // Loop only: another cluster answers, so nothing that runs will be seen to end.
  void abandon_all();

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace masthead::app
