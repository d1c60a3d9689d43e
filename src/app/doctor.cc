// `masthead doctor`: what can I reach, what may I do, what is missing, what to do about it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <thread>

#include "app/commands.h"
#include "app/setup.h"
#include "base/limits.h"
#include "base/terminal.h"
#include "host/console_view.h"

namespace masthead::app {
namespace {

void print_connection(const host::ClusterSnapshot& snapshot) {
  fmt::print("cluster    {} at {}\n", snapshot.name, snapshot.server);
  if (!snapshot.context.empty()) fmt::print("context    {}\n", snapshot.context);
  const bool reached = snapshot.ready;
  fmt::print("reach      {}\n", reached ? "answers" : "does not answer as it should");
  if (!snapshot.connection.cause.text.empty()) {
    fmt::print("           {}\n", base::for_terminal(snapshot.connection.cause.text, 11));
  }
  if (!snapshot.connection.cause.hint.empty()) {
    fmt::print("           {}\n", base::for_terminal(snapshot.connection.cause.hint, 11));
  }
  if (!snapshot.version.empty()) fmt::print("version    Kubernetes {}\n", snapshot.version);
  if (!snapshot.user.empty()) fmt::print("user       {}\n", snapshot.user);
}

void print_rights(const host::ClusterSnapshot& snapshot) {
  fmt::print("\nrights     what may be listed\n");
  size_t width = 0;
  for (const host::ServedKind& served : snapshot.kinds) {
    width = std::max(width, served.kind->title.size());
  }
  for (const host::ServedKind& served : snapshot.kinds) {
    const k8s::Partitions& may = snapshot.scope->of(served.table->id());
    std::string where = "nowhere";
    if (may.all) where = "everywhere";
    if (!may.all && !may.namespaces.empty()) {
      where = "in";
      for (const base::Interned ns : may.namespaces) where += " " + std::string(ns.text());
    }
    fmt::print("  {:<{}} {:<10} {}\n", served.kind->title, width, served.version, where);
  }
}

void print_controllers(const host::ConsoleView& view) {
  fmt::print("\nflux\n");
  const auto* deployments = view.view("deployments.apps");
  size_t found = 0;
  if (deployments != nullptr) {
    const auto images = deployments->table().schema().index_of("images");
    deployments->for_each([&](const cache::Row& row) {
      if (row.labels().find("app.kubernetes.io/part-of=flux\n") == std::string_view::npos) return;
      ++found;
      if (!images || !row.has(*images)) return;
      fmt::print("  {:<26} {:<12} {}\n", row.key(), k8s::status_name(row.status().status),
                 base::for_terminal(row.text(*images), 2));
    });
  }
  if (found == 0) {
    fmt::print(
        "  No Deployment labelled app.kubernetes.io/part-of=flux is seen: the controllers run "
        "elsewhere,\n  or they may not be listed.\n");
  }
}

void print_advice(const host::ClusterSnapshot& snapshot) {
  for (const host::Guidance& one : snapshot.guidance) {
    fmt::print("\n{}\n  {}\n", one.text, one.hint);
  }
  for (const host::Missing& one : snapshot.missing) {
    fmt::print("\n{}\n  Missing: {}. This would give it:\n", one.text, one.right);
    size_t from = 0;
    while (from < one.role.size()) {
      const size_t end = one.role.find('\n', from);
      fmt::print("    {}\n", one.role.substr(from, end - from));
      from = end + 1;
    }
  }
}

}  // namespace

int doctor(const Config& config) {
  auto setup = prepare(config);
  if (!setup) return fail_with(setup.error());
  ClusterSession& session = *(*setup)->session;
  session.start();
  const int64_t began_ms = base::system_clock().monotonic_ms();
  const int64_t deadline_ms = began_ms + limits::kStatusTimeoutMs;
  std::unique_ptr<host::ConsoleView> view;
  host::SnapshotPtr snapshot;
  while (true) {
    snapshot = session.snapshot();
    const bool away = snapshot->connection.state == k8s::Freshness::State::kStale &&
                      base::system_clock().monotonic_ms() - began_ms >= limits::kStatusPatienceMs;
    const bool failed = snapshot->connection.state == k8s::Freshness::State::kForbidden || away;
    if (snapshot->ready) {
      if (view == nullptr || !view->fits(*snapshot)) {
        view = std::make_unique<host::ConsoleView>(
            snapshot, (*setup)->plugins, (*setup)->history.get(), base::system_clock(), [] {});
      }
      view->update();
    }
    const bool done = view != nullptr && view->complete();
    if (done || failed || base::system_clock().monotonic_ms() >= deadline_ms) break;
    std::this_thread::sleep_for(std::chrono::milliseconds(50));
  }
  print_connection(*snapshot);
  if (view != nullptr) {
    print_rights(*snapshot);
    print_controllers(*view);
  }
  print_advice(*snapshot);
  const bool well = snapshot->ready && snapshot->missing.empty();
  view.reset();
  session.stop();
  if (!snapshot->ready) return kExitUnknown;
  return well ? kExitWell : kExitBroken;
}

}  // namespace masthead::app
