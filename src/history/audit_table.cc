#include "history/audit_table.h"

#include <sqlite3.h>

#include "base/limits.h"
#include "history/statement.h"

namespace masthead::history {
namespace {

// What an entry without an outcome means depends on who asks: only the run that wrote it knows
// whether its action is still under way.
constexpr const char* kOutcome =
    "CASE WHEN outcome <> '' THEN outcome WHEN run = ? THEN 'running' ELSE 'not known' END";

constexpr const char* kMatches =
    " FROM audit WHERE cluster = ? AND (? = 0 OR at_ms >= ?) AND (? = 0 OR at_ms < ?)"
    " AND (? = '' OR user = ?) AND (? = '' OR action = ?)"
    " AND (? = '' OR instr(lower(kind || ' ' || namespace || '/' || name), lower(?)) > 0)";

void bind_matches(Statement& statement, std::string_view cluster, std::string_view run,
                  const AuditQuery& query) {
  statement.bind(cluster);
  for (const int64_t ms : {query.since_ms, query.until_ms}) statement.bind(ms).bind(ms);
  for (const std::string* text : {&query.user, &query.action, &query.object}) {
    statement.bind(*text).bind(*text);
  }
  statement.bind(query.outcome).bind(run).bind(query.outcome);
}

}  // namespace

std::optional<int64_t> insert_audit(sqlite3* db, std::string_view cluster, std::string_view run,
                                    const AuditEntry& entry) {
  const bool written =
      Statement(db,
                "INSERT INTO audit (cluster, run, at_ms, user, action, title, api_group, kind,"
                " namespace, name, uid, before, reason, until_ms, outcome, message, revision,"
                " ended_ms) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,?,'','','',0)")
          .bind(cluster)
          .bind(run)
          .bind(entry.at_ms)
          .bind(entry.user)
          .bind(entry.action)
          .bind(entry.title)
          .bind(entry.ref.group)
          .bind(entry.ref.kind)
          .bind(entry.ref.ns)
          .bind(entry.ref.name)
          .bind(entry.uid)
          .bind(entry.before)
          .bind(entry.reason)
          .bind(entry.until_ms)
          .run();
  if (!written) return std::nullopt;
  const int64_t id = sqlite3_last_insert_rowid(db);
  const auto kept = static_cast<int64_t>(limits::kAuditEntries);
  if (id > kept && !Statement(db, "DELETE FROM audit WHERE id <= ?").bind(id - kept).run()) {
    return std::nullopt;
  }
  return id;
}

bool update_audit(sqlite3* db, int64_t id, const AuditOutcome& outcome) {
  return Statement(db,
                   "UPDATE audit SET outcome = ?, message = ?, revision = ?, ended_ms = ?"
                   " WHERE id = ?")
      .bind(outcome.outcome)
      .bind(outcome.message)
      .bind(outcome.revision)
      .bind(outcome.ended_ms)
      .bind(id)
      .run();
}

AuditPage select_audit(sqlite3* db, std::string_view cluster, std::string_view run,
                       const AuditQuery& query) {
  AuditPage page;
  const std::string matches = std::string(kMatches) + " AND (? = '' OR " + kOutcome + " = ?)";
  Statement count(db, "SELECT count(*)" + matches);
  bind_matches(count, cluster, run, query);
  if (count.row()) page.total = count.number(0);
  Statement select(db,
                   "SELECT id, at_ms, user, action, title, api_group, kind, namespace, name, uid,"
                   " before, reason, until_ms, message, revision, ended_ms, " +
                       std::string(kOutcome) + matches +
                       " AND (? = 0 OR id < ?) ORDER BY id DESC LIMIT ?");
  select.bind(run);
  bind_matches(select, cluster, run, query);
  select.bind(query.before_id).bind(query.before_id).bind(static_cast<int64_t>(query.limit));
  while (select.row()) {
    AuditEntry entry;
    entry.id = select.number(0);
    entry.at_ms = select.number(1);
    entry.user = select.text(2);
    entry.action = select.text(3);
    entry.title = select.text(4);
    entry.ref = {select.text(5), select.text(6), select.text(7), select.text(8)};
    entry.uid = select.text(9);
    entry.before = select.text(10);
    entry.reason = select.text(11);
    entry.until_ms = select.number(12);
    entry.message = select.text(13);
    entry.revision = select.text(14);
    entry.ended_ms = select.number(15);
    entry.outcome = select.text(16);
    page.entries.push_back(std::move(entry));
  }
  return page;
}

}  // namespace masthead::history
