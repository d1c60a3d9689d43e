// The audit log: on disk before it is acknowledged, never dropped, found by who, what and when.
#include <gtest/gtest.h>
#include <sqlite3.h>

#include <cstdio>
#include <filesystem>

#include "base/limits.h"
#include "history/history.h"

namespace masthead::history {
namespace {

AuditEntry entry(const std::string& name, const std::string& action = "reconcile",
                 const std::string& user = "ann", int64_t at_ms = 10) {
  AuditEntry made;
  made.at_ms = at_ms;
  made.user = user;
  made.action = action;
  made.title = "Reconcile";
  made.ref = {"g", "Kustomization", "shop", name};
  made.uid = "u-" + name;
  made.before = "Ready at main@sha1:1";
  made.reason = "it's <odd>";
  made.until_ms = 99;
  return made;
}

class AuditTest : public testing::Test {
 protected:
  AuditTest() : path_(testing::TempDir() + "audit-test.sqlite"), copy_(path_ + ".copy") {
    remove();
    history_ = open(path_);
  }
  ~AuditTest() override {
    history_.reset();
    remove();
  }
  void remove() const {
    for (const std::string& path : {path_, copy_}) {
      for (const char* end : {"", "-wal", "-shm"}) std::remove((path + end).c_str());
    }
  }
  static std::unique_ptr<History> open(const std::string& path) {
    return History::open(path, base::system_clock()).value();
  }
  // Its id; 0 when it was refused.
  int64_t write(AuditEntry made) {
    int64_t id = 0;
    history_->audit("c", std::move(made), [&](base::Result<int64_t> written) {
      id = written ? *written : 0;
      if (!written) refusal_ = written.error().text;
    });
    history_->flush();
    return id;
  }
  std::string names(History& history, const AuditQuery& query) const {
    std::string text;
    for (const AuditEntry& one : history.audit_entries("c", query).entries) {
      text += one.ref.name + " ";
    }
    return text;
  }

  std::string path_;
  std::string copy_;
  std::string refusal_;
  std::unique_ptr<History> history_;
};

TEST_F(AuditTest, an_entry_keeps_everything_and_gets_its_outcome) {
  const int64_t id = write(entry("web"));
  ASSERT_GT(id, 0);
  AuditPage page = history_->audit_entries("c", {});
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.total, 1);
  EXPECT_EQ(page.entries[0].outcome, "running");
  history_->audit_outcome(id, {"succeeded", "Applied", "main@sha1:2", 20});
  history_->flush();
  const AuditEntry got = history_->audit_entries("c", {}).entries.at(0);
  EXPECT_EQ(got.id, id);
  EXPECT_EQ(got.at_ms, 10);
  EXPECT_EQ(got.user, "ann");
  EXPECT_EQ(got.action, "reconcile");
  EXPECT_EQ(got.title, "Reconcile");
  EXPECT_EQ(got.ref, (k8s::ObjectRef{"g", "Kustomization", "shop", "web"}));
  EXPECT_EQ(got.uid, "u-web");
  EXPECT_EQ(got.before, "Ready at main@sha1:1");
  EXPECT_EQ(got.reason, "it's <odd>");
  EXPECT_EQ(got.until_ms, 99);
  EXPECT_EQ(got.outcome, "succeeded");
  EXPECT_EQ(got.message, "Applied");
  EXPECT_EQ(got.revision, "main@sha1:2");
  EXPECT_EQ(got.ended_ms, 20);
  EXPECT_EQ(history_->audit_entries("other cluster", {}).entries.size(), 0u);
}

TEST_F(AuditTest, what_was_acknowledged_is_there_after_a_kill_and_its_outcome_is_not_known) {
  ASSERT_GT(write(entry("web")), 0);
  // What a kill leaves: the files as they are, without the writer's goodbye.
  std::filesystem::copy_file(path_, copy_);
  std::filesystem::copy_file(path_ + "-wal", copy_ + "-wal");
  const auto after = open(copy_);
  const AuditPage page = after->audit_entries("c", {});
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].ref.name, "web");
  EXPECT_EQ(page.entries[0].outcome, "not known");
  AuditQuery lost;
  lost.outcome = "not known";
  EXPECT_EQ(names(*after, lost), "web ");
  EXPECT_EQ(names(*history_, lost), "") << "to the one that wrote it, it is running";
}

TEST_F(AuditTest, is_found_by_time_user_action_outcome_and_object_a_page_at_a_time) {
  write(entry("a", "reconcile", "ann", 10));
  write(entry("b", "suspend", "bob", 20));
  const int64_t third = write(entry("c", "suspend", "ann", 30));
  history_->audit_outcome(third, {"failed", "no", "", 31});
  history_->flush();
  const auto found = [&](auto change) {
    AuditQuery query;
    change(query);
    return names(*history_, query);
  };
  EXPECT_EQ(found([](AuditQuery&) {}), "c b a ");
  EXPECT_EQ(found([](AuditQuery& q) { q.user = "ann"; }), "c a ");
  EXPECT_EQ(found([](AuditQuery& q) { q.action = "suspend"; }), "c b ");
  EXPECT_EQ(found([](AuditQuery& q) { q.outcome = "failed"; }), "c ");
  EXPECT_EQ(found([](AuditQuery& q) { q.outcome = "running"; }), "b a ");
  EXPECT_EQ(found([](AuditQuery& q) { q.since_ms = 20; }), "c b ");
  EXPECT_EQ(found([](AuditQuery& q) { q.until_ms = 20; }), "a ");
  EXPECT_EQ(found([](AuditQuery& q) { q.object = "kustomization SHOP/b"; }), "b ");
  EXPECT_EQ(found([](AuditQuery& q) { q.object = "%"; }), "") << "not a pattern";
  EXPECT_EQ(found([](AuditQuery& q) { q.user = "' OR 1=1 --"; }), "");
  EXPECT_EQ(found([](AuditQuery& q) { q.limit = 2; }), "c b ");
  EXPECT_EQ(found([&](AuditQuery& q) { q.before_id = third; }), "b a ");
  AuditQuery first;
  first.limit = 1;
  EXPECT_EQ(history_->audit_entries("c", first).total, 3);
}

TEST_F(AuditTest, an_entry_that_cannot_be_written_is_refused_and_an_outcome_is_tried_again) {
  const int64_t id = write(entry("web"));
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  ASSERT_EQ(sqlite3_exec(other, "ALTER TABLE audit RENAME TO away", nullptr, nullptr, nullptr),
            SQLITE_OK);
  EXPECT_EQ(write(entry("api")), 0);
  EXPECT_TRUE(refusal_.starts_with("The audit log cannot be written: ")) << refusal_;
  history_->audit_outcome(id, {"succeeded", "", "", 20});
  sqlite3_exec(other, "ALTER TABLE away RENAME TO audit", nullptr, nullptr, nullptr);
  sqlite3_close(other);
  history_.reset();  // writes what is left
  history_ = open(path_);
  const AuditPage page = history_->audit_entries("c", {});
  ASSERT_EQ(page.entries.size(), 1u);
  EXPECT_EQ(page.entries[0].outcome, "succeeded");
}

TEST_F(AuditTest, the_oldest_entries_go_beyond_the_limit) {
  write(entry("first"));
  write(entry("second"));
  history_.reset();
  sqlite3* other = nullptr;
  ASSERT_EQ(sqlite3_open(path_.c_str(), &other), SQLITE_OK);
  const std::string jump =
      "UPDATE sqlite_sequence SET seq = " + std::to_string(limits::kAuditEntries - 1) +
      " WHERE name = 'audit'";
  ASSERT_EQ(sqlite3_exec(other, jump.c_str(), nullptr, nullptr, nullptr), SQLITE_OK);
  sqlite3_close(other);
  history_ = open(path_);
  write(entry("at the limit"));
  EXPECT_EQ(names(*history_, {}), "at the limit second first ");
  write(entry("one past it"));
  EXPECT_EQ(names(*history_, {}), "one past it at the limit second ");
}

}  // namespace
}  // namespace masthead::history
