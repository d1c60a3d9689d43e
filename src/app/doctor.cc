// `masthead doctor`: what can I reach, what may I do, what is missing, what to do about it.
#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <set>
#include <thread>

#include "app/commands.h"
#include "app/setup.h"
#include "base/limits.h"
#include "base/terminal.h"
#include "host/console_view.h"
#include "plugins/flux/controllers_report.h"

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
  const auto report = plugins::flux::controllers_report(view);
  if (report.apis.empty()) return;
  const auto safe = [](const std::string& text) { return base::for_terminal(text, 2); };
  fmt::print("\nflux       {}\n", report.summary);
  for (const auto& one : report.installations) {
    fmt::print("  in {}: Flux {}\n", one.ns,
               one.version.empty() ? "of a version that is not known" : safe(one.version));
  }
  for (const auto& line : report.controllers) {
    const std::string name =
        line.deployment ? line.deployment->ns + "/" + line.deployment->name : line.component;
    fmt::print("  {:<40} {:<12} {}\n", name, k8s::status_name(line.status.status),
               safe(line.told.version));
    if (line.status.status != k8s::Status::kReady && !line.status.message.empty()) {
      fmt::print("    {}\n", base::for_terminal(line.status.message, 4));
    }
  }
  for (const auto& note : report.notes) fmt::print("  {}\n", safe(note.text));
  for (const auto& one : report.unwatched) fmt::print("  {}\n", safe(one.text));
  fmt::print("\nupgrade    {}\n", report.upgrade);
  for (const auto& need : report.needs) {
    // Of a release that is not known, what is next is not known either.
    if (need.next || !report.release) fmt::print("  {}\n", safe(need.text));
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

// What the page reads for its report, so that both say the same; true once it is there, or will not
// be.
bool read_for_report(ClusterSession& session, const std::vector<const host::Plugin*>& plugins,
                     const host::ConsoleView& view) {
  std::set<std::string> tables;
  bool there = true;
  for (const host::Plugin* plugin : plugins) {
    for (const std::string_view table : plugin->controllers_read()) {
      if (!view.snapshot().may_be_demanded(table)) continue;
      tables.emplace(table);
      const auto* read = view.view(table);
      if (read == nullptr) {
        there = there && view.freshness(table).state == k8s::Freshness::State::kForbidden;
      } else {
        there = there && read->confidence().complete;
      }
    }
  }
  session.demand(std::move(tables));
  return there;
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
      if (view != nullptr && view->fits(*snapshot)) {
        view->refresh(snapshot);
      } else {
        view = std::make_unique<host::ConsoleView>(
            snapshot, (*setup)->plugins, (*setup)->history.get(), base::system_clock(), [] {});
      }
      view->update();
    }
    const bool done =
        view != nullptr && view->complete() && read_for_report(session, (*setup)->plugins, *view);
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
