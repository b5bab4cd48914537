#include "protocols/query_value.h"

#include <algorithm>

#include "protocols/scalars.h"

namespace fallstreak::protocols {

using api::Kind;
using api::TimestampFormat;

namespace {

std::string_view name_of(const api::Member& member, QueryDialect dialect) {
  return dialect == QueryDialect::ec2 ? member.ec2 : member.wire;
}

/// Lengthens a name while it lives: `Filter` to `Filter.1` and back.
class Extended {
 public:
  Extended(std::string& name, std::string_view part) : name_(name), length_(name.size()) {
    if (!name_.empty()) name_ += '.';
    name_ += part;
  }
  Extended(std::string& name, std::size_t number) : Extended(name, std::to_string(number)) {}
  Extended(const Extended&) = delete;
  Extended& operator=(const Extended&) = delete;
  ~Extended() { name_.resize(length_); }

 private:
  std::string& name_;
  std::size_t length_;
};

/// What stands between a container's name and its elements' numbers.
struct ContainerNames {
  std::string_view replaced = {};  // a flattened list whose elements are named: instead of the name
  std::string_view between = {};
};

ContainerNames names_of(const api::Shape& shape, bool flattened, QueryDialect dialect) {
  if (dialect == QueryDialect::ec2) return {};
  if (shape.kind == Kind::map) {
    return flattened ? ContainerNames{} : ContainerNames{.between = "entry"};
  }
  if (!flattened) return {.between = shape.element_name};
  return shape.element_named ? ContainerNames{.replaced = shape.element_name} : ContainerNames{};
}

class QueryReader {
 public:
  QueryReader(const Form& form, QueryDialect dialect) : form_(form), dialect_(dialect) {}

  void read_members(const api::Shape& shape, void* value) {
    const Level level(depth_);
    for (const api::Member& member : shape.members) {
      const std::size_t length = name_.size();
      const Extended extended(name_, name_of(member, dialect_));
      if (is_container(*member.shape)) {
        read_container(member, length, value);
      } else if (is_scalar(*member.shape)) {
        if (const std::string* text = form_.find(name_)) {
          read_scalar(*text, *member.shape, &member, api::emplace(member, value));
        }
      } else if (has_below()) {
        read_members(*member.shape, api::emplace(member, value));
      }
    }
  }

 private:
  [[nodiscard]] bool has_below() {
    name_ += '.';
    const auto [first, last] = form_.below(name_);
    name_.pop_back();
    return first != last;
  }

  void read_scalar(const std::string& text, const api::Shape& shape, const api::Member* member,
                   void* value) {
    const auto format = timestamp_format(member, shape, TimestampFormat::iso8601);
    if (!parse_scalar(text, shape, format, value)) throw BadParameter(name_, text, shape.kind);
  }

  /// `parent_length` is where the container's own name begins.
  void read_container(const api::Member& member, std::size_t parent_length, void* object) {
    const std::string own_name = name_;
    const auto names = names_of(*member.shape, is_flattened(member), dialect_);
    // AWS: an empty list is sent as `Name=`.
    if (const std::string* text = form_.find(name_)) {
      if (!text->empty()) throw BadParameter(name_, *text, member.shape->kind);
      api::emplace(member, object);
    }
    if (!names.replaced.empty()) {
      name_.resize(parent_length);
      if (!name_.empty()) name_ += '.';
      name_ += names.replaced;
    }
    if (has_below()) {
      std::optional<Extended> between;
      if (!names.between.empty()) between.emplace(name_, names.between);
      read_elements(*member.shape, member, object);
    }
    name_ = own_name;
  }

  void read_elements(const api::Shape& shape, const api::Member& member, void* object) {
    const std::vector<std::uint32_t> numbers = element_numbers();
    if (numbers.empty()) return;
    fill_elements(shape, numbers, get_or_emplace(member, object));
  }

  void fill_elements(const api::Shape& shape, const std::vector<std::uint32_t>& numbers,
                     void* container) {
    for (const std::uint32_t number : numbers) {
      const Extended extended(name_, number);
      if (shape.kind == Kind::list) {
        read_element(shape, append_element(shape, container));
        continue;
      }
      void* entry = append_element(shape, container);
      {
        const Extended key(name_, shape.key_name);
        const std::string* text = form_.find(name_);
        if (text == nullptr) throw Malformed("The parameter " + name_ + " is missing");
        shape.ops->last_key(container) = *text;
      }
      const Extended element(name_, shape.element_name);
      read_element(shape, entry);
    }
    if (shape.kind == Kind::map) check_keys_differ(shape, container);
  }

  void read_element(const api::Shape& container, void* value) {
    const api::Shape& shape = *container.element;
    if (api::is_aggregate(shape)) return read_members(shape, value);
    if (is_scalar(shape)) {
      if (const std::string* text = form_.find(name_)) read_scalar(*text, shape, nullptr, value);
      return;
    }
    const Level level(depth_);
    const auto names = names_of(shape, shape.flattened, dialect_);
    std::optional<Extended> between;
    if (!names.between.empty()) between.emplace(name_, names.between);
    fill_elements(shape, element_numbers(), value);
  }

  /// The distinct numbers that follow `name_.` in the form, ascending: AWS accepts gaps.
  std::vector<std::uint32_t> element_numbers() {
    name_ += '.';
    std::vector<std::uint32_t> numbers;
    auto [parameter, last] = form_.below(name_);
    for (; parameter != last; ++parameter) {
      const std::string_view rest = std::string_view(parameter->name).substr(name_.size());
      const auto number = parse_integer<std::uint32_t>(rest.substr(0, rest.find('.')));
      if (!number) throw Malformed("The parameter " + parameter->name + " is not recognized");
      if (numbers.empty() || numbers.back() != *number) numbers.push_back(*number);
    }
    name_.pop_back();
    std::ranges::sort(numbers);
    numbers.erase(std::unique(numbers.begin(), numbers.end()), numbers.end());
    return numbers;
  }

  const Form& form_;
  QueryDialect dialect_;
  std::string name_;
  int depth_ = 0;
};

class QueryWriter {
 public:
  QueryWriter(QueryDialect dialect, std::string& out) : dialect_(dialect), out_(out) {}

  void write_members(const api::Shape& shape, const void* value) {
    for (const api::Member& member : shape.members) {
      if (!api::has(member, value)) continue;
      const void* content = api::get(member, value);
      if (is_container(*member.shape)) {
        write_container(*member.shape, name_of(member, dialect_), is_flattened(member), content);
        continue;
      }
      const Extended extended(name_, name_of(member, dialect_));
      write(*member.shape, &member, content);
    }
  }

 private:
  void write(const api::Shape& shape, const api::Member* member, const void* value) {
    if (api::is_aggregate(shape)) return write_members(shape, value);
    if (is_container(shape)) return write_container(shape, {}, shape.flattened, value);
    text_.clear();
    append_scalar(text_, shape, value, timestamp_format(member, shape, TimestampFormat::iso8601));
    append_form_parameter(out_, name_, text_);
  }

  void write_container(const api::Shape& shape, std::string_view own_name, bool flattened,
                       const void* value) {
    const std::size_t count = shape.ops->count(value);
    const auto names = names_of(shape, flattened, dialect_);
    const bool is_replaced = count != 0 && !names.replaced.empty();
    const std::string_view name = is_replaced ? names.replaced : own_name;
    std::optional<Extended> named;
    if (!name.empty()) named.emplace(name_, name);
    if (count == 0) return append_form_parameter(out_, name_, {});

    std::optional<Extended> between;
    if (!names.between.empty()) between.emplace(name_, names.between);
    for (std::size_t index = 0; index < count; ++index) {
      const Extended numbered(name_, index + 1);
      write_element(shape, value, index);
    }
  }

  void write_element(const api::Shape& shape, const void* container, std::size_t index) {
    const void* element = element_at(shape, container, index);
    if (shape.kind == Kind::list) {
      if (element != nullptr) write(*shape.element, nullptr, element);
      return;
    }
    {
      const Extended key(name_, shape.key_name);
      append_form_parameter(out_, name_, shape.ops->key_at(container, index));
    }
    const Extended extended(name_, shape.element_name);
    if (element != nullptr) write(*shape.element, nullptr, element);
  }

  QueryDialect dialect_;
  std::string& out_;
  std::string name_;
  std::string text_;
};

}  // namespace

Form form_of(const HttpRequest& request) {
  Form form = Form::parse(raw_query(request.target));
  form.add(request.body);
  return form;
}

void write_query_request(const api::Operation& operation, const void* value, QueryDialect dialect,
                         HttpRequest& request) {
  request.method = "POST";
  request.target = "/";
  append_form_parameter(request.body, "Action", operation.name);
  append_form_parameter(request.body, "Version", operation.service->api_version);
  write_query(*operation.input, value, dialect, request.body);
  set_header(request.headers, "Content-Type", "application/x-www-form-urlencoded; charset=utf-8");
}

void read_query(const Form& form, const api::Shape& structure, QueryDialect dialect, void* value) {
  QueryReader(form, dialect).read_members(structure, value);
}

void write_query(const api::Shape& structure, const void* value, QueryDialect dialect,
                 std::string& out) {
  QueryWriter(dialect, out).write_members(structure, value);
}

}  // namespace fallstreak::protocols
