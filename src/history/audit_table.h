// The audit log's SQL, for history.cc. Called under the lock of the connection given.
#pragma once

#include <optional>

#include "history/audit.h"

struct sqlite3;

namespace masthead::history {

// The id, or nothing when it could not be written.
std::optional<int64_t> insert_audit(sqlite3* db, std::string_view cluster, std::string_view run,
                                    const AuditEntry& entry);
bool update_audit(sqlite3* db, int64_t id, const AuditOutcome& outcome);
AuditPage select_audit(sqlite3* db, std::string_view cluster, std::string_view run,
                       const AuditQuery& query);

}  // namespace masthead::history
