#pragma once

#include <cstdint>
#include <string>
#include <string_view>

struct sqlite3;
struct sqlite3_stmt;

namespace fallstreak::world {

/// What SQLite answered when it could not do something.
struct SqliteFailure {
  int code;  // the primary result code: SQLITE_FULL, SQLITE_CORRUPT ...
  std::string message;
};

/// A prepared statement. Parameters count from 1, columns from 0.
class SqliteStatement {
 public:
  SqliteStatement(sqlite3* database, std::string_view sql);
  SqliteStatement(const SqliteStatement&) = delete;
  SqliteStatement& operator=(const SqliteStatement&) = delete;
  ~SqliteStatement();

  SqliteStatement& bind(int parameter, std::int64_t value);
  SqliteStatement& bind_text(int parameter, std::string_view value);
  SqliteStatement& bind_blob(int parameter, std::string_view value);
  /// True when there is a row. Throws SqliteFailure.
  bool step();
  /// Runs a statement without rows and makes it ready for the next.
  void run();

  [[nodiscard]] std::int64_t integer(int column) const;
  /// Valid until the next step.
  [[nodiscard]] std::string_view bytes(int column) const;

 private:
  sqlite3* database_;
  sqlite3_stmt* statement_ = nullptr;
};

/// An open file. All functions throw SqliteFailure.
class SqliteDatabase {
 public:
  explicit SqliteDatabase(const std::string& path);
  SqliteDatabase(const SqliteDatabase&) = delete;
  SqliteDatabase& operator=(const SqliteDatabase&) = delete;
  ~SqliteDatabase();

  void execute(const std::string& sql);
  [[nodiscard]] std::int64_t integer(const std::string& sql);
  [[nodiscard]] std::string text(const std::string& sql);
  [[nodiscard]] sqlite3* handle() { return database_; }

 private:
  sqlite3* database_ = nullptr;
};

}  // namespace fallstreak::world
