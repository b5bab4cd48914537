#include <algorithm>

#include "base/encoding.h"
#include "services/dynamodb/imports.h"

namespace fallstreak::services::dynamodb {
namespace {

/// Takes the next line of a text, without its end.
std::string_view take_line(std::string_view& text) {
  const std::size_t end = text.find('\n');
  std::string_view line = text.substr(0, end);
  text.remove_prefix(end == std::string_view::npos ? text.size() : end + 1);
  if (line.ends_with('\r')) line.remove_suffix(1);
  return line;
}

/// Takes the next record of a CSV text (RFC 4180): fields in quotes may have line ends and quotes
/// twice.
std::vector<std::string> take_record(std::string_view& text, char delimiter) {
  std::vector<std::string> fields(1);
  bool is_quoted = false;
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const char c = text[at];
    if (is_quoted && c == '"' && at + 1 < text.size() && text[at + 1] == '"') {
      fields.back() += c;
      ++at;
    } else if (c == '"') {
      is_quoted = !is_quoted;
    } else if (!is_quoted && c == delimiter) {
      fields.emplace_back();
    } else if (!is_quoted && c == '\n') {
      break;
    } else {
      fields.back() += c;
    }
  }
  text.remove_prefix(std::min(at + 1, text.size()));
  if (fields.back().ends_with('\r')) fields.back().pop_back();
  return fields;
}

/// AWS: keys of the table and of indexes have their types, everything else is text.
bool set_value(const std::string& name, std::string text,
               const std::vector<KeyAttribute>& definitions, ApiValue& value) {
  const auto definition = std::ranges::find(definitions, name, &KeyAttribute::name);
  const Type type = definition == definitions.end() ? Type::S : definition->type;
  if (type == Type::N) {
    value.N = std::move(text);
  } else if (type == Type::B) {
    value.B = from_base64(text);
    return value.B.has_value();
  } else {
    value.S = std::move(text);
  }
  return true;
}

}  // namespace

void read_json_lines(std::string_view text, const TakeItem& take) {
  while (!text.empty()) {
    const std::string_view line = take_line(text);
    if (line.find_first_not_of(" \t") == std::string_view::npos) continue;
    const ItemLine read = read_item_line(line);
    take(read.problem == ItemLine::Problem::none ? &read.item : nullptr);
    // Observed: what comes after a line that is no JSON is not read.
    if (read.problem == ItemLine::Problem::not_json) return;
  }
}

void read_csv(std::string_view text,
              const std::optional<api::dynamodb::InputFormatOptions>& options,
              const std::vector<KeyAttribute>& definitions, const TakeItem& take) {
  const bool has_options = options && options->Csv;
  const char delimiter =
      has_options && options->Csv->Delimiter ? options->Csv->Delimiter->front() : ',';
  // AWS: with a list of headers the first line is an item.
  std::vector<std::string> header;
  if (has_options && options->Csv->HeaderList) header = *options->Csv->HeaderList;
  if (header.empty()) header = take_record(text, delimiter);
  while (!text.empty()) {
    std::vector<std::string> fields = take_record(text, delimiter);
    const bool is_blank = fields.size() == 1 && fields.front().empty() && header.size() > 1;
    if (is_blank) continue;
    bool is_good = fields.size() == header.size();
    ApiItem item;
    for (std::size_t index = 0; is_good && index < fields.size(); ++index) {
      auto& entry = item.emplace_back();
      entry.key = header[index];
      is_good = set_value(header[index], std::move(fields[index]), definitions, entry.value);
    }
    take(is_good ? &item : nullptr);
  }
}

}  // namespace fallstreak::services::dynamodb
