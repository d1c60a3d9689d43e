#include "history/statement.h"

#include <sqlite3.h>

namespace masthead::history {

Statement::Statement(sqlite3* db, const std::string& sql) {
  sqlite3_prepare_v2(db, sql.c_str(), -1, &statement_, nullptr);
}

Statement::~Statement() {
  sqlite3_finalize(statement_);
}

Statement& Statement::bind(std::string_view text) {
  sqlite3_bind_text(statement_, ++bound_, text.data(), static_cast<int>(text.size()),
                    SQLITE_TRANSIENT);
  return *this;
}

Statement& Statement::bind(int64_t number) {
  sqlite3_bind_int64(statement_, ++bound_, number);
  return *this;
}

bool Statement::row() {
  return statement_ != nullptr && sqlite3_step(statement_) == SQLITE_ROW;
}

bool Statement::run() {
  return statement_ != nullptr && sqlite3_step(statement_) == SQLITE_DONE;
}

int64_t Statement::number(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string Statement::text(int column) const {
  const auto* bytes = reinterpret_cast<const char*>(sqlite3_column_text(statement_, column));
  return bytes == nullptr
             ? std::string()
             : std::string(bytes, static_cast<size_t>(sqlite3_column_bytes(statement_, column)));
}

}  // namespace masthead::history
