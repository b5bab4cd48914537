#include "api/validate.h"

#include <algorithm>
#include <cctype>

#include "api/java_text.h"
#include "api/validation_order.h"
#include "api/validation_plan.h"

namespace fallstreak::api {

namespace {

enum class Constraint : std::uint8_t { required, values, pattern, min, max, elements, keys };

/// `tableName`, as Java names fields, or `TableName`, as the model does.
enum class Spelling : std::uint8_t { java, model };

/// Where a value stands: a chain through the frames of the walk, so that paths cost nothing until
/// one is shown.
struct Place {
  const Place* outer = nullptr;
  const Member* member = nullptr;
  std::size_t number = 0;            // of a list's element, from 1
  const std::string* key = nullptr;  // of a map's value

  void append(Dialect dialect, Spelling spelling, std::string& out) const {
    if (outer != nullptr) outer->append(dialect, spelling, out);
    if (member != nullptr) {
      if (!out.empty()) out += '.';
      const std::size_t start = out.size();
      out += dialect == Dialect::ec2 ? member->ec2 : member->name;
      if (dialect != Dialect::ec2 && spelling == Spelling::java && start < out.size()) {
        out[start] = char(std::tolower(static_cast<unsigned char>(out[start])));
      }
    } else if (number != 0 || key != nullptr) {
      out += '.' + (key != nullptr ? *key : std::to_string(number));
      if (dialect != Dialect::ec2) out += ".member";
    }
  }
  [[nodiscard]] const Member* nearest_member() const {
    return member != nullptr || outer == nullptr ? member : outer->nearest_member();
  }
};

std::size_t characters(std::string_view text) {
  return std::size_t(
      std::ranges::count_if(text, [](unsigned char byte) { return (byte & 0xc0) != 0x80; }));
}

bool is_number(const Shape& shape) {
  return shape.kind == Kind::integer || shape.kind == Kind::long_ || shape.kind == Kind::float_ ||
         shape.kind == Kind::double_;
}

/// Below the minimum (-1), above the maximum (1) or neither.
template <class Number>
int side(const Shape& shape, Number value) {
  if (shape.min && value < Number(*shape.min)) return -1;
  return shape.max && value > Number(*shape.max) ? 1 : 0;
}

int side_of(const Shape& shape, const void* value) {
  if (!shape.min && !shape.max) return 0;
  switch (shape.kind) {
    case Kind::integer:
      return side(shape, std::int64_t(*static_cast<const std::int32_t*>(value)));
    case Kind::long_:
      return side(shape, *static_cast<const std::int64_t*>(value));
    case Kind::float_:
      return side(shape, double(*static_cast<const float*>(value)));
    case Kind::double_:
      return side(shape, *static_cast<const double*>(value));
    case Kind::string: {
      const auto& text = *static_cast<const std::string*>(value);
      // A character has one byte to four: nearly always that is enough to know.
      const auto bytes = static_cast<std::int64_t>(text.size());
      if (bytes / 4 >= shape.min.value_or(0) && bytes <= shape.max.value_or(bytes)) return 0;
      return side(shape, std::int64_t(characters(text)));
    }
    case Kind::blob:
      return side(shape, std::int64_t(static_cast<const std::string*>(value)->size()));
    case Kind::body:
      return side(shape, std::int64_t(static_cast<const Body*>(value)->size()));
    case Kind::list:
    case Kind::map:
      return side(shape, std::int64_t(shape.ops->count(value)));
    default:
      return 0;
  }
}

/// `Member must have length less than or equal to 255`.
std::string describe(Constraint constraint, const Shape& shape) {
  const std::string measure = is_number(shape) ? "value" : "length";
  switch (constraint) {
    case Constraint::required:
      return "Member must not be null";
    case Constraint::values: {
      std::string text = "Member must satisfy enum value set: [";
      for (const std::string_view& value : shape.values) {
        if (&value != shape.values.data()) text += ", ";
        text += value;
      }
      return text + "]";
    }
    case Constraint::pattern:
      return "Member must satisfy regular expression pattern: " + std::string(shape.pattern);
    case Constraint::min:
      return "Member must have " + measure + " greater than or equal to " +
             std::to_string(*shape.min);
    case Constraint::max:
      return "Member must have " + measure + " less than or equal to " + std::to_string(*shape.max);
    case Constraint::elements:
    case Constraint::keys:
      break;
  }
  return {};
}

/// AWS: for elements that are no structures, all that they must satisfy, met or not.
std::string describe_all(const Shape& shape) {
  std::string text = "[";
  const auto add = [&](Constraint constraint) {
    if (text.size() > 1) text += ", ";
    text += describe(constraint, shape);
  };
  if (shape.max) add(Constraint::max);
  if (shape.min) add(Constraint::min);
  if (!shape.pattern.empty()) add(Constraint::pattern);
  if (!shape.values.empty()) add(Constraint::values);
  return text + "]";
}

constexpr std::size_t kMostViolations = 10;

struct Violation {
  std::string path;
  std::string model_path;
  std::string value;
  std::string constraint_text;
  Constraint constraint;
  const Member* member;
  const Shape* shape;
};

class Walk {
 public:
  explicit Walk(Dialect dialect) : dialect_(dialect) {}

  std::vector<Violation> violations;

  void check(const Plan& plan, const void* value, const Place& place) {
    const Shape& shape = *plan.shape;
    if (is_aggregate(shape)) return check_members(plan, value, place);
    for (const Constraint broken : broken_constraints(plan, value)) {
      add(broken, describe(broken, shape), &shape, value, place);
    }
    if (plan.key != nullptr) check_keys(plan, value, place);
    if (plan.element != nullptr) check_elements(plan, value, place);
  }

 private:
  /// At most one of each kind; no memory.
  struct Broken {
    Constraint list[3];
    std::size_t count = 0;
    void add(Constraint constraint) { list[count++] = constraint; }
    [[nodiscard]] const Constraint* begin() const { return list; }
    [[nodiscard]] const Constraint* end() const { return list + count; }
  };

  static Broken broken_constraints(const Plan& plan, const void* value) {
    const Shape& shape = *plan.shape;
    Broken broken;
    if (shape.kind == Kind::string) {
      const auto& text = *static_cast<const std::string*>(value);
      if (!shape.values.empty() && std::ranges::find(shape.values, text) == shape.values.end()) {
        broken.add(Constraint::values);
      }
      if (plan.pattern != nullptr && !plan.pattern->matches(text)) broken.add(Constraint::pattern);
    }
    const int side = side_of(shape, value);
    if (side != 0) broken.add(side < 0 ? Constraint::min : Constraint::max);
    return broken;
  }

  void check_members(const Plan& plan, const void* value, const Place& place) {
    for (const Plan::Part& part : plan.parts) {
      const Place inner{.outer = &place, .member = part.member};
      if (!has(*part.member, value)) {
        if (part.member->required) {
          add(Constraint::required, describe(Constraint::required, *part.member->shape),
              part.member->shape, nullptr, inner);
        }
      } else if (part.plan != nullptr) {
        check(*part.plan, get(*part.member, value), inner);
      }
    }
  }

  void check_keys(const Plan& plan, const void* map, const Place& place) {
    const Shape& shape = *plan.shape;
    for (std::size_t index = 0; index < shape.ops->count(map); ++index) {
      const std::string& key = shape.ops->key_at(map, index);
      if (plan.keys_may_be_arns && key.starts_with("arn:")) continue;
      if (broken_constraints(*plan.key, &key).count == 0) continue;
      add(Constraint::keys, "Map keys must satisfy constraint: " + describe_all(*plan.key->shape),
          &shape, map, place, plan.keys_may_be_arns ? append_json_text : append_java_text);
      return;
    }
  }

  void check_elements(const Plan& plan, const void* container, const Place& place) {
    const Shape& shape = *plan.shape;
    const Plan& element = *plan.element;
    const bool has_paths = is_aggregate(*element.shape) || element.shape->element != nullptr;
    for (std::size_t index = 0; index < shape.ops->count(container); ++index) {
      const void* value = shape.ops->at(container, index);
      if (shape.sparse != nullptr) {
        if (!shape.sparse->has(value)) continue;
        value = shape.sparse->get(value);
      }
      Place inner{.outer = &place, .number = index + 1};
      if (shape.kind == Kind::map && element.shape->kind == Kind::list &&
          broken_constraints(element, value).count != 0) {
        add(Constraint::elements,
            "Map value must satisfy constraint: " + describe_all(*element.shape), &shape, container,
            place);
        return;
      }
      if (shape.kind == Kind::map) inner.key = &shape.ops->key_at(container, index);
      if (has_paths || dialect_ == Dialect::ec2) {
        check(element, value, inner);
      } else if (broken_constraints(element, value).count != 0) {
        const std::string_view subject = shape.kind == Kind::map ? "Map value" : "Member";
        add(Constraint::elements,
            std::string(subject) + " must satisfy constraint: " + describe_all(*element.shape),
            &shape, container, place);
        return;
      }
    }
  }

  void add(Constraint constraint, std::string text, const Shape* shape, const void* value,
           const Place& place, decltype(append_java_text)* show = append_java_text) {
    // Observed: AWS tells of ten at most.
    if (violations.size() == kMostViolations) return;
    Violation violation{{}, {}, {}, std::move(text), constraint, place.nearest_member(), shape};
    place.append(dialect_, Spelling::java, violation.path);
    place.append(dialect_, Spelling::model, violation.model_path);
    if (value != nullptr) show(violation.value, *shape, value);
    violations.push_back(std::move(violation));
  }

  Dialect dialect_;
};

/// AWS: `1 validation error detected: Value '' at 'tableName' failed to satisfy constraint: …`.
std::string coral_message(const std::vector<Violation>& violations) {
  std::string text = std::to_string(violations.size()) +
                     (violations.size() == 1 ? " validation error" : " validation errors") +
                     " detected: ";
  for (const Violation& violation : violations) {
    if (&violation != violations.data()) text += "; ";
    if (violation.constraint == Constraint::required) {
      text += "Value null at '";
    } else if (violation.shape->sensitive) {
      text += "Value at '";
    } else {
      text += "Value '" + violation.value + "' at '";
    }
    text += violation.path + "' failed to satisfy constraint: " + violation.constraint_text;
  }
  return text;
}

std::string_view words_of_what_is_missing(const Plan& plan, const void* request) {
  for (const Plan::Part& part : plan.parts) {
    if (!part.member->required || has(*part.member, request)) continue;
    const auto words = words_of_absence(plan.shape->name, part.member->name);
    if (!words.empty()) return words;
  }
  return {};
}

std::size_t depth_of_values(const Shape& shape, const void* value) {
  std::size_t depth = 0;
  if (is_aggregate(shape)) {
    for (const Member& member : shape.members) {
      if (!has(member, value)) continue;
      depth = std::max(depth, depth_of_values(*member.shape, get(member, value)));
    }
    return depth + (shape.name == "AttributeValue" ? 1 : 0);
  }
  if (shape.element == nullptr || shape.sparse != nullptr) return 0;
  for (std::size_t index = 0; index < shape.ops->count(value); ++index)
    depth = std::max(depth, depth_of_values(*shape.element, shape.ops->at(value, index)));
  return depth;
}

/// The first fault that the newer validation finds; empty when there is none, or when something is
/// missing, so that the older one tells all.
std::string newer_message(const Plan& plan, const void* request,
                          const std::vector<Violation>& violations) {
  if (std::ranges::count(violations, Constraint::required, &Violation::constraint) != 0) return {};
  for (const Violation& violation : violations) {
    if (violation.member == nullptr) continue;
    const NewerFault* fault = newer_fault(plan.shape->name, violation.member->name);
    if (fault == nullptr || is_left_to_older_validation(*plan.shape, request)) continue;
    const std::string begin = fault->is_enveloped ? "1 validation error detected: " : "";
    if (!fault->words.empty()) return begin + std::string(fault->words);
    if (violation.constraint == Constraint::values && !fault->values.empty()) {
      return begin + "Failed to satisfy constraint: Member must satisfy enum value set: " +
             std::string(fault->values);
    }
    const bool is_length =
        violation.constraint == Constraint::min || violation.constraint == Constraint::max;
    if (is_length && fault->values.empty()) {
      return begin + "Value at '" + violation.model_path +
             "' failed to satisfy constraint: " + violation.constraint_text;
    }
  }
  return {};
}

// https://docs.aws.amazon.com/AWSEC2/latest/APIReference/errors-overview.html
ApiError ec2_error(const Violation& violation) {
  if (violation.constraint == Constraint::required) {
    return ApiError("MissingParameter", "The request must contain the parameter " + violation.path);
  }
  std::string text =
      "Value (" + violation.value + ") for parameter " + violation.path + " is invalid.";
  const Shape& shape = *violation.shape;
  if (is_number(shape) && violation.constraint == Constraint::min) {
    text += " Expecting a value greater than or equal to " + std::to_string(*shape.min) + ".";
  } else if (is_number(shape) && violation.constraint == Constraint::max) {
    text += " Expecting a value less than or equal to " + std::to_string(*shape.max) + ".";
  }
  return ApiError("InvalidParameterValue", std::move(text));
}

// https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html
ApiError s3_error(const Violation& violation) {
  if (violation.member != nullptr && violation.member->name == "LocationConstraint") {
    return ApiError("InvalidLocationConstraint", "The specified location-constraint is not valid");
  }
  const bool is_in_body =
      violation.member == nullptr || violation.member->location == Location::body;
  if (is_in_body) {
    return ApiError("MalformedXML",
                    "The XML you provided was not well-formed or did not validate against our "
                    "published schema");
  }
  const std::string name(violation.member->wire);
  if (violation.constraint == Constraint::required) {
    // Chosen: AWS has no one text for what its SDKs cannot leave out.
    return ApiError("InvalidRequest", "Missing required parameter for this request: " + name);
  }
  if (violation.member->name == "StorageClass") {
    return ApiError("InvalidStorageClass", "The storage class you specified is not valid");
  }
  return ApiError("InvalidArgument", "Invalid value for " + name + ": " + violation.value);
}

}  // namespace

bool is_left_to_older_validation(const Shape& shape, const void* request) {
  constexpr std::size_t kDeepest = 63;
  return depth_of_values(shape, request) > kDeepest;
}

Dialect dialect_of(const Service& service) {
  if (service.signing_name == "s3") return Dialect::s3;
  const auto speaks = [&](Protocol protocol) {
    return std::ranges::find(service.protocols, protocol) != service.protocols.end();
  };
  if (speaks(Protocol::ec2)) return Dialect::ec2;
  if (speaks(Protocol::rest_xml)) return Dialect::xml;
  return speaks(Protocol::query) ? Dialect::query : Dialect::coral;
}

struct Validator::Plans {
  explicit Plans(std::span<const Service* const> services) : book(services) {}
  PlanBook book;
};

Validator::Validator(std::span<const Service* const> services)
    : plans_(std::make_unique<Plans>(services)) {}
Validator::~Validator() = default;
Validator::Validator(Validator&&) noexcept = default;
Validator& Validator::operator=(Validator&&) noexcept = default;

const Plan* Validator::plan_of(const Operation& operation) const {
  return plans_->book.find(*operation.input);
}

std::optional<ApiError> validate(const Plan& plan, const Operation& operation,
                                 const void* request) {
  const Dialect dialect = dialect_of(*operation.service);
  Walk walk(dialect);
  walk.check(plan, request, Place{});
  if (walk.violations.empty()) return std::nullopt;
  switch (dialect) {
    case Dialect::coral:
      if (const auto words = words_of_what_is_missing(plan, request); !words.empty())
        return ApiError("ValidationException", std::string(words));
      if (std::string text = newer_message(plan, request, walk.violations); !text.empty())
        return ApiError("ValidationException", std::move(text));
      return ApiError("ValidationException", coral_message(walk.violations));
    case Dialect::query:
      return ApiError("ValidationError", coral_message(walk.violations));
    case Dialect::xml:
      return ApiError("InvalidInput", coral_message(walk.violations));
    case Dialect::ec2:
      return ec2_error(walk.violations.front());
    case Dialect::s3:
      break;
  }
  return s3_error(walk.violations.front());
}

}  // namespace fallstreak::api
