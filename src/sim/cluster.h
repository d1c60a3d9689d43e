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
#include "net/certificates.h"
#include "net/loop.h"
#include "sim/api_server.h"
#include "sim/faults.h"
#include "sim/front.h"
#include "sim/network.h"

namespace masthead::sim {

class Cluster {
 public:
  struct Options {
    std::string name = "demo";
    std::string version = "v1.34.2";
    uint64_t seed = 1;
    uint16_t port = 0;
    bool http2 = true;
    // For fault tests: requests go through faults(), connections through network().
    bool faulty = false;
    std::string client_authority_pem;  // who signs certificates of users
    PodRuntime* pods = nullptr;
    // Tokens are of the operating system's randomness: only who has the kubeconfig gets in.
    std::vector<User> users = {{"admin", "", {"system:masters"}}};
  };
  explicit Cluster(Options options, const base::Clock& clock = base::system_clock());
  ~Cluster();

  // Fills the cluster before anybody can connect, then listens.
  base::Result<void> start(const std::function<void(ApiServer&)>& fill);
  void stop();
  // What a killed process leaves: no listener, broken connections, and the objects in etcd.
  void kill();
  base::Result<void> come_back();  // on the same port
  // Another cluster behind the same address, which the same tokens open. While it is killed.
  void replace(const std::function<void(ApiServer&)>& fill);
  // From the next come_back() on; its authority is another one too.
  void renew_certificate();

  // With a context for each user, the first one's current; kNotFound when there is no such user.
  base::Result<std::string> kubeconfig(const std::string& current_user) const;
  uint16_t port() const { return port_; }
  // Runs on the loop, soon.
  void post(std::function<void(ApiServer&)> what);
  // In PEM: who signed the server's certificate.
  const std::string& authority() const { return authority_pem_; }
  // Only when `faulty`.
  Faults& faults() { return *faults_; }
  Network& network() { return *network_; }
  // Runs on the loop and waits for it; nothing while killed.
  void run(const std::function<void(ApiServer&, Front&)>& what);
  // The same, killed or not: what happens to the objects meanwhile.
  void inside(const std::function<void(ApiServer&)>& what);

 private:
  Options options_;
  base::SeededRandom random_;
  void make_server();
  base::Result<void> listen();
  void on_loop(const std::function<void()>& what);

  net::Loop loop_;
  std::unique_ptr<Faults> faults_;
  std::unique_ptr<Network> network_;
  std::unique_ptr<ApiServer> server_;
  std::unique_ptr<Front> front_;
  std::vector<std::pair<std::string, std::string>> tokens_;  // user, token
  net::Certificate certificate_;
  std::string authority_pem_;
  uint16_t port_ = 0;
};

}  // namespace masthead::sim
