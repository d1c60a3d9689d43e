#include "history/history.h"

#include <fcntl.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <unistd.h>

#include <array>
#include <condition_variable>
#include <deque>
#include <functional>
#include <mutex>
#include <optional>
#include <thread>

#include "base/check.h"
#include "base/limits.h"
#include "base/log.h"
#include "base/random.h"
#include "history/audit_table.h"
#include "history/statement.h"

namespace masthead::history {
namespace {

// Numbered migrations: entry i brings the schema from version i to i + 1. Never edited once landed.
constexpr std::array kMigrations{
    "CREATE TABLE transitions ("
    "  cluster TEXT NOT NULL, uid TEXT NOT NULL, resource_version TEXT NOT NULL,"
    "  api_group TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,"
    "  from_status INTEGER NOT NULL, to_status INTEGER NOT NULL, at_ms INTEGER NOT NULL,"
    "  revision TEXT NOT NULL, message TEXT NOT NULL,"
    "  UNIQUE (cluster, uid, resource_version));"
    "CREATE INDEX transitions_by_time ON transitions (cluster, at_ms);"
    "CREATE TABLE spells ("
    "  cluster TEXT NOT NULL, uid TEXT NOT NULL, status INTEGER NOT NULL,"
    "  since_ms INTEGER NOT NULL, since_exact INTEGER NOT NULL, good_ms INTEGER NOT NULL,"
    "  reason TEXT NOT NULL, message TEXT NOT NULL, revision TEXT NOT NULL,"
    "  PRIMARY KEY (cluster, uid));",
    "CREATE TABLE audit ("
    "  id INTEGER PRIMARY KEY AUTOINCREMENT, cluster TEXT NOT NULL, run TEXT NOT NULL,"
    "  at_ms INTEGER NOT NULL, user TEXT NOT NULL, action TEXT NOT NULL, title TEXT NOT NULL,"
    "  api_group TEXT NOT NULL, kind TEXT NOT NULL, namespace TEXT NOT NULL, name TEXT NOT NULL,"
    "  uid TEXT NOT NULL, before TEXT NOT NULL, reason TEXT NOT NULL, until_ms INTEGER NOT NULL,"
    "  outcome TEXT NOT NULL, message TEXT NOT NULL, revision TEXT NOT NULL,"
    "  ended_ms INTEGER NOT NULL);"
    "CREATE INDEX audit_by_cluster ON audit (cluster, id);",
};

k8s::Status status_of(int64_t number) {
  return number >= 0 && number < static_cast<int64_t>(k8s::kStatusCount)
             ? static_cast<k8s::Status>(number)
             : k8s::Status::kUnknown;
}

class SqliteHistory final : public History {
 public:
  SqliteHistory(sqlite3* db, sqlite3* reader, const base::Clock& clock)
      : db_(db), reader_(reader), clock_(clock) {
    writer_ = std::thread([this] { write_loop(); });
  }
  ~SqliteHistory() override {
    {
      std::lock_guard lock(mutex_);
      stopping_ = true;
    }
    changed_.notify_all();
    writer_.join();
    if (reader_ != db_) sqlite3_close(reader_);
    sqlite3_close(db_);
  }

  void record(std::string_view cluster, Transition t) override {
    enqueue([this, cluster = std::string(cluster), t = std::move(t)] {
      return Statement(db_, "INSERT OR IGNORE INTO transitions VALUES (?,?,?,?,?,?,?,?,?,?,?,?)")
          .bind(cluster)
          .bind(t.uid)
          .bind(t.resource_version)
          .bind(t.ref.group)
          .bind(t.ref.kind)
          .bind(t.ref.ns)
          .bind(t.ref.name)
          .bind(static_cast<int64_t>(t.from))
          .bind(static_cast<int64_t>(t.to))
          .bind(t.at_ms)
          .bind(t.revision)
          .bind(t.message)
          .run();
    });
  }

  void remember(std::string_view cluster, Spell s) override {
    enqueue([this, cluster = std::string(cluster), s = std::move(s)] {
      return Statement(db_, "INSERT OR REPLACE INTO spells VALUES (?,?,?,?,?,?,?,?,?)")
          .bind(cluster)
          .bind(s.uid)
          .bind(static_cast<int64_t>(s.status))
          .bind(s.since_ms)
          .bind(static_cast<int64_t>(s.since_exact))
          .bind(s.good_ms)
          .bind(s.reason)
          .bind(s.message)
          .bind(s.revision)
          .run();
    });
  }

  void forget(std::string_view cluster, std::string_view uid) override {
    enqueue([this, cluster = std::string(cluster), uid = std::string(uid)] {
      return Statement(db_, "DELETE FROM spells WHERE cluster = ? AND uid = ?")
          .bind(cluster)
          .bind(uid)
          .run();
    });
  }

  std::vector<Spell> spells(std::string_view cluster) override {
    std::lock_guard lock(reader_mutex());
    Statement query(reader_,
                    "SELECT uid, status, since_ms, since_exact, good_ms, reason, message, revision"
                    " FROM spells WHERE cluster = ?");
    query.bind(cluster);
    std::vector<Spell> spells;
    while (query.row()) {
      spells.push_back({query.text(0), status_of(query.number(1)), query.number(2),
                        query.number(3) != 0, query.number(4), query.text(5), query.text(6),
                        query.text(7)});
    }
    return spells;
  }

  std::vector<Transition> transitions(std::string_view cluster, int64_t since_ms,
                                      size_t limit) override {
    std::lock_guard lock(reader_mutex());
    Statement query(reader_,
                    "SELECT uid, resource_version, api_group, kind, namespace, name, from_status,"
                    " to_status, at_ms, revision, message FROM transitions"
                    " WHERE cluster = ? AND at_ms >= ? ORDER BY at_ms DESC, rowid DESC LIMIT ?");
    query.bind(cluster).bind(since_ms).bind(static_cast<int64_t>(limit));
    std::vector<Transition> found;
    while (query.row()) {
      found.push_back({query.text(0),
                       query.text(1),
                       {query.text(2), query.text(3), query.text(4), query.text(5)},
                       status_of(query.number(6)),
                       status_of(query.number(7)),
                       query.number(8),
                       query.text(9),
                       query.text(10)});
    }
    return found;
  }

  void audit(std::string_view cluster, AuditEntry entry, AuditCallback written) override {
    AuditWrite write;
    write.cluster = std::string(cluster);
    write.entry = std::move(entry);
    write.written = std::move(written);
    enqueue_audit(std::move(write));
  }

  void audit_outcome(int64_t id, AuditOutcome outcome) override {
    AuditWrite write;
    write.entry.id = id;
    write.outcome = std::move(outcome);
    enqueue_audit(std::move(write));
  }

  AuditPage audit_entries(std::string_view cluster, const AuditQuery& query) override {
    std::lock_guard lock(reader_mutex());
    return select_audit(reader_, cluster, run_, query);
  }

  void flush() override {
    std::unique_lock lock(mutex_);
    const uint64_t wanted = enqueued_;
    written_.wait(lock, [&] { return attempted_ >= wanted; });
  }

 private:
  using Write = std::function<bool()>;
  struct AuditWrite {
    std::string cluster;
    AuditEntry entry;  // of an outcome: its id
    AuditCallback written;
    std::optional<AuditOutcome> outcome;
  };

  void enqueue_audit(AuditWrite write) {
    {
      std::lock_guard lock(mutex_);
      audits_.push_back(std::move(write));
      ++enqueued_;
    }
    changed_.notify_one();
  }

  // One transaction that is on disk when it is over. Who waits for an entry is told that it failed;
  // an outcome is tried again.
  bool write_audits(std::deque<AuditWrite>& batch) {
    bool good = false;
    std::string cause;
    {
      std::lock_guard lock(db_mutex_);
      Statement(db_, "PRAGMA synchronous=FULL").row();
      good = Statement(db_, "BEGIN IMMEDIATE").run();
      for (auto it = batch.begin(); good && it != batch.end(); ++it) {
        if (it->outcome) {
          good = update_audit(db_, it->entry.id, *it->outcome);
        } else if (const auto id = insert_audit(db_, it->cluster, run_, it->entry)) {
          it->entry.id = *id;
        } else {
          good = false;
        }
      }
      good = good && Statement(db_, "COMMIT").run();
      if (!good) {
        cause = sqlite3_errmsg(db_);
        Statement(db_, "ROLLBACK").run();
      }
      Statement(db_, "PRAGMA synchronous=NORMAL").row();
    }
    for (AuditWrite& write : batch) {
      if (write.outcome) continue;
      if (good) {
        write.written(write.entry.id);
      } else {
        write.written(base::fail(base::ErrorCode::kUnavailable,
                                 "The audit log cannot be written: " + cause,
                                 "Nothing was done. Check the state folder's space and rights."));
      }
    }
    std::erase_if(batch, [&](const AuditWrite& write) { return good || !write.outcome; });
    return good;
  }

  void enqueue(Write write) {
    {
      std::lock_guard lock(mutex_);
      if (queue_.size() >= limits::kHistoryQueue) {
        queue_.pop_front();
        ++dropped_;
      }
      queue_.push_back(std::move(write));
      ++enqueued_;
    }
    changed_.notify_one();
  }

  void write_loop() {
    std::unique_lock lock(mutex_);
    while (true) {
      changed_.wait(lock, [&] { return stopping_ || !queue_.empty() || !audits_.empty(); });
      if (queue_.empty() && audits_.empty()) return;
      std::deque<Write> batch = std::exchange(queue_, {});
      std::deque<AuditWrite> audits = std::exchange(audits_, {});
      const uint64_t up_to = enqueued_;
      lock.unlock();
      bool failed = !audits.empty() && !write_audits(audits);
      failed = (!batch.empty() && !write_batch(batch)) || failed;
      lock.lock();
      for (auto it = audits.rbegin(); it != audits.rend(); ++it) audits_.push_front(std::move(*it));
      attempted_ = up_to;
      written_.notify_all();
      if (!failed) continue;
      if (stopping_) return;
      for (auto it = batch.rbegin(); it != batch.rend(); ++it) queue_.push_front(std::move(*it));
      while (queue_.size() > limits::kHistoryQueue) {
        queue_.pop_front();
        ++dropped_;
      }
      changed_.wait_for(lock, std::chrono::milliseconds(limits::kHistoryRetryMs),
                        [&] { return stopping_; });
    }
  }

  // One transaction: a busy cluster makes hundreds of transitions a second, a disk few commits.
  bool write_batch(std::deque<Write>& batch) {
    std::lock_guard lock(db_mutex_);
    bool good = Statement(db_, "BEGIN IMMEDIATE").run();
    for (auto it = batch.begin(); good && it != batch.end(); ++it) good = (*it)();
    good = good && Statement(db_, "COMMIT").run();
    if (good) {
      batch.clear();
      return true;
    }
    const std::string cause = sqlite3_errmsg(db_);
    Statement(db_, "ROLLBACK").run();
    if (clock_.monotonic_ms() >= complain_again_ms_) {
      complain_again_ms_ = clock_.monotonic_ms() + 60'000;
      base::log::warn("history", "the history cannot be written; it is tried again",
                      {{"cause", cause}, {"waiting", std::to_string(batch.size())}});
    }
    return false;
  }

  std::mutex& reader_mutex() { return reader_ == db_ ? db_mutex_ : reader_mutex_; }

  sqlite3* db_;      // the writer's
  sqlite3* reader_;  // of its own, so that who reads waits for no writer; in memory the same
  const base::Clock& clock_;
  const std::string run_ = base::random_hex(8);  // tells our entries from those of other runs
  std::mutex db_mutex_;
  std::mutex reader_mutex_;
  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::condition_variable written_;
  std::deque<Write> queue_;
  std::deque<AuditWrite> audits_;
  uint64_t enqueued_ = 0;
  uint64_t attempted_ = 0;
  uint64_t dropped_ = 0;
  bool stopping_ = false;
  int64_t complain_again_ms_ = 0;
  std::thread writer_;
};

base::Result<void> migrate(sqlite3* db) {
  int64_t version = 0;
  {
    Statement query(db, "PRAGMA user_version");
    if (query.row()) version = query.number(0);
  }
  if (version > static_cast<int64_t>(kMigrations.size())) {
    return base::fail(base::ErrorCode::kUnsupported,
                      "The history was written by a newer version of Masthead.",
                      "Use that version, or point --state-dir elsewhere.");
  }
  for (auto at = static_cast<size_t>(version); at < kMigrations.size(); ++at) {
    const std::string sql = std::string("BEGIN;") + kMigrations[at] +
                            "PRAGMA user_version = " + std::to_string(at + 1) + ";COMMIT;";
    char* error = nullptr;
    if (sqlite3_exec(db, sql.c_str(), nullptr, nullptr, &error) != SQLITE_OK) {
      std::string cause = error != nullptr ? error : "unknown";
      sqlite3_free(error);
      return base::fail(base::ErrorCode::kInternal, "The history cannot be prepared: " + cause);
    }
  }
  return {};
}

}  // namespace

base::Result<std::unique_ptr<History>> History::open(const std::string& path,
                                                     const base::Clock& clock) {
  if (path != ":memory:") {
    // Made by us, so that its mode is ours: it tells what runs in the cluster.
    const int file = ::open(path.c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (file >= 0) ::close(file);
  }
  sqlite3* db = nullptr;
  if (sqlite3_open_v2(path.c_str(), &db,
                      SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_FULLMUTEX,
                      nullptr) != SQLITE_OK) {
    const std::string cause = db != nullptr ? sqlite3_errmsg(db) : "out of memory";
    sqlite3_close(db);
    return base::fail(base::ErrorCode::kUnavailable,
                      "The history " + path + " cannot be opened: " + cause,
                      "Check the folder's rights and space, or choose another with --state-dir.");
  }
  sqlite3_busy_timeout(db, 2'000);
  for (const char* pragma : {"PRAGMA journal_mode=WAL", "PRAGMA synchronous=NORMAL"}) {
    Statement(db, pragma).row();
  }
  if (auto migrated = migrate(db); !migrated) {
    sqlite3_close(db);
    return std::unexpected(migrated.error());
  }
  sqlite3* reader = db;
  if (path != ":memory:") {
    if (sqlite3_open_v2(path.c_str(), &reader, SQLITE_OPEN_READONLY | SQLITE_OPEN_FULLMUTEX,
                        nullptr) != SQLITE_OK) {
      sqlite3_close(reader);
      reader = db;
    } else {
      sqlite3_busy_timeout(reader, 2'000);
    }
  }
  return std::make_unique<SqliteHistory>(db, reader, clock);
}

}  // namespace masthead::history
