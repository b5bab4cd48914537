#pragma once

#include <string>

#include "protocols/form.h"
#include "protocols/http_message.h"
#include "protocols/walk.h"

/// Described values as the parameters of a query: `Filters.member.1.Name=state`.
namespace fallstreak::protocols {

/// AWS: EC2 has names of its own, counts lists without a word between (`Filter.1.Name`).
enum class QueryDialect { aws_query, ec2 };

/// The value of a parameter is not of its member's kind.
struct BadParameter : Malformed {
  BadParameter(std::string parameter, std::string given, api::Kind expected)
      : Malformed("Value (" + given + ") for parameter " + parameter + " is invalid"),
        name(std::move(parameter)),
        value(std::move(given)),
        kind(expected) {}
  std::string name;
  std::string value;
  api::Kind kind;
};

/// The parameters of a request: those of its target and those of its body. Throws Malformed.
Form form_of(const HttpRequest& request);

/// A whole request for an operation.
void write_query_request(const api::Operation& operation, const void* value, QueryDialect dialect,
                         HttpRequest& request);

/// Reads a structure's members from the form. Throws Malformed.
void read_query(const Form& form, const api::Shape& structure, QueryDialect dialect, void* value);

/// Appends a structure's members to the form's text.
void write_query(const api::Shape& structure, const void* value, QueryDialect dialect,
                 std::string& out);

}  // namespace fallstreak::protocols
