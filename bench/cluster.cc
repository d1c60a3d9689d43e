// The large embedded cluster alone, in a process of its own, so that what the console takes can be
// told from it: `bench_cluster KUBECONFIG` writes the kubeconfig, prints a line once it answers,
// and for each line that it reads one with its watches. Ends with its input.
#include <fmt/format.h>

#include <fstream>
#include <iostream>

#include "json/writer.h"
#include "sim/embedded_cluster.h"

namespace masthead::bench {
namespace {

int run(const char* path) {
  sim::EmbeddedCluster::Options options;
  options.large = true;
  auto cluster = sim::EmbeddedCluster::start(options);
  if (!cluster) {
    fmt::print(stderr, "{}\n", cluster.error().message());
    return 1;
  }
  std::ofstream(path) << *(*cluster)->kubeconfig("admin");
  fmt::print("{{}}\n");
  std::fflush(stdout);
  for (std::string line; std::getline(std::cin, line);) {
    json::Writer out;
    out.begin_object();
    for (const auto& [what, count] : (*cluster)->watches()) {
      out.key(what).integer(static_cast<int64_t>(count));
    }
    fmt::print("{}\n", std::move(out.end_object()).finish());
    std::fflush(stdout);
  }
  return 0;
}

}  // namespace
}  // namespace masthead::bench

int main(int argc, char** argv) {
  if (argc != 2) {
    fmt::print(stderr, "usage: bench_cluster KUBECONFIG\n");
    return 2;
  }
  return masthead::bench::run(argv[1]);
}
