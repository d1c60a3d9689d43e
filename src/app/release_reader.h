// Reads releases for a person who asks: with his client, after asking for his rights, one request
// at a time gathered and answered, and nothing kept.
//
// Threading: as host::Releases. Requests run on the cluster's loop; unpacking, merging and masking
// on a thread of its own, so that no watch waits for a large release. Created and destroyed while
// the loop does not run or on it, before the Client goes; what is open then is never answered.
#pragma once

#include <functional>
#include <memory>

#include "base/clock.h"
#include "history/history.h"
#include "host/cluster_snapshot.h"
#include "host/releases.h"
#include "kube/client.h"

namespace masthead::app {

class ReleaseReader final : public host::Releases {
 public:
  // `history` may be null: then nothing is revealed. `snapshot` may be called from any thread.
  ReleaseReader(net::Loop& loop, kube::Client& client, history::History* history,
                const base::Clock& clock, std::function<host::SnapshotPtr()> snapshot);
  ~ReleaseReader() override;

  void contents(host::ReleaseAddress release, int64_t revision, ContentsCallback done) override;
  void values(host::ReleaseAddress release, int64_t revision, JsonCallback done) override;
  void diff(host::ReleaseAddress release, int64_t from, int64_t to, JsonCallback done) override;
  void reveal(host::RevealRequest request, JsonCallback done) override;
  void substitutions(host::ReleaseAddress kustomization, JsonCallback done) override;

 private:
  struct State;
  std::shared_ptr<State> state_;
};

}  // namespace masthead::app
