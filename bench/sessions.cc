// Sessions of a console that runs, over 100,000 pods of the fleet:
//
//   bench_sessions KUBECONFIG URL query               lists, one after another
//   bench_sessions KUBECONFIG URL SESSIONS RATE SECONDS [ANSWERED]
//
// The second opens so many sessions with mixed lists, prints a line when all have theirs, and
// changes so many pods a second. A change is told by the address it gives its pod. A latency begins
// when the API server answers the request that makes the change; one that is seen before that has
// none. Prints one JSON line at the end, and into the file ANSWERED when each change was answered.
#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdlib>
#include <fstream>
#include <future>
#include <set>
#include <thread>
#include <unordered_set>

#include "base/random.h"
#include "bench/live_client.h"
#include "json/value.h"
#include "json/writer.h"
#include "kube/client.h"
#include "kube/kubeconfig.h"

namespace masthead::bench {
namespace {

constexpr int64_t kPatienceMs = 20'000;
constexpr size_t kNamespaces = 10;
constexpr int kTimes = 3;
// The number of a change as an address of four times three digits, so that lists by address have
// the newest at one end: a change that comes into a window later would count as late.
constexpr std::string_view kMark = "\"222.";
constexpr uint32_t kBase = 100;
constexpr uint32_t kLeast = 100;

double now_ms() {
  return std::chrono::duration<double, std::milli>(
             std::chrono::system_clock::now().time_since_epoch())
      .count();
}

bool is_reset(std::string_view frame) {
  return frame.substr(0, 40).find("\"reset\"") != std::string_view::npos;
}

void wait_for(const std::function<bool()>& done, int64_t patience_ms, const char* what) {
  const double end = now_ms() + static_cast<double>(patience_ms);
  while (!done()) {
    if (now_ms() > end) {
      fmt::print(stderr, "not within {} ms: {}\n", patience_ms, what);
      std::exit(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(1));
  }
}

// What `what` says on the loop.
template <typename What>
auto on_loop(net::Loop& loop, What what) {
  std::promise<decltype(what())> said;
  loop.post([&] { said.set_value(what()); });
  return said.get_future().get();
}

struct Percentiles {
  size_t count = 0;
  double p50 = 0, p99 = 0;
};
Percentiles percentiles(std::vector<double> values) {
  if (values.empty()) return {};
  std::sort(values.begin(), values.end());
  return {values.size(), values[values.size() / 2], values[values.size() * 99 / 100]};
}
void write(json::Writer& out, std::string_view name, const Percentiles& of) {
  out.key(name).begin_object().key("count").integer(static_cast<int64_t>(of.count));
  out.key("p50_ms").number(of.p50).key("p99_ms").number(of.p99).end_object();
}

std::vector<ListQuery> questions() {
  static constexpr std::array kFilters = {"",
                                          "web",
                                          "api ns:calm-badger",
                                          "status:failed",
                                          "status:ready node-1",
                                          "-web worker",
                                          "label:app.kubernetes.io/name=bold-hare-api",
                                          "10.10",
                                          "crashloopbackoff",
                                          "no such pod",
                                          "-status:ready",
                                          "mailer label:pod-template-hash"};
  static constexpr std::array kColumns = {"name",     "namespace", "status", "node",
                                          "restarts", "created",   "ready",  "ip"};
  std::vector<ListQuery> all;
  for (const char* filter : kFilters) {
    for (const char* column : kColumns) {
      all.push_back({filter, column, false});
      all.push_back({filter, column, true});
    }
  }
  return all;
}

int ask(const ConsoleUrl& url) {
  net::Loop loop;
  loop.start();
  bool here = false;
  double came = 0;
  auto client = std::make_unique<LiveClient>(loop, url, [&](std::string_view frame) {
    if (!is_reset(frame)) return;
    here = true;
    came = now_ms();
  });
  loop.post([&] { client->open(); });
  std::vector<std::pair<double, std::string>> times;
  int id = 0;
  for (const ListQuery& query : questions()) {
    double best = 1e9;
    for (int i = 0; i < kTimes; ++i) {
      const double began = now_ms();
      ++id;
      on_loop(loop, [&] { return here = false; });
      loop.post([&] { client->subscribe(id, query); });
      wait_for([&] { return on_loop(loop, [&] { return here; }); }, kPatienceMs, "a list");
      best = std::min(best, came - began);
      loop.post([&] { client->unsubscribe(id); });
      // Past the time in which frames are gathered: it is not what is measured.
      std::this_thread::sleep_for(std::chrono::milliseconds(60));
    }
    times.emplace_back(best, fmt::format("'{}' by {}{}", query.filter, query.sort,
                                         query.descending ? ", descending" : ""));
  }
  loop.stop();
  std::sort(times.begin(), times.end());
  json::Writer out;
  out.begin_object().key("p50_ms").number(times[times.size() / 2].first);
  out.key("p99_ms").number(times[times.size() * 99 / 100].first);
  out.key("slowest").string(times.back().second).end_object();
  fmt::print("{}\n", std::move(out).finish());
  return 0;
}

// Most look at a namespace where things change; others at all pods, in several ways.
ListQuery query_of(size_t session, const std::vector<std::string>& namespaces) {
  static constexpr std::array kColumns = {"name", "status", "created", "node", "restarts"};
  const size_t place = session / 10;
  const char* column = kColumns[place % kColumns.size()];
  switch (session % 10) {
    case 0:
      return {"", column, place % 2 == 0};
    case 1:
      return {"status:failed", column, false};
    case 2:
      return {fmt::format("web node-{:03}", place), "name", false};
    case 3:
      return place % 2 == 0 ? ListQuery{"-status:ready", "created", true}
                            : ListQuery{"", "ip", true};
    default:
      return {"ns:" + namespaces[session % namespaces.size()], column, place % 2 == 0};
  }
}

struct Pod {
  std::string ns, name;
};

class Crowd {
 public:
  Crowd(net::Loop& loop, kube::Client& client, ConsoleUrl url)
      : loop_(loop), client_(client), url_(std::move(url)) {}

  void list_pods();
  void open(size_t sessions);
  void change(double rate, double seconds);
  std::string summary(double seconds);
  void write_answered(const char* path) const;

 private:
  struct Session {
    std::unique_ptr<LiveClient> client;
    std::unordered_set<uint32_t> seen;
    bool listed = false;
  };
  void take(Session& session, std::string_view frame);
  void change_one(uint32_t number);

  net::Loop& loop_;
  kube::Client& client_;
  ConsoleUrl url_;
  std::vector<std::string> namespaces_;
  std::vector<Pod> pods_;
  std::vector<std::unique_ptr<Session>> sessions_;
  std::vector<double> asked_, answered_;                // by the number of the change
  std::vector<std::pair<uint32_t, double>> sightings_;  // number, when
  size_t frames_ = 0, bytes_ = 0, failed_ = 0, pending_ = 0;
};

void Crowd::list_pods() {
  static constexpr std::array kNames = {
      "calm-badger", "bold-badger", "clear-badger", "deep-badger",  "early-badger",
      "fair-badger", "glad-badger", "high-badger",  "ivory-badger", "jolly-badger"};
  namespaces_.assign(kNames.begin(), kNames.begin() + kNamespaces);
  size_t listed = 0;
  for (const std::string& ns : namespaces_) {
    kube::Request request;
    request.path = fmt::format("/api/v1/namespaces/{}/pods", ns);
    client_.request(std::move(request), [this, ns, &listed](base::Result<kube::Response> got) {
      ++listed;
      if (!got) return;
      const auto list = json::Document::parse(got->body);
      if (!list) return;
      for (const json::Value item : list->root()["items"].items()) {
        pods_.push_back({ns, std::string(item["metadata"]["name"].str())});
      }
    });
  }
  wait_for([&] { return on_loop(loop_, [&] { return listed == namespaces_.size(); }); },
           kPatienceMs, "the pods");
  // Neighbours in the list of changes are of different namespaces.
  std::sort(pods_.begin(), pods_.end(), [](const Pod& a, const Pod& b) { return a.name < b.name; });
  base::SeededRandom random(1);
  for (size_t i = pods_.size(); i > 1; --i) std::swap(pods_[i - 1], pods_[random.below(i)]);
}

void Crowd::open(size_t sessions) {
  for (size_t i = 0; i < sessions; ++i) {
    sessions_.push_back(std::make_unique<Session>());
    Session& session = *sessions_.back();
    session.client = std::make_unique<LiveClient>(
        loop_, url_, [this, &session](std::string_view frame) { take(session, frame); });
    session.client->subscribe(1, query_of(i, namespaces_));
    loop_.post([&session] { session.client->open(); });
  }
  const auto listed = [this] {
    return std::all_of(sessions_.begin(), sessions_.end(),
                       [](const auto& session) { return session->listed; });
  };
  wait_for([&] { return on_loop(loop_, listed); }, kPatienceMs, "every session's list");
}

void Crowd::take(Session& session, std::string_view frame) {
  const double now = now_ms();
  ++frames_;
  bytes_ += frame.size();
  if (is_reset(frame)) session.listed = true;
  for (size_t at = frame.find(kMark); at != std::string_view::npos;
       at = frame.find(kMark, at + 1)) {
    uint32_t number = 0;
    const char* from = frame.data() + at + kMark.size();
    const char* const end = frame.data() + frame.size();
    for (int part = 0; part < 3; ++part) {
      uint32_t byte = 0;
      from = std::from_chars(from, end, byte).ptr + 1;
      number = number * kBase + byte - kLeast;
    }
    if (session.seen.insert(number).second) sightings_.emplace_back(number, now);
  }
}

void Crowd::change_one(uint32_t number) {
  const Pod& pod = pods_[number % pods_.size()];
  json::Writer out;
  out.begin_object().key("status").begin_object().key("podIP");
  out.string(fmt::format("222.{}.{}.{}", kLeast + number / kBase / kBase,
                         kLeast + number / kBase % kBase, kLeast + number % kBase));
  out.end_object().end_object();
  kube::Request request;
  request.method = "PATCH";
  request.path = fmt::format("/api/v1/namespaces/{}/pods/{}/status", pod.ns, pod.name);
  request.headers = {{"content-type", "application/merge-patch+json"}};
  request.body = std::move(out).finish();
  asked_[number] = now_ms();
  ++pending_;
  client_.request(std::move(request), [this, number](const base::Result<kube::Response>& got) {
    --pending_;
    if (got) {
      answered_[number] = now_ms();
    } else {
      ++failed_;
    }
  });
}

void Crowd::change(double rate, double seconds) {
  const auto total = static_cast<uint32_t>(rate * seconds);
  asked_.assign(total, 0);
  answered_.assign(total, 0);
  const double began = now_ms();
  for (uint32_t number = 0; number < total; ++number) {
    const double due = began + number * 1000 / rate;
    const double wait = due - now_ms();
    if (wait > 0) std::this_thread::sleep_for(std::chrono::duration<double, std::milli>(wait));
    loop_.post([this, number] { change_one(number); });
  }
  wait_for([&] { return on_loop(loop_, [&] { return pending_ == 0; }); }, kPatienceMs, "answers");
  std::this_thread::sleep_for(std::chrono::seconds(1));
}

std::string Crowd::summary(double seconds) {
  return on_loop(loop_, [&] {
    std::vector<double> seen;
    std::vector<double> writes;
    for (const auto& [number, when] : sightings_) {
      if (number < answered_.size() && answered_[number] > 0) {
        seen.push_back(std::max(0.0, when - answered_[number]));
      }
    }
    for (size_t i = 0; i < asked_.size(); ++i) {
      if (answered_[i] > 0) writes.push_back(answered_[i] - asked_[i]);
    }
    const auto broken = std::count_if(sessions_.begin(), sessions_.end(),
                                      [](const auto& one) { return one->client->broken(); });
    json::Writer out;
    out.begin_object().key("sessions").integer(static_cast<int64_t>(sessions_.size()));
    out.key("broken").integer(broken).key("refused").integer(static_cast<int64_t>(failed_));
    out.key("changes").integer(static_cast<int64_t>(asked_.size()));
    out.key("frames_a_second").number(static_cast<double>(frames_) / seconds);
    out.key("bytes_a_second").number(static_cast<double>(bytes_) / seconds);
    write(out, "seen", percentiles(std::move(seen)));
    write(out, "writes", percentiles(std::move(writes)));
    out.end_object();
    return std::move(out).finish();
  });
}

void Crowd::write_answered(const char* path) const {
  std::ofstream file(path);
  for (size_t i = 0; i < answered_.size(); ++i) {
    if (answered_[i] > 0) file << fmt::format("{} {:.1f}\n", i, answered_[i]);
  }
}

int run(char** arguments, const char* answered) {
  kube::KubeconfigOptions options;
  options.path = arguments[1];
  auto config = kube::load_cluster_config(options, kube::process_environment());
  if (!config) {
    fmt::print(stderr, "{}\n", config.error().message());
    return 1;
  }
  net::Loop loop;
  auto client =
      kube::Client::create(loop, std::move(*config), base::system_clock(), base::system_random());
  if (!client) {
    fmt::print(stderr, "{}\n", client.error().message());
    return 1;
  }
  loop.start();
  Crowd crowd(loop, **client, ConsoleUrl::read(arguments[2]));
  crowd.list_pods();
  crowd.open(std::strtoull(arguments[3], nullptr, 10));
  fmt::print("{{}}\n");
  std::fflush(stdout);
  const double seconds = std::atof(arguments[5]);
  crowd.change(std::atof(arguments[4]), seconds);
  fmt::print("{}\n", crowd.summary(seconds));
  loop.stop();
  if (answered != nullptr) crowd.write_answered(answered);
  return 0;
}

}  // namespace
}  // namespace masthead::bench

int main(int argc, char** argv) {
  const bool asks = argc == 4 && std::string_view(argv[3]) == "query";
  if (!asks && argc != 6 && argc != 7) {
    fmt::print(stderr,
               "usage: bench_sessions KUBECONFIG URL query | SESSIONS RATE SECONDS [FILE]\n");
    return 2;
  }
  if (asks) return masthead::bench::ask(masthead::bench::ConsoleUrl::read(argv[2]));
  return masthead::bench::run(argv, argc == 7 ? argv[6] : nullptr);
}
