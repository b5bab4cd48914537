#include "protocols/walk.h"
#include "protocols/xml_value.h"

namespace fallstreak::protocols {

using api::Kind;
using api::TimestampFormat;

namespace {

void append_character_reference(std::string& out, unsigned code) {
  constexpr char kDigits[] = "0123456789ABCDEF";
  out += "&#x";
  if (code >= 16) out += kDigits[code >> 4 & 15];
  out += kDigits[code & 15];
  out += ';';
}

class XmlWriter {
 public:
  XmlWriter(const XmlStyle& style, std::string& out) : style_(style), out_(out) {}

  void write_members(const api::Shape& shape, const void* value) {
    for (const api::Member& member : shape.members) {
      if (member.xml_attribute || !api::has(member, value)) continue;
      if (style_.has_http_bindings && (member.location != api::Location::body || member.payload)) {
        continue;
      }
      write_member(member, api::get(member, value));
    }
  }

  void write_element(std::string_view name, const api::Shape& shape, const api::Member* member,
                     std::string_view xml_namespace, const void* value) {
    out_ += '<';
    out_ += name;
    write_namespace({}, xml_namespace);
    if (api::is_aggregate(shape)) write_attributes(shape, member, value);
    out_ += '>';
    const std::size_t start = out_.size();
    write_content(shape, member, value);
    if (out_.size() == start) {
      out_.back() = '/';
      out_ += '>';
      return;
    }
    close(name);
  }

 private:
  void write_member(const api::Member& member, const void* value) {
    if (!is_container(*member.shape) || !is_flattened(member)) {
      return write_element(
          member.wire, *member.shape, &member,
          member.xml_namespace_prefix.empty() ? member.xml_namespace : std::string_view(), value);
    }
    const api::Shape& shape = *member.shape;
    const std::string_view name =
        shape.kind == Kind::list && shape.element_named ? shape.element_name : member.wire;
    const std::size_t count = shape.ops->count(value);
    for (std::size_t index = 0; index < count; ++index) {
      if (shape.kind == Kind::map) {
        write_entry(shape, name, value, index);
      } else if (const void* element = element_at(shape, value, index)) {
        write_element(name, *shape.element, nullptr, {}, element);
      }
    }
  }

  void write_content(const api::Shape& shape, const api::Member* member, const void* value) {
    switch (shape.kind) {
      case Kind::structure:
      case Kind::union_:
        return write_members(shape, value);
      case Kind::list:
        for (std::size_t index = 0; index < shape.ops->count(value); ++index) {
          if (const void* element = element_at(shape, value, index)) {
            write_element(shape.element_name, *shape.element, nullptr, {}, element);
          }
        }
        return;
      case Kind::map:
        for (std::size_t index = 0; index < shape.ops->count(value); ++index) {
          write_entry(shape, "entry", value, index);
        }
        return;
      case Kind::string:
        return append_xml_text(out_, *static_cast<const std::string*>(value));
      case Kind::document:
        return append_xml_text(out_, static_cast<const api::Document*>(value)->json);
      default:
        append_scalar(out_, shape, value, timestamp_format(member, shape, TimestampFormat::iso8601),
                      style_.fraction);
    }
  }

  void write_entry(const api::Shape& map, std::string_view name, const void* value,
                   std::size_t index) {
    out_ += '<';
    out_ += name;
    out_ += '>';
    append_xml_element(out_, map.key_name, map.ops->key_at(value, index));
    if (const void* element = element_at(map, value, index)) {
      write_element(map.element_name, *map.element, nullptr, {}, element);
    }
    close(name);
  }

  void write_attributes(const api::Shape& shape, const api::Member* member, const void* value) {
    if (member != nullptr && !member->xml_namespace_prefix.empty()) {
      write_namespace(member->xml_namespace_prefix, member->xml_namespace);
    } else if (!shape.xml_namespace_prefix.empty()) {
      write_namespace(shape.xml_namespace_prefix, shape.xml_namespace);
    }
    for (const api::Member& attribute : shape.members) {
      if (!attribute.xml_attribute || !api::has(attribute, value)) continue;
      std::string text;
      append_scalar(text, *attribute.shape, api::get(attribute, value),
                    timestamp_format(&attribute, *attribute.shape, TimestampFormat::iso8601));
      out_ += ' ';
      out_ += attribute.wire;
      out_ += "=\"";
      append_attribute(text);
      out_ += '"';
    }
  }

  /// Parsers turn the white space of attributes into spaces unless it is escaped.
  void append_attribute(std::string_view text) {
    while (true) {
      const std::size_t end = std::min(text.find_first_of("\n\t"), text.size());
      append_xml_text(out_, text.substr(0, end));
      if (end == text.size()) return;
      append_character_reference(out_, unsigned(text[end]));
      text.remove_prefix(end + 1);
    }
  }

  void write_namespace(std::string_view prefix, std::string_view uri) {
    if (uri.empty()) return;
    out_ += prefix.empty() ? " xmlns" : " xmlns:";
    out_ += prefix;
    out_ += "=\"";
    out_ += uri;
    out_ += '"';
  }

  void close(std::string_view name) {
    out_ += "</";
    out_ += name;
    out_ += '>';
  }

  const XmlStyle& style_;
  std::string& out_;
};

}  // namespace

void append_xml_text(std::string& out, std::string_view text) {
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto character = static_cast<unsigned char>(text[at]);
    switch (character) {
      case '&':
        out += "&amp;";
        continue;
      case '<':
        out += "&lt;";
        continue;
      case '>':
        out += "&gt;";
        continue;
      case '"':
        out += "&quot;";
        continue;
      default:
        break;
    }
    if (text.compare(at, 2, "\xC2\x85") == 0) {
      out += "&#x85;";
      at += 1;
    } else if (text.compare(at, 3, "\xE2\x80\xA8") == 0) {
      out += "&#x2028;";
      at += 2;
    } else if (character < 0x20 && character != '\n' && character != '\t') {
      append_character_reference(out, character);
    } else {
      out += text[at];
    }
  }
}

void append_xml_element(std::string& out, std::string_view name, std::string_view text) {
  out += '<';
  out += name;
  out += '>';
  append_xml_text(out, text);
  out += "</";
  out += name;
  out += '>';
}

void write_xml_members(const api::Shape& structure, const void* value, const XmlStyle& style,
                       std::string& out) {
  XmlWriter(style, out).write_members(structure, value);
}

void write_xml(std::string_view name, std::string_view xml_namespace, const api::Shape& shape,
               const void* value, const XmlStyle& style, std::string& out) {
  XmlWriter(style, out).write_element(name, shape, nullptr, xml_namespace, value);
}

}  // namespace fallstreak::protocols
