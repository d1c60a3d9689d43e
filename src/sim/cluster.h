// A whole embedded cluster: the API server behind its listener, on a thread of its own, with users
// and a kubeconfig for them. What lives in it is the fleet's business.
//
// Threading: start(), stop() and the getters from any one thread; everything inside on its loop.
#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/random.h"
#include "base/result.h"
#include "net/loop.h"
#include "sim/api_server.h"
#include "sim/front.h"

namespace masthead::sim {

class Cluster {
 public:
  struct Options {
    std::string name = "demo";
    std::string version = "v1.34.2";
    uint64_t seed = 1;
    uint16_t port = 0;
    bool http2 = true;
    PodRuntime* pods = nullptr;
    // Tokens are of the operating system's randomness: only who has the kubeconfig gets in.
    std::vector<User> users = {{"admin", "", {"system:masters"}}};
  };
  explicit Cluster(Options options, const base::Clock& clock = base::system_clock());
  ~Cluster();

  // Fills the cluster before anybody can connect, then listens.
  base::Result<void> start(const std::function<void(ApiServer&)>& fill);
  void stop();

  // With a context for each user, the first one's current; kNotFound when there is no such user.
  base::Result<std::string> kubeconfig(const std::string& current_user) const;
  uint16_t port() const { return port_; }
  // Runs on the loop, soon.
  void post(std::function<void(ApiServer&)> what);
  // Runs on the loop and waits for it.
  void run(const std::function<void(ApiServer&, Front&)>& what);

 private:
  Options options_;
  base::SeededRandom random_;
  net::Loop loop_;
  std::unique_ptr<ApiServer> server_;
  std::unique_ptr<Front> front_;
  std::vector<std::pair<std::string, std::string>> tokens_;  // user, token
  std::string authority_pem_;
  uint16_t port_ = 0;
};

}  // namespace masthead::sim
