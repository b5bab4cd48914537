#pragma once

#include <string>
#include <vector>

namespace fallstreak::provisioner {

/// A place in a document, counted from one; zero when there is none.
struct Place {
  int line = 0;
  int column = 0;
  bool operator==(const Place&) const = default;
};

/// One thing that is wrong with a document. All of a document's errors are collected before any is
/// reported.
struct ParseError {
  std::string file;
  int line = 0;
  int column = 0;
  std::string message;

  /// `file:line:column: message`, as compilers print it.
  [[nodiscard]] std::string to_string() const {
    return file + ":" + std::to_string(line) + ":" + std::to_string(column) + ": " + message;
  }
  bool operator==(const ParseError&) const = default;
};

using ParseErrors = std::vector<ParseError>;

}  // namespace fallstreak::provisioner
