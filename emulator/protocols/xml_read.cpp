#include <pugixml.hpp>

#include <charconv>
#include <cstdint>

#include "base/encoding.h"
#include "protocols/walk.h"
#include "protocols/xml_value.h"

namespace fallstreak::protocols {

using api::Kind;
using api::TimestampFormat;

namespace {

std::string_view local_name(std::string_view name) {
  const std::size_t colon = name.find(':');
  return colon == std::string_view::npos ? name : name.substr(colon + 1);
}

bool is_named(const pugi::xml_node& node, std::string_view name) {
  const std::string_view given = node.name();
  return given == name || local_name(given) == name;
}

bool is_reference(std::string_view name) {
  if (name == "amp" || name == "lt" || name == "gt" || name == "quot" || name == "apos")
    return true;
  if (name.size() < 2 || name[0] != '#') return false;
  const bool is_hex = name[1] == 'x';
  const std::string_view digits = name.substr(is_hex ? 2 : 1);
  std::uint32_t code = 0;
  const auto [end, error] =
      std::from_chars(digits.data(), digits.data() + digits.size(), code, is_hex ? 16 : 10);
  const bool is_surrogate = code >= 0xd800 && code < 0xe000;
  return error == std::errc() && end == digits.data() + digits.size() && code != 0 &&
         code <= 0x10ffff && !is_surrogate;
}

/// Comments, and the white space that indents.
bool is_blank(const pugi::xml_node& node) {
  if (node.type() == pugi::node_cdata) return false;
  return node.type() != pugi::node_pcdata ||
         std::string_view(node.value()).find_first_not_of(" \t\r\n") == std::string_view::npos;
}

/// What the parser lets pass although XML does not: characters that may not occur, and
/// ampersands that begin no reference.
void check_characters(std::string_view text) {
  if (!is_utf8(text)) throw Malformed("The text is not UTF-8");
  for (std::size_t at = 0; at < text.size(); ++at) {
    const auto character = static_cast<unsigned char>(text[at]);
    if (character < 0x20 && character != '\n' && character != '\r' && character != '\t') {
      throw Malformed("The text has a control character");
    }
    if (character == '<' && text.compare(at, 9, "<![CDATA[") == 0) {
      at = text.find("]]>", at);
      if (at == std::string_view::npos) throw Malformed("A CDATA section does not end");
    } else if (character == '<' && text.compare(at, 4, "<!--") == 0) {
      at = text.find("-->", at);
      if (at == std::string_view::npos) throw Malformed("A comment does not end");
    } else if (character == '&') {
      const std::size_t end = text.find(';', at);
      if (end == std::string_view::npos || !is_reference(text.substr(at + 1, end - at - 1))) {
        throw Malformed("An ampersand begins no reference");
      }
    }
  }
}

/// Without recursion, because this is what makes recursion safe.
void check_depth(const pugi::xml_node& root) {
  int depth = 0;
  pugi::xml_node node = root;
  while (node) {
    if (const auto child = node.first_child()) {
      if (++depth > kMaximumDepth) throw Malformed("Nesting is too deep");
      node = child;
      continue;
    }
    while (node != root && !node.next_sibling()) {
      node = node.parent();
      --depth;
    }
    if (node == root) return;
    node = node.next_sibling();
  }
}

void check_single_root(const pugi::xml_document& document) {
  int elements = 0;
  for (const pugi::xml_node& node : document.children()) {
    if (node.type() == pugi::node_element) ++elements;
    if (node.type() == pugi::node_doctype) throw Malformed("A document type is not allowed");
    if (node.type() != pugi::node_element && !is_blank(node)) {
      throw Malformed("Text stands outside the root");
    }
  }
  if (elements != 1) throw Malformed("There must be one root element");
}

class XmlReader {
 public:
  explicit XmlReader(const XmlStyle& style) : style_(style) {}

  void read_members(const pugi::xml_node& element, const api::Shape& shape, void* value) {
    const Level level(depth_);
    for (const api::Member& member : shape.members) {
      if (member.xml_attribute) read_attribute(element, member, value);
    }
    MemberCursor cursor(shape, &api::Member::wire);
    for (const pugi::xml_node& child : element.children()) {
      if (child.type() != pugi::node_element) {
        if (!is_blank(child)) {
          throw Malformed("Text stands where only elements may");
        }
        continue;
      }
      const api::Member* member = find(cursor, shape, child.name());
      if (member != nullptr && is_in_body(*member)) read_member(child, *member, value);
    }
  }

  void read(const pugi::xml_node& element, const api::Shape& shape, const api::Member* member,
            void* value) {
    switch (shape.kind) {
      case Kind::structure:
      case Kind::union_:
        return read_members(element, shape, value);
      case Kind::list: {
        const Level level(depth_);
        for (const pugi::xml_node& child : element.children()) {
          if (child.type() == pugi::node_element && is_element_of(child, shape)) {
            read(child, *shape.element, nullptr, append_element(shape, value));
          }
        }
        return;
      }
      case Kind::map: {
        const Level level(depth_);
        for (const pugi::xml_node& child : element.children()) {
          if (child.type() == pugi::node_element) read_entry(child, shape, value);
        }
        return check_keys_differ(shape, value);
      }
      default: {
        const auto format = timestamp_format(member, shape, TimestampFormat::iso8601);
        if (!parse_scalar(xml_text(element), shape, format, value)) {
          throw Malformed("The value of " + std::string(element.name()) + " is not a " +
                          std::string(java_name(shape.kind)));
        }
      }
    }
  }

 private:
  [[nodiscard]] bool is_in_body(const api::Member& member) const {
    return !member.xml_attribute && (!style_.has_http_bindings ||
                                     (member.location == api::Location::body && !member.payload));
  }

  /// Elements of a flattened list may go by the list's name or by their own.
  static const api::Member* find(MemberCursor& cursor, const api::Shape& shape,
                                 std::string_view name) {
    if (const api::Member* member = cursor.find(name)) return member;
    for (const api::Member& member : shape.members) {
      if (member.shape->kind == Kind::list && member.shape->element_named && is_flattened(member) &&
          member.shape->element_name == local_name(name)) {
        return &member;
      }
    }
    return local_name(name) == name ? nullptr : cursor.find(local_name(name));
  }

  void read_attribute(const pugi::xml_node& element, const api::Member& member, void* value) {
    for (const pugi::xml_attribute& attribute : element.attributes()) {
      // Whoever writes the document chooses the prefix.
      if (local_name(attribute.name()) != local_name(member.wire)) continue;
      const auto format = timestamp_format(&member, *member.shape, TimestampFormat::iso8601);
      if (!parse_scalar(attribute.value(), *member.shape, format, api::emplace(member, value))) {
        throw Malformed("The attribute " + std::string(member.wire) + " has a wrong value");
      }
      return;
    }
  }

  void read_member(const pugi::xml_node& child, const api::Member& member, void* value) {
    const api::Shape& shape = *member.shape;
    if (!is_container(shape) || !is_flattened(member)) {
      return read(child, shape, &member, api::emplace(member, value));
    }
    void* container = get_or_emplace(member, value);
    if (shape.kind == Kind::map) return read_entry(child, shape, container);
    read(child, *shape.element, nullptr, append_element(shape, container));
  }

  void read_entry(const pugi::xml_node& entry, const api::Shape& map, void* value) {
    const pugi::xml_node key = xml_child(entry, map.key_name);
    if (!key) throw Malformed("An entry has no " + std::string(map.key_name));
    const pugi::xml_node content = xml_child(entry, map.element_name);
    if (!content) {
      map.ops->append(value);
    } else {
      read(content, *map.element, nullptr, append_element(map, value));
    }
    map.ops->last_key(value) = xml_text(key);
  }

  /// Clients of five years ago knew other names for a few elements, so the two that AWS uses
  /// everywhere are taken as well.
  static bool is_element_of(const pugi::xml_node& child, const api::Shape& list) {
    return is_named(child, list.element_name) || is_named(child, "member") ||
           is_named(child, "item");
  }

  const XmlStyle& style_;
  int depth_ = 0;
};

}  // namespace

XmlDocument::XmlDocument(std::string_view text)
    : document_(std::make_unique<pugi::xml_document>()) {
  check_characters(text);
  constexpr unsigned kFlags = pugi::parse_cdata | pugi::parse_escapes | pugi::parse_eol |
                              pugi::parse_wconv_attribute | pugi::parse_fragment |
                              pugi::parse_doctype | pugi::parse_ws_pcdata_single;
  const auto result = document_->load_buffer(text.data(), text.size(), kFlags, pugi::encoding_utf8);
  if (!result) throw Malformed(result.description());
  check_single_root(*document_);
  check_depth(root());
}

XmlDocument::~XmlDocument() = default;

pugi::xml_node XmlDocument::root() const { return document_->document_element(); }

pugi::xml_node xml_child(const pugi::xml_node& parent, std::string_view name) {
  for (const pugi::xml_node& child : parent.children()) {
    if (child.type() == pugi::node_element && is_named(child, name)) return child;
  }
  return {};
}

std::string xml_text(const pugi::xml_node& element) {
  std::string text;
  for (const pugi::xml_node& child : element.children()) {
    if (child.type() == pugi::node_element) {
      throw Malformed("The element " + std::string(element.name()) + " must hold text alone");
    }
    if (child.type() == pugi::node_pcdata || child.type() == pugi::node_cdata)
      text += child.value();
  }
  return text;
}

void read_xml_members(const pugi::xml_node& element, const api::Shape& structure,
                      const XmlStyle& style, void* value) {
  XmlReader(style).read_members(element, structure, value);
}

void read_xml(const pugi::xml_node& element, const api::Shape& shape, const api::Member* member,
              const XmlStyle& style, void* value) {
  XmlReader(style).read(element, shape, member, value);
}

}  // namespace fallstreak::protocols
