// A full sync of all pods of a cluster by client, reflector and table: `bench_sync KUBECONFIG`.
// Prints one JSON line: how long until every pod was there, the processor time of the whole
// process, and what the process holds then.
#include <fmt/format.h>
#include <malloc.h>
#include <sys/resource.h>

#include <chrono>
#include <optional>
#include <thread>

#include "base/random.h"
#include "bench/pods.h"
#include "json/writer.h"
#include "kube/reflector.h"

namespace masthead::bench {
namespace {

constexpr int64_t kPatienceMs = 5 * 60'000;

double process_cpu_ms() {
  rusage usage{};
  ::getrusage(RUSAGE_SELF, &usage);
  const auto ms = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) * 1e3 + static_cast<double>(time.tv_usec) / 1e3;
  };
  return ms(usage.ru_utime) + ms(usage.ru_stime);
}

int run(const std::string& kubeconfig) {
  const base::Clock& clock = base::system_clock();
  kube::KubeconfigOptions options;
  options.path = kubeconfig;
  auto config = kube::load_cluster_config(options, kube::process_environment());
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().message());
    return 1;
  }
  net::Loop loop(clock);
  auto client = kube::Client::create(loop, std::move(*config), clock, base::system_random());
  if (!client) {
    fmt::print(stderr, "{}\n", client.error().message());
    return 1;
  }
  kube::ApiResource resource;
  resource.gvr = {"", "v1", "pods"};
  resource.kind = "Pod";
  resource.namespaced = true;
  resource.verbs = {"list", "watch"};

  // As in production: how a server lists best is known by its version.
  std::optional<base::Result<kube::Discovery>> discovered;
  (*client)->discover([&](auto result) { discovered = std::move(result); });
  loop.drive_until([&] { return discovered.has_value(); });
  if (!discovered || !*discovered) {
    fmt::print(stderr, "{}\n", discovered ? discovered->error().message() : "no answer");
    return 1;
  }

  const PodTable pods;
  k8s::Partitions everything;
  everything.all = true;
  const int64_t began_ms = clock.monotonic_ms();
  auto reflector = std::make_unique<kube::Reflector>(
      **client, kube::Reflector::Options{resource, "", false}, pods.table->sink(""));
  // On a thread, as in production: a driven loop polls, and the API server needs the processor.
  loop.start();
  bool complete = false;
  while (!complete && clock.monotonic_ms() < began_ms + kPatienceMs) {
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
    complete = pods.table->confidence(everything).complete;
  }
  loop.stop();
  const int64_t took_ms = clock.monotonic_ms() - began_ms;
  const double cpu_ms = process_cpu_ms();
  const size_t peak = status_bytes("VmHWM");
  reflector.reset();
  if (!complete) {
    fmt::print(stderr, "not synced within {} ms\n", kPatienceMs);
    return 1;
  }
  // As the Go peer returns what it does not need before it is measured.
  ::malloc_trim(0);
  const cache::Table::Footprint footprint = pods.table->footprint();
  json::Writer out;
  out.begin_object().key("count").integer(static_cast<int64_t>(footprint.objects));
  out.key("sync_ms").integer(took_ms).key("cpu_ms").number(cpu_ms);
  out.key("rss_bytes").integer(static_cast<int64_t>(status_bytes("VmRSS")));
  out.key("peak_rss_bytes").integer(static_cast<int64_t>(peak));
  out.key("row_bytes").integer(static_cast<int64_t>(footprint.row_bytes));
  out.key("object_bytes").integer(static_cast<int64_t>(footprint.object_bytes)).end_object();
  fmt::print("{}\n", std::move(out).finish());
  return 0;
}

}  // namespace
}  // namespace masthead::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: bench_sync KUBECONFIG\n");
    return 2;
  }
  return masthead::bench::run(argv[1]);
}
