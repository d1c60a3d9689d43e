// One discovery: the aggregated form, or group by group where the server does not have it.
// Threading: the loop. Owned by the Client's Core.
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "kube/client_core.h"

namespace masthead::kube {

class DiscoveryRun {
 public:
  DiscoveryRun(Client::Core& core, Client::DiscoveryCallback callback);
  ~DiscoveryRun();
  void begin();
  std::list<std::unique_ptr<DiscoveryRun>>::iterator self;

 private:
  void ask(const std::string& path, const std::string& accept,
           std::move_only_function<void(base::Result<Response>)> then);
  void on_root(bool core_group, base::Result<Response> response);
  void ask_next();
  void step_done();
  void finish(base::Result<void> result);

  Client::Core& core_;
  Client::DiscoveryCallback callback_;
  Discovery found_;
  struct Pending {
    std::string group, version;
    Discovery answer;  // kept apart: versions are added in order of preference
    bool done = false;
  };
  std::vector<std::unique_ptr<Pending>> pending_;
  size_t next_ = 0;
  int outstanding_ = 0;
  base::Result<void> failure_;
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

}  // namespace masthead::kube
