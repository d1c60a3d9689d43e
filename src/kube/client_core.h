// The inside of a Client, shared with the reflectors of its cluster. For the files of kube.
#pragma once

#include <list>
#include <memory>
#include <set>
#include <string>

#include "kube/client.h"
#include "kube/credentials.h"
#include "kube/outage.h"
#include "kube/transport.h"

namespace masthead::kube {

class Call;
class DiscoveryRun;

struct Client::Core : TransportObserver {
  Core(net::Loop& the_loop, ClusterConfig the_config, Url url, const base::Clock& the_clock,
       base::Random& the_random, Dialer& dialer);
  ~Core() override;

  void on_answer(int status) override { outage.on_answer(status); }
  void on_unreachable(const base::Error& error) override { outage.on_unreachable(error); }
  void on_connected() override { outage.on_connected(); }

  // Loop only.
  void request(Request request, ResponseCallback callback);

  net::Loop& loop;
  const ClusterConfig config;
  const base::Clock& clock;
  base::Random& random;
  Outage outage;
  Credentials credentials;
  Transport transport;
  std::list<std::unique_ptr<Call>> calls;
  std::list<std::unique_ptr<DiscoveryRun>> discoveries;
  Discovery known;  // of the last discovery, for groups that have gone stale since
  // Resources ("group/resource") whose server does not do streaming lists; for this process.
  std::set<std::string> without_streaming_list;
  bool ending = false;
};

}  // namespace masthead::kube
