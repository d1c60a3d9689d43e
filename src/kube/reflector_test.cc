#include "kube/reflector.h"

#include <gtest/gtest.h>

#include "kube/client_core.h"
#include "kube/recording_sink.h"
#include "kube/scripted_server.h"

namespace masthead::kube {
namespace {

using State = k8s::Freshness::State;

bool is_streaming_list(const Answer& answer) {
  return answer.path.find("sendInitialEvents=true") != std::string::npos;
}
bool is_watch(const Answer& answer) {
  return answer.path.find("watch=1") != std::string::npos && !is_streaming_list(answer);
}
bool is_list(const Answer& answer) {
  return answer.path.find("/pods?") != std::string::npos &&
         answer.path.find("watch=1") == std::string::npos;
}
std::string query_value(const std::string& path, const std::string& key) {
  const size_t at = path.find(key + "=");
  if (at == std::string::npos) return "absent";
  return path.substr(at + key.size() + 1, path.find('&', at) - at - key.size() - 1);
}
std::string list_body(const std::string& items, int version, const std::string& token = {}) {
  return R"({"kind":"PodList","apiVersion":"v1","metadata":{"resourceVersion":")" +
         std::to_string(version) + R"(","continue":")" + token + R"("},"items":[)" + items + "]}";
}

// Both protocols run the same rules.
class ReflectorTest : public testing::TestWithParam<std::string> {
 protected:
  ReflectorTest() : server_(loop_, {GetParam()}) {
    // A server like any other, until a test says otherwise.
    server_.on_request([this](const AnswerPtr& answer) { serve(answer); });
  }
  void serve(const AnswerPtr& answer) {
    if (answer->path == "/readyz") return answer->reply(200, "ok");
    if (override_ && override_(answer)) return;
    if (answer->path.starts_with("/api/v1/namespaces?")) return answer->reply(200, kube_system());
    if (is_streaming_list(*answer)) {
      answer->start(200);
      for (const auto& [name, version] : pods_)
        answer->write(event_line("ADDED", pod(name, version)));
      answer->write(bookmark_line(version_, true));
      watch_ = answer;
    } else if (is_watch(*answer)) {
      answer->start(200);
      watch_ = answer;
    } else if (is_list(*answer)) {
      std::string items;
      for (const auto& [name, version] : pods_)
        items += (items.empty() ? "" : ",") + pod(name, version);
      answer->reply(200, list_body(items, version_));
    } else {
      answer->refuse(404, "NotFound", "not scripted: " + answer->path);
    }
  }
  std::string kube_system() const {
    return R"({"metadata":{"resourceVersion":")" + std::to_string(cluster_version_) +
           R"("},"items":[{"metadata":{"uid":")" + uid_ + R"("}}]})";
  }
  void begin(bool metadata_only = false, std::string ns = {}) {
    client_ = Client::create(loop_, server_.config(), clock_, random_).value();
    reflector_ = std::make_unique<Reflector>(
        *client_, Reflector::Options{pods_resource(), std::move(ns), metadata_only}, sink_);
  }
  bool until(const std::function<bool()>& done, int64_t limit_ms = 5'000) {
    return loop_.drive_until(done, limit_ms);
  }
  bool live() {
    return until([&] { return sink_.freshness.state == State::kLive; });
  }
  // Lets time pass in steps, as a clock does.
  void pass(int64_t ms) {
    for (int64_t passed = 0; passed < ms; passed += 250) {
      clock_.advance(std::min<int64_t>(250, ms - passed));
      loop_.wake();
      loop_.drive_for(2);
    }
  }
  bool pass_until(const std::function<bool()>& done, int64_t limit_ms) {
    for (int64_t passed = 0; passed < limit_ms; passed += 100) {
      if (done()) return true;
      clock_.advance(100);
      loop_.wake();
      loop_.drive_for(3);
    }
    return done();
  }
  size_t lists() const { return server_.count("/pods?") - server_.count("watch=1"); }

  base::ManualClock clock_;
  base::SeededRandom random_{7};
  net::Loop loop_{clock_};
  ScriptedServer server_;
  std::function<bool(const AnswerPtr&)> override_;
  std::map<std::string, int> pods_ = {{"a", 1}, {"b", 2}};
  int version_ = 10;
  int cluster_version_ = 0;  // where the namespaces are
  std::string uid_ = "first";
  AnswerPtr watch_;
  RecordingSink sink_;
  std::unique_ptr<Client> client_;
  std::unique_ptr<Reflector> reflector_;
};
INSTANTIATE_TEST_SUITE_P(, ReflectorTest, testing::Values("h2", "http/1.1"),
                         [](const auto& info) { return info.param == "h2" ? "h2" : "http1"; });

TEST_P(ReflectorTest, lists_by_stream_and_goes_on_as_a_watch) {
  begin();
  ASSERT_TRUE(live()) << reflector_->state_name() << sink_.freshness.cause.text;
  EXPECT_EQ(sink_.log, "[++]");
  EXPECT_EQ(sink_.objects.size(), 2u);
  EXPECT_EQ(sink_.version, "10");
  watch_->write(event_line("ADDED", pod("c", 11)) + event_line("DELETED", pod("a", 12)));
  ASSERT_TRUE(until([&] { return sink_.log == "[++]+-"; }));
  watch_->write(bookmark_line(20));
  ASSERT_TRUE(until([&] { return sink_.bookmarks == 1; }));
  const std::string& path = watch_->path;
  EXPECT_EQ(query_value(path, "resourceVersion"), "absent");
  EXPECT_EQ(query_value(path, "resourceVersionMatch"), "NotOlderThan");
  EXPECT_EQ(query_value(path, "allowWatchBookmarks"), "true");
  const int seconds = std::stoi(query_value(path, "timeoutSeconds"));
  EXPECT_TRUE(seconds >= 300 && seconds <= 600) << seconds;
  EXPECT_EQ(proto::find_header(watch_->headers, "authorization"), "Bearer secret-token");
  EXPECT_TRUE(proto::find_header(watch_->headers, "user-agent").starts_with("masthead/"));
  EXPECT_EQ(server_.count("/pods?"), 1u);
}

TEST_P(ReflectorTest, a_server_that_lists_item_by_item_is_asked_for_one_whole_list) {
  begin();
  client_->core().known.server_version = "v1.33.1";
  ASSERT_TRUE(live());
  EXPECT_EQ(sink_.log, "[++]");
  EXPECT_EQ(server_.count("sendInitialEvents"), 0u);
  EXPECT_EQ(server_.count("pods?limit=0"), 1u) << "no version: as fresh as a streaming list";
  EXPECT_EQ(query_value(watch_->path, "resourceVersion"), "10");
  // A relist does the same.
  watch_->write(event_line("ERROR", status_object(410, "Expired", "too old")));
  ASSERT_TRUE(pass_until([&] { return sink_.log == "[++][++]"; }, 20'000)) << sink_.log;
  EXPECT_EQ(server_.count("pods?limit=0"), 2u);
}

TEST_P(ReflectorTest, an_event_in_pieces_is_one_event) {
  begin();
  ASSERT_TRUE(live());
  const std::string line = event_line("ADDED", pod("c", 11));
  for (const char c : line) {
    watch_->write(std::string(1, c));
    loop_.drive_for(1);
  }
  ASSERT_TRUE(until([&] { return sink_.objects.contains("default/c"); }));
}

TEST_P(ReflectorTest, falls_back_to_list_and_watch_and_remembers_it) {
  for (const int status : {400, 422}) {
    sink_ = {};
    override_ = [&](const AnswerPtr& answer) {
      if (!is_streaming_list(*answer)) return false;
      answer->refuse(status, "Invalid", "sendInitialEvents is forbidden");
      return true;
    };
    server_.log.clear();
    begin();
    ASSERT_TRUE(live());
    EXPECT_EQ(sink_.log, "[++]");
    ASSERT_EQ(server_.count("/pods?"), 3u);
    EXPECT_EQ(server_.count("resourceVersion=0&limit=500"), 1u)
        << "the first list is from the cache";
    EXPECT_EQ(query_value(watch_->path, "resourceVersion"), "10");
    RecordingSink second;
    Reflector again(*client_, {pods_resource(), "other", false}, second);
    ASSERT_TRUE(until([&] { return second.freshness.state == State::kLive; }));
    EXPECT_EQ(server_.count("sendInitialEvents"), 1u) << "remembered for the kind";
    reflector_.reset();
  }
}

TEST_P(ReflectorTest, no_end_marker_in_time_means_list_then_watch) {
  override_ = [&](const AnswerPtr& answer) {
    if (!is_streaming_list(*answer)) return false;
    answer->start(200);
    answer->write(event_line("ADDED", pod("a", 1)));
    return true;
  };
  begin();
  ASSERT_TRUE(until([&] { return sink_.log == "[+"; }));
  pass(limits::kInitialEventsTimeoutMs - 1'000);
  EXPECT_EQ(lists(), 0u);
  pass(1'500);
  ASSERT_TRUE(live());
  EXPECT_EQ(sink_.log, "[+[++]") << "what was staged is dropped";
}

TEST_P(ReflectorTest, a_normal_end_is_resumed_at_once_without_a_list) {
  begin();
  ASSERT_TRUE(live());
  watch_->write(bookmark_line(30));
  ASSERT_TRUE(until([&] { return sink_.bookmarks == 1; }));
  pass(5'000);
  const AnswerPtr first = watch_;
  watch_->end();
  ASSERT_TRUE(until([&] { return watch_ != first; }));
  EXPECT_EQ(query_value(watch_->path, "resourceVersion"), "30") << "the bookmark's";
  EXPECT_EQ(lists() + server_.count("sendInitialEvents"), 1u);
  EXPECT_EQ(sink_.states, (std::vector{State::kSyncing, State::kLive})) << "nobody saw it";
}

TEST_P(ReflectorTest, a_410_in_the_stream_and_one_by_http_mean_one_relist) {
  begin();
  ASSERT_TRUE(live());
  pods_ = {{"b", 3}};
  version_ = 40;
  watch_->write(event_line("ERROR", status_object(410, "Expired", "too old resource version")));
  ASSERT_TRUE(pass_until([&] { return sink_.resets == 2; }, 3'000));
  EXPECT_FALSE(sink_.objects.contains("default/a")) << "what the new list lacks is gone";
  EXPECT_EQ(reflector_->counters().relists, 1u);
  bool refused = false;
  override_ = [&](const AnswerPtr& answer) {
    if (!is_watch(*answer) || std::exchange(refused, true)) return false;
    answer->refuse(410, "Expired", "too old resource version");
    return true;
  };
  pass(2'000);
  watch_->end();
  ASSERT_TRUE(pass_until([&] { return sink_.resets == 3; }, 3'000));
  EXPECT_EQ(reflector_->counters().relists, 2u);
  EXPECT_EQ(server_.count("/pods?"), 4u);
}

TEST_P(ReflectorTest, a_429_is_never_answered_with_a_list_and_its_retry_after_is_obeyed) {
  begin();
  ASSERT_TRUE(live());
  pass(2'000);
  int refusals = 0;
  override_ = [&](const AnswerPtr& answer) {
    if (!is_watch(*answer) || ++refusals > 2) return false;
    answer->refuse(429, "TooManyRequests", "storage is (re)initializing", {{"retry-after", "7"}});
    return true;
  };
  watch_->end();
  ASSERT_TRUE(until([&] { return refusals == 1; }));
  pass(6'900);
  EXPECT_EQ(refusals, 1) << "at least seven seconds";
  ASSERT_TRUE(pass_until([&] { return refusals == 2; }, 1'200));
  ASSERT_TRUE(
      pass_until([&] { return refusals == 3 && sink_.freshness.state == State::kLive; }, 9'000));
  EXPECT_EQ(lists() + server_.count("sendInitialEvents"), 1u);
}

TEST_P(ReflectorTest, a_lost_connection_is_resumed_and_short_ones_go_unseen) {
  begin();
  ASSERT_TRUE(live());
  pass(3'000);
  const AnswerPtr first = watch_;
  watch_->cut();
  ASSERT_TRUE(pass_until([&] { return watch_ != first; }, 1'000));
  EXPECT_EQ(query_value(watch_->path, "resourceVersion"), "10");
  pass(2'000);
  EXPECT_EQ(sink_.states, (std::vector{State::kSyncing, State::kLive}));
  EXPECT_EQ(sink_.resets, 1);
}

TEST_P(ReflectorTest, an_outage_is_probed_by_one_and_ends_for_all_within_seconds) {
  begin();
  std::vector<std::unique_ptr<RecordingSink>> sinks;
  std::vector<std::unique_ptr<Reflector>> others;
  for (int i = 0; i < 9; ++i) {
    sinks.push_back(std::make_unique<RecordingSink>());
    others.push_back(std::make_unique<Reflector>(
        *client_, Reflector::Options{pods_resource(), "ns" + std::to_string(i), false}, *sinks[i]));
  }
  const auto all = [&](State state) {
    bool same = sink_.freshness.state == state;
    for (const auto& one : sinks) same = same && one->freshness.state == state;
    return same;
  };
  ASSERT_TRUE(pass_until([&] { return all(State::kLive); }, 5'000));
  pass(3'000);
  server_.stop();
  ASSERT_TRUE(pass_until([&] { return all(State::kStale); }, 5'000));
  EXPECT_FALSE(client_->reachability().reachable);
  EXPECT_NE(sink_.freshness.cause.text.find("cannot reach the API server https://127.0.0.1:"),
            std::string::npos)
      << sink_.freshness.cause.text;
  EXPECT_NE(sink_.freshness.cause.text.find("refused"), std::string::npos);
  pass(60'000);
  server_.log.clear();
  server_.start();
  ASSERT_TRUE(pass_until([&] { return all(State::kLive); }, 4'000)) << "probe 2 s, jitter 1 s";
  EXPECT_TRUE(client_->reachability().reachable);
  EXPECT_EQ(server_.count("/pods?"), 10u) << "one watch each, no list";
  EXPECT_EQ(server_.count("sendInitialEvents"), 0u);
  EXPECT_LE(server_.count("/readyz"), 2u);
}

TEST_P(ReflectorTest, a_watch_that_is_cut_off_forever_keeps_to_its_backoff) {
  begin();
  ASSERT_TRUE(live());
  pass(2'000);
  override_ = [&](const AnswerPtr& answer) {
    if (!is_watch(*answer)) return false;
    answer->refuse(500, "InternalError", "etcdserver: no leader");
    return true;
  };
  server_.log.clear();
  watch_->end();
  pass(300'000);
  // Full jitter: pauses of 0 to 30 s, on average 15 s once grown.
  EXPECT_LE(server_.count("/pods?"), 45u);
  EXPECT_GE(server_.count("/pods?"), 8u);
  EXPECT_EQ(lists(), 0u);
  EXPECT_EQ(sink_.freshness.state, State::kStale);
  EXPECT_EQ(sink_.freshness.cause.text, "etcdserver: no leader");
  override_ = nullptr;
  EXPECT_TRUE(pass_until([&] { return sink_.freshness.state == State::kLive; }, 31'000));
}

TEST_P(ReflectorTest, forbidden_says_so_in_the_servers_words_and_asks_seldom) {
  override_ = [&](const AnswerPtr& answer) {
    if (answer->path.find("/pods?") == std::string::npos) return false;
    answer->refuse(403, "Forbidden", "pods is forbidden: User jane cannot list");
    return true;
  };
  begin();
  ASSERT_TRUE(until([&] { return sink_.freshness.state == State::kForbidden; }));
  EXPECT_EQ(sink_.freshness.cause.text, "pods is forbidden: User jane cannot list");
  EXPECT_FALSE(sink_.freshness.cause.hint.empty());
  pass(95'000);
  EXPECT_EQ(server_.count("/pods?"), 4u) << "every 30 s";
  override_ = nullptr;
  EXPECT_TRUE(pass_until([&] { return sink_.freshness.state == State::kLive; }, 32'000));
}

TEST_P(ReflectorTest, a_kind_that_is_not_served_is_absent) {
  override_ = [&](const AnswerPtr& answer) {
    if (answer->path.find("/pods?") == std::string::npos) return false;
    answer->reply(404, "404 page not found\n");
    return true;
  };
  begin();
  ASSERT_TRUE(until([&] { return sink_.freshness.state == State::kAbsent; }));
  EXPECT_EQ(sink_.freshness.cause.text, "404 page not found");
}

TEST_P(ReflectorTest, a_401_shows_as_stale_with_what_to_do) {
  override_ = [&](const AnswerPtr& answer) {
    answer->refuse(401, "Unauthorized", "Unauthorized");
    return true;
  };
  begin();
  ASSERT_TRUE(pass_until([&] { return sink_.freshness.state == State::kStale; }, 5'000));
  EXPECT_EQ(sink_.freshness.cause.code, base::ErrorCode::kUnauthenticated);
  EXPECT_NE(sink_.freshness.cause.hint.find("Log in again"), std::string::npos);
}

TEST_P(ReflectorTest, pages_are_one_reset_and_an_expired_page_starts_over_without_limit) {
  int pages = 0;
  override_ = [&](const AnswerPtr& answer) {
    if (is_streaming_list(*answer)) return answer->refuse(422, "Invalid", "no"), true;
    if (!is_list(*answer)) return false;
    ++pages;
    const std::string token = query_value(answer->path, "continue");
    if (pages == 1) return answer->reply(200, list_body(pod("a", 1), 10, "t1")), true;
    if (pages == 2) return answer->refuse(410, "Expired", "the provided continue is too old"), true;
    EXPECT_EQ(token, "absent");
    EXPECT_EQ(query_value(answer->path, "limit"), "0");
    return answer->reply(200, list_body(pod("a", 1) + "," + pod("b", 2), 11)), true;
  };
  begin();
  ASSERT_TRUE(live()) << sink_.log;
  EXPECT_EQ(sink_.log, "[+[++]");
  EXPECT_EQ(pages, 3);
}

TEST_P(ReflectorTest, a_list_or_watch_that_is_not_answered_shows_as_stale) {
  begin();
  ASSERT_TRUE(live());
  pass(2'000);
  override_ = [](const AnswerPtr&) { return true; };
  watch_->write(event_line("ERROR", status_object(410, "Expired", "too old")));
  pass(1'000);
  EXPECT_EQ(sink_.freshness.state, State::kLive);
  EXPECT_TRUE(pass_until([&] { return sink_.freshness.state == State::kStale; },
                         limits::kWakeJitterMs + limits::kUnansweredMs));
  EXPECT_EQ(sink_.freshness.cause.text, "the API server has not answered yet");
}

TEST_P(ReflectorTest, a_bookmark_before_the_end_marker_means_no_streaming_lists) {
  override_ = [&](const AnswerPtr& answer) {
    if (!is_streaming_list(*answer)) return false;
    answer->start(200);
    answer->write(event_line("ADDED", pod("a", 1)) + bookmark_line(10));
    return true;
  };
  begin();
  ASSERT_TRUE(live()) << sink_.log;
  EXPECT_EQ(sink_.log, "[+[++]") << "what was staged is dropped";
}

TEST_P(ReflectorTest, a_version_of_the_future_is_listed_afresh_once) {
  begin();
  ASSERT_TRUE(live());
  override_ = [&](const AnswerPtr& answer) {
    if (is_streaming_list(*answer)) return answer->refuse(400, "BadRequest", "no"), true;
    if (is_list(*answer) && query_value(answer->path, "resourceVersion") == "10") {
      answer->reply(504, R"({"kind":"Status","code":504,"reason":"Timeout","message":"Too large )"
                         R"(resource version: 10","details":{"causes":[{"reason":)"
                         R"("ResourceVersionTooLarge"}],"retryAfterSeconds":1}})");
      return true;
    }
    return false;
  };
  server_.log.clear();
  watch_->write(event_line("ERROR", status_object(410, "Expired", "x")));
  ASSERT_TRUE(pass_until([&] { return sink_.resets == 2; }, 5'000));
  EXPECT_EQ(server_.count("resourceVersion=10&limit=0"), 1u) << "relist: last seen, no limit";
  EXPECT_EQ(server_.count("pods?limit=500"), 1u) << "then once with no version";
}

TEST_P(ReflectorTest, a_bookmark_from_the_past_drops_what_is_known) {
  begin();
  ASSERT_TRUE(live());
  version_ = 5;
  pods_ = {{"old", 4}};
  watch_->write(bookmark_line(3));
  ASSERT_TRUE(pass_until([&] { return sink_.resets == 2; }, 3'000));
  EXPECT_EQ(sink_.objects.size(), 1u);
  EXPECT_EQ(sink_.version, "5");
}

// Any kind may have an etcd of its own, whose count is further than that of the namespaces.
TEST_P(ReflectorTest, a_kind_that_counts_for_itself_is_asked_once_and_not_taken_for_the_past) {
  server_.identity_is_scripted = true;
  override_ = [](const AnswerPtr& answer) {
    if (!answer->path.starts_with("/api/v1/namespaces?")) return false;
    answer->reply(200,
                  R"({"metadata":{"resourceVersion":"3"},"items":[{"metadata":{"uid":"u"}}]})");
    return true;
  };
  begin();
  ASSERT_TRUE(live());
  for (size_t round = 1; round <= 3; ++round) {
    pass(1'500);
    server_.stop();
    server_.start();
    ASSERT_TRUE(pass_until([&] { return server_.count("namespaces?") > round; }, 10'000)) << round;
    ASSERT_TRUE(pass_until([&] { return server_.count("limit=1") > 0; }, 5'000)) << round;
    pass(1'000);
  }
  EXPECT_EQ(server_.count("pods?limit=1"), 1u);
  EXPECT_EQ(sink_.resets, 1) << "nothing has gone back";
}

TEST_P(ReflectorTest, a_state_of_the_past_is_noticed_on_the_next_connection) {
  server_.identity_is_scripted = true;
  cluster_version_ = 10;
  begin();
  ASSERT_TRUE(live());
  pass(1'500);
  version_ = cluster_version_ = 5;
  pods_ = {{"old", 4}};
  server_.stop();
  server_.start();
  ASSERT_TRUE(pass_until([&] { return sink_.resets == 2; }, 10'000));
  EXPECT_EQ(sink_.version, "5");
}

TEST_P(ReflectorTest, another_cluster_is_noticed_by_who_may_only_get_its_namespace) {
  server_.identity_is_scripted = true;
  override_ = [this](const AnswerPtr& answer) {
    if (answer->path == "/api/v1/namespaces/kube-system") {
      answer->reply(200, R"({"metadata":{"resourceVersion":"1","uid":")" + uid_ + R"("}})");
      return true;
    }
    if (!answer->path.starts_with("/api/v1/namespaces?")) return false;
    answer->refuse(403, "Forbidden", "no");
    return true;
  };
  begin();
  ASSERT_TRUE(live());
  pass(1'500);
  uid_ = "second";
  version_ = 20;
  server_.stop();
  server_.start();
  ASSERT_TRUE(pass_until([&] { return sink_.resets == 2; }, 10'000));
  EXPECT_EQ(sink_.version, "20");
}

TEST_P(ReflectorTest, garbage_objects_are_passed_on_and_garbage_lines_cost_a_resume_then_a_list) {
  begin();
  ASSERT_TRUE(live());
  pass(2'000);
  watch_->write(event_line("ADDED", "{}") + event_line("ADDED", R"({"metadata":5})") +
                event_line("FUTURE", "{}"));
  ASSERT_TRUE(until([&] { return sink_.log == "[++]++"; }));
  const AnswerPtr first = watch_;
  watch_->write("not json\n");
  ASSERT_TRUE(pass_until([&] { return watch_ != first; }, 31'000));
  EXPECT_EQ(sink_.resets, 1) << "resumed";
  watch_->write("{\"type\":\"ADDED\",\"object\":null}\n");
  ASSERT_TRUE(pass_until([&] { return sink_.resets == 2; }, 31'000)) << "only a list gets past it";
  EXPECT_EQ(reflector_->counters().garbage, 3u);
}

TEST_P(ReflectorTest, an_object_above_the_limit_is_left_out_and_the_rest_goes_on) {
  begin();
  ASSERT_TRUE(live());
  const std::string head = R"({"type":"ADDED","object":{"x":")", tail = R"("}})";
  const auto with_size = [&](size_t size) {
    return head + std::string(size - head.size() - tail.size(), 'x') + tail + "\n";
  };
  watch_->write(with_size(limits::kWatchLineBytes));
  ASSERT_TRUE(until([&] { return sink_.log == "[++]+"; }));
  watch_->write(with_size(limits::kWatchLineBytes + 1) + event_line("ADDED", pod("c", 11)));
  ASSERT_TRUE(until([&] { return sink_.objects.contains("default/c"); }));
  EXPECT_EQ(sink_.log, "[++]++");
  EXPECT_EQ(reflector_->counters().garbage, 1u);
}

TEST_P(ReflectorTest, at_most_four_sync_at_once) {
  std::vector<AnswerPtr> waiting;
  override_ = [&](const AnswerPtr& answer) {
    if (!is_streaming_list(*answer)) return false;
    waiting.push_back(answer);
    return true;
  };
  begin();
  std::vector<std::unique_ptr<RecordingSink>> sinks;
  std::vector<std::unique_ptr<Reflector>> others;
  for (int i = 0; i < 6; ++i) {
    sinks.push_back(std::make_unique<RecordingSink>());
    others.push_back(std::make_unique<Reflector>(
        *client_, Reflector::Options{pods_resource(), "ns" + std::to_string(i), false}, *sinks[i]));
  }
  ASSERT_TRUE(until([&] { return waiting.size() == 4; }));
  loop_.drive_for(100);
  EXPECT_EQ(waiting.size(), 4u);
  waiting[0]->start(200);
  waiting[0]->write(bookmark_line(10, true));
  ASSERT_TRUE(until([&] { return waiting.size() == 5; }));
}

TEST_P(ReflectorTest, kinds_of_which_there_are_many_are_first_listed_after_the_others) {
  std::vector<AnswerPtr> asked;
  override_ = [&](const AnswerPtr& answer) {
    if (!is_streaming_list(*answer)) return false;
    asked.push_back(answer);
    return true;
  };
  client_ = Client::create(loop_, server_.config(), clock_, random_).value();
  std::vector<std::unique_ptr<RecordingSink>> sinks;
  std::vector<std::unique_ptr<Reflector>> all;
  const auto add = [&](const char* group, const char* resource) {
    ApiResource kind = pods_resource();
    kind.gvr.group = group;
    kind.gvr.resource = resource;
    sinks.push_back(std::make_unique<RecordingSink>());
    all.push_back(
        std::make_unique<Reflector>(*client_, Reflector::Options{kind, {}, false}, *sinks.back()));
  };
  for (const char* first : {"configmaps", "endpoints", "limitranges", "podtemplates"})
    add("", first);
  add("", "pods");
  add("apps", "replicasets");
  add("", "events");
  add("apps", "deployments");
  add("", "nodes");
  ASSERT_TRUE(until([&] { return asked.size() == 4; }));
  const std::vector<std::string> wanted = {"/deployments?", "/nodes?", "/pods?", "/replicasets?",
                                           "/events?"};
  for (size_t turn = 0; turn < wanted.size(); ++turn) {
    const AnswerPtr done = asked[turn];
    done->start(200);
    done->write(bookmark_line(10, true));
    ASSERT_TRUE(until([&] { return asked.size() == turn + 5; })) << turn;
    EXPECT_NE(asked.back()->path.find(wanted[turn]), std::string::npos) << asked.back()->path;
  }
}

TEST_P(ReflectorTest, metadata_only_and_namespaces_are_asked_for) {
  begin(/*metadata_only=*/true, "team a");
  ASSERT_TRUE(live());
  EXPECT_TRUE(watch_->path.starts_with("/api/v1/namespaces/team%20a/pods?"));
  EXPECT_EQ(proto::find_header(watch_->headers, "accept"),
            "application/json;as=PartialObjectMetadata;g=meta.k8s.io;v=v1");
}

TEST_P(ReflectorTest, destroying_it_ends_the_watch_and_is_silent) {
  begin();
  ASSERT_TRUE(live());
  const std::string before = sink_.log;
  reflector_.reset();
  EXPECT_TRUE(until([&] { return !watch_->open(); }));
  EXPECT_EQ(sink_.log, before);
}

TEST_P(ReflectorTest, starts_and_stops_a_hundred_times_at_any_moment) {
  for (int i = 0; i < 100; ++i) {
    begin();
    loop_.drive_until([&] { return sink_.log.size() > static_cast<size_t>(i % 5); }, i % 7);
    reflector_.reset();
    client_.reset();
  }
}

class Http2Only : public ReflectorTest {};
INSTANTIATE_TEST_SUITE_P(, Http2Only, testing::Values("h2"));

TEST_P(Http2Only, a_silent_connection_is_given_up_and_shown_within_thirty_seconds) {
  begin();
  ASSERT_TRUE(live());
  pass(1'000);
  server_.deaf_to_ping = true;
  server_.silent = true;
  pass(limits::kPingIdleMs + limits::kPingTimeoutMs - 2'000);
  EXPECT_EQ(sink_.freshness.state, State::kLive);
  EXPECT_TRUE(pass_until([&] { return sink_.freshness.state == State::kStale; }, 5'000));
  EXPECT_NE(sink_.freshness.cause.text.find("no sign of life for 20 s"), std::string::npos)
      << sink_.freshness.cause.text;
}

TEST_P(Http2Only, a_quiet_watch_is_confirmed_by_pings) {
  begin();
  ASSERT_TRUE(live());
  const int64_t before = sink_.freshness.confirmed_ms;
  pass(60'000);
  EXPECT_GT(sink_.freshness.confirmed_ms, before + 40'000);
  EXPECT_EQ(sink_.states, (std::vector{State::kSyncing, State::kLive}));
}

TEST_P(Http2Only, goaway_moves_the_next_watch_to_a_new_connection_unseen) {
  begin();
  ASSERT_TRUE(live());
  pass(2'000);
  const int accepted = server_.accepted;
  const AnswerPtr first = watch_;
  watch_->goaway();
  loop_.drive_for(20);
  watch_->write(event_line("ADDED", pod("c", 11)));
  ASSERT_TRUE(until([&] { return sink_.objects.contains("default/c"); })) << "it finishes its work";
  watch_->end();
  ASSERT_TRUE(until([&] { return watch_ != first; }));
  EXPECT_GT(server_.accepted, accepted);
  EXPECT_EQ(sink_.states, (std::vector{State::kSyncing, State::kLive}));
}

TEST_P(Http2Only, lists_and_watches_use_separate_connections) {
  override_ = [&](const AnswerPtr& answer) {
    return is_streaming_list(*answer) ? (answer->refuse(422, "Invalid", "no"), true) : false;
  };
  begin();
  ASSERT_TRUE(live());
  EXPECT_GE(server_.accepted, 3) << "requests, lists, watches";
}

}  // namespace
}  // namespace masthead::kube
