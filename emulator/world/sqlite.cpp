#include "world/sqlite.h"

#include <sqlite3.h>

namespace fallstreak::world {
namespace {

constexpr int kPrimaryCode = 0xff;

void require(sqlite3* database, int code) {
  if (code == SQLITE_OK) return;
  throw SqliteFailure{code & kPrimaryCode, sqlite3_errmsg(database)};
}

}  // namespace

SqliteStatement::SqliteStatement(sqlite3* database, std::string_view sql) : database_(database) {
  require(database, sqlite3_prepare_v2(database, sql.data(), static_cast<int>(sql.size()),
                                       &statement_, nullptr));
}

SqliteStatement::~SqliteStatement() { sqlite3_finalize(statement_); }

SqliteStatement& SqliteStatement::bind(int parameter, std::int64_t value) {
  require(database_, sqlite3_bind_int64(statement_, parameter, value));
  return *this;
}

SqliteStatement& SqliteStatement::bind_text(int parameter, std::string_view value) {
  require(database_, sqlite3_bind_text64(statement_, parameter, value.data(), value.size(),
                                         SQLITE_TRANSIENT, SQLITE_UTF8));
  return *this;
}

SqliteStatement& SqliteStatement::bind_blob(int parameter, std::string_view value) {
  // Static: the bytes outlive the step. A null address would make it NULL instead of empty.
  const char* bytes = value.empty() ? "" : value.data();
  require(database_,
          sqlite3_bind_blob64(statement_, parameter, bytes, value.size(), SQLITE_STATIC));
  return *this;
}

bool SqliteStatement::step() {
  const int code = sqlite3_step(statement_);
  if (code == SQLITE_ROW) return true;
  if (code == SQLITE_DONE) return false;
  SqliteFailure failure{code & kPrimaryCode, sqlite3_errmsg(database_)};
  sqlite3_reset(statement_);
  throw failure;
}

void SqliteStatement::run() {
  step();
  require(database_, sqlite3_reset(statement_));
}

std::int64_t SqliteStatement::integer(int column) const {
  return sqlite3_column_int64(statement_, column);
}

std::string_view SqliteStatement::bytes(int column) const {
  const auto* data = static_cast<const char*>(sqlite3_column_blob(statement_, column));
  return {data, data ? static_cast<std::size_t>(sqlite3_column_bytes(statement_, column)) : 0};
}

SqliteDatabase::SqliteDatabase(const std::string& path) {
  // No mutex of SQLite's own: the store lets one thread at a time use the connection.
  const int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX;
  const int code = sqlite3_open_v2(path.c_str(), &database_, flags, nullptr);
  if (code == SQLITE_OK) return;
  SqliteFailure failure{code & kPrimaryCode, database_ ? sqlite3_errmsg(database_) : "no memory"};
  sqlite3_close(database_);
  throw failure;
}

SqliteDatabase::~SqliteDatabase() { sqlite3_close(database_); }

void SqliteDatabase::execute(const std::string& sql) {
  const int code = sqlite3_exec(database_, sql.c_str(), nullptr, nullptr, nullptr);
  require(database_, code);
}

std::int64_t SqliteDatabase::integer(const std::string& sql) {
  SqliteStatement statement(database_, sql);
  return statement.step() ? statement.integer(0) : 0;
}

std::string SqliteDatabase::text(const std::string& sql) {
  SqliteStatement statement(database_, sql);
  return statement.step() ? std::string(statement.bytes(0)) : std::string();
}

}  // namespace fallstreak::world
