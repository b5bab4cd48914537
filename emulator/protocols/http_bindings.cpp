#include "protocols/http_bindings.h"

#include <algorithm>

#include "base/check.h"
#include "base/encoding.h"
#include "protocols/header_list.h"
#include "protocols/scalars.h"

namespace fallstreak::protocols {

using api::Kind;
using api::Location;
using api::TimestampFormat;

namespace {

TimestampFormat default_format(Location location) {
  return location == Location::header ? TimestampFormat::http_date : TimestampFormat::iso8601;
}

std::string text_of(const api::Member& member, const api::Shape& shape, const void* value) {
  std::string text;
  append_scalar(text, shape, value,
                timestamp_format(&member, shape, default_format(member.location)));
  return text;
}

void read_text(std::string_view text, const api::Member& member, const api::Shape& shape,
               void* value) {
  const auto format = timestamp_format(&member, shape, default_format(member.location));
  if (!parse_scalar(text, shape, format, value)) {
    throw BadParameter(std::string(member.wire), std::string(text), shape.kind);
  }
}

// ------------------------------------------------------------------ path and query

void append_label(std::string_view label, const api::Operation& operation, const void* value,
                  std::string& out) {
  const bool is_greedy = label.ends_with('+');
  if (is_greedy) label.remove_suffix(1);
  const auto& members = operation.input->members;
  const auto member = std::ranges::find_if(members, [&](const api::Member& candidate) {
    return candidate.location == Location::uri && candidate.wire == label;
  });
  CHECK(member != members.end()) << operation.name << " has no member for the label " << label;
  if (!api::has(*member, value)) return;
  out += percent_encode(text_of(*member, *member->shape, api::get(*member, value)),
                        is_greedy ? Slash::keep : Slash::encode);
}

void append_path(const api::Operation& operation, const void* value, std::string& out) {
  std::string_view rest = operation.uri.substr(0, operation.uri.find('?'));
  while (!rest.empty()) {
    const std::size_t open = std::min(rest.find('{'), rest.size());
    out += rest.substr(0, open);
    if (open == rest.size()) return;
    const std::size_t close = rest.find('}', open);
    append_label(rest.substr(open + 1, close - open - 1), operation, value, out);
    rest.remove_prefix(close + 1);
  }
}

void append_query_value(const api::Member& member, std::string_view name, const api::Shape& shape,
                        const void* value, std::string& out) {
  if (shape.kind == Kind::list) {
    for (std::size_t index = 0; index < shape.ops->count(value); ++index) {
      if (const void* element = element_at(shape, value, index)) {
        append_query_value(member, name, *shape.element, element, out);
      }
    }
  } else if (shape.kind == Kind::map) {
    for (std::size_t index = 0; index < shape.ops->count(value); ++index) {
      if (const void* element = element_at(shape, value, index)) {
        append_query_value(member, shape.ops->key_at(value, index), *shape.element, element, out);
      }
    }
  } else {
    append_form_parameter(out, name, text_of(member, shape, value));
  }
}

void append_query(const api::Operation& operation, const void* value, std::string& out) {
  const std::size_t literal = operation.uri.find('?');
  std::string query;
  if (literal != std::string_view::npos) query = operation.uri.substr(literal + 1);
  for (const api::Member& member : operation.input->members) {
    if (member.location == Location::query && api::has(member, value)) {
      append_query_value(member, member.wire, *member.shape, api::get(member, value), query);
    }
  }
  if (query.empty()) return;
  out += '?';
  out += query;
}

bool is_named_query(const api::Operation& operation, std::string_view name) {
  std::string_view literals =
      operation.uri.substr(std::min(operation.uri.find('?'), operation.uri.size()));
  while (!literals.empty()) {
    literals.remove_prefix(1);
    const std::string_view part = literals.substr(0, literals.find('&'));
    if (part.substr(0, part.find('=')) == name) return true;
    literals.remove_prefix(part.size());
  }
  return std::ranges::any_of(operation.input->members, [&](const api::Member& member) {
    return member.location == Location::query && member.wire == name;
  });
}

/// A map takes every parameter that no other member names.
void read_query_map(const api::Operation& operation, const Target& target,
                    const api::Member& member, void* value) {
  const api::Shape& shape = *member.shape;
  for (const QueryParameter& parameter : target.query) {
    if (is_named_query(operation, parameter.name)) continue;
    void* map = get_or_emplace(member, value);
    if (shape.element->kind != Kind::list) {
      read_text(parameter.value, member, *shape.element, append_element(shape, map));
      shape.ops->last_key(map) = parameter.name;
      continue;
    }
    std::size_t index = 0;
    while (index < shape.ops->count(map) && shape.ops->key_at(map, index) != parameter.name) {
      ++index;
    }
    if (index == shape.ops->count(map)) {
      append_element(shape, map);
      shape.ops->last_key(map) = parameter.name;
    }
    // Ours to change: the reader is the same for both kinds of access.
    void* list = const_cast<void*>(element_at(shape, map, index));
    read_text(parameter.value, member, *shape.element->element,
              append_element(*shape.element, list));
  }
}

void read_query_member(const api::Operation& operation, const Target& target,
                       const api::Member& member, void* value) {
  const api::Shape& shape = *member.shape;
  if (shape.kind == Kind::map) return read_query_map(operation, target, member, value);
  if (shape.kind == Kind::list) {
    for (const QueryParameter& parameter : target.query) {
      if (parameter.name != member.wire) continue;
      read_text(parameter.value, member, *shape.element,
                append_element(shape, get_or_emplace(member, value)));
    }
    return;
  }
  const std::string* text = target.find(member.wire);
  // Chosen: `?max-keys=` says nothing about a number.
  if (text == nullptr || (text->empty() && shape.kind != Kind::string)) return;
  read_text(*text, member, shape, api::emplace(member, value));
}

// ------------------------------------------------------------------ headers

void write_headers(const api::Shape& shape, const void* value, Headers& headers) {
  for (const api::Member& member : shape.members) {
    if (!api::has(member, value)) continue;
    const void* content = api::get(member, value);
    const api::Shape& kind = *member.shape;
    if (member.location == Location::headers) {
      for (std::size_t index = 0; index < kind.ops->count(content); ++index) {
        set_header(headers, std::string(member.wire) + kind.ops->key_at(content, index),
                   text_of(member, *kind.element, kind.ops->at(content, index)));
      }
    } else if (member.location == Location::header && kind.kind == Kind::list) {
      std::string text;
      for (std::size_t index = 0; index < kind.ops->count(content); ++index) {
        append_header_element(text, text_of(member, *kind.element, kind.ops->at(content, index)),
                              *kind.element);
      }
      set_header(headers, member.wire, std::move(text));
    } else if (member.location == Location::header) {
      set_header(headers, member.wire, text_of(member, kind, content));
    }
  }
}

void read_prefixed(const api::Member& member, const Headers& headers, void* value) {
  for (const Header& header : headers) {
    const std::string_view name = header.name;
    if (name.size() <= member.wire.size() ||
        !equals_ignoring_case(name.substr(0, member.wire.size()), member.wire)) {
      continue;
    }
    void* map = get_or_emplace(member, value);
    read_text(header.value, member, *member.shape->element, append_element(*member.shape, map));
    // AWS: S3 keeps the keys of metadata in lower case.
    member.shape->ops->last_key(map) = to_lower_case(name.substr(member.wire.size()));
  }
}

void read_headers(const api::Shape& shape, const Headers& headers, void* value) {
  for (const api::Member& member : shape.members) {
    if (member.location == Location::headers) {
      read_prefixed(member, headers, value);
      continue;
    }
    if (member.location != Location::header) continue;
    const std::string* text = find_header(headers, member.wire);
    if (text == nullptr) continue;
    const api::Shape& kind = *member.shape;
    if (kind.kind == Kind::list) {
      void* list = api::emplace(member, value);
      for (const std::string& part : split_header_list(*text, *kind.element)) {
        read_text(part, member, *kind.element, append_element(kind, list));
      }
    } else if (!text->empty() || kind.kind == Kind::string) {
      read_text(*text, member, kind, api::emplace(member, value));
    }
  }
}

}  // namespace

void write_http_request(const api::Operation& operation, const void* value, HttpRequest& request) {
  request.method = operation.http_method;
  request.target.clear();
  append_path(operation, value, request.target);
  append_query(operation, value, request.target);
  write_headers(*operation.input, value, request.headers);
}

void read_http_request(const api::Operation& operation, const HttpRequest& request,
                       const PathLabels& labels, void* value) {
  const auto target = split_target(request.target);
  if (!target) throw Malformed("The request's target is not well-formed");
  for (const api::Member& member : operation.input->members) {
    if (member.location == Location::uri) {
      const auto label = std::ranges::find(labels, member.wire, &PathLabel::name);
      if (label != labels.end()) {
        read_text(label->value, member, *member.shape, api::emplace(member, value));
      }
    } else if (member.location == Location::query) {
      read_query_member(operation, *target, member, value);
    }
  }
  read_headers(*operation.input, request.headers, value);
}

void write_http_response(const api::Shape& shape, const void* value, HttpResponse& response) {
  write_headers(shape, value, response.headers);
  for (const api::Member& member : shape.members) {
    if (member.location != Location::status || !api::has(member, value)) continue;
    response.status = *static_cast<const std::int32_t*>(api::get(member, value));
  }
}

void read_http_response(const api::Shape& shape, const HttpResponse& response, void* value) {
  read_headers(shape, response.headers, value);
  for (const api::Member& member : shape.members) {
    if (member.location != Location::status) continue;
    *static_cast<std::int32_t*>(api::emplace(member, value)) = response.status;
  }
}

const api::Member* payload_of(const api::Shape& shape) {
  const auto found = std::ranges::find(shape.members, true, &api::Member::payload);
  return found == shape.members.end() ? nullptr : &*found;
}

bool has_document(const api::Shape& shape) {
  return std::ranges::any_of(shape.members, [](const api::Member& member) {
    return member.location == Location::body && !member.payload;
  });
}

bool is_raw_payload(const api::Member& payload) {
  const Kind kind = payload.shape->kind;
  return kind == Kind::body || kind == Kind::blob || kind == Kind::string;
}

bool binds_content_type(const api::Shape& shape) {
  return std::ranges::any_of(shape.members, [](const api::Member& member) {
    return member.location == api::Location::header && equals_ignoring_case(member.wire, "Content-Type");
  });
}

void read_raw_payload(const api::Member& payload, std::string&& body, void* value) {
  if (payload.shape->kind == Kind::body) {
    *static_cast<api::Body*>(api::emplace(payload, value)) = api::Body(std::move(body));
  } else if (!body.empty()) {
    *static_cast<std::string*>(api::emplace(payload, value)) = std::move(body);
  }
}

void read_raw_payload(const api::Member& payload, const HttpResponse& response, void* value) {
  if (payload.shape->kind == Kind::body) {
    *static_cast<api::Body*>(api::emplace(payload, value)) =
        response.streamed ? *response.streamed : api::Body(response.body);
  } else if (!response.content().empty()) {
    *static_cast<std::string*>(api::emplace(payload, value)) = response.content();
  }
}

void write_raw_payload(const api::Member& payload, const void* value, std::string& body) {
  if (!api::has(payload, value)) return;
  const void* content = api::get(payload, value);
  if (payload.shape->kind == Kind::body) {
    body = static_cast<const api::Body*>(content)->view();
  } else {
    body = *static_cast<const std::string*>(content);
  }
}

void write_raw_payload(const api::Member& payload, const void* value, HttpResponse& response) {
  if (api::has(payload, value) && payload.shape->kind == Kind::body) {
    response.streamed = *static_cast<const api::Body*>(api::get(payload, value));
  } else {
    write_raw_payload(payload, value, response.body);
  }
}

}  // namespace fallstreak::protocols
