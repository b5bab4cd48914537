#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "protocols/scalars.h"

namespace pugi {
class xml_document;
class xml_node;
}  // namespace pugi

/// Described values as XML.
namespace fallstreak::protocols {

struct XmlStyle {
  Fraction fraction = Fraction::when_needed;
  /// Leaves out members that the HTTP message carries outside its body.
  bool has_http_bindings = false;
};

inline constexpr std::string_view kXmlDeclaration = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

/// Appends text so that any parser reads the same characters back: also carriage returns, control
/// characters, and the separators that parsers normalise.
void append_xml_text(std::string& out, std::string_view text);
/// Appends `<name>text</name>`.
void append_xml_element(std::string& out, std::string_view name, std::string_view text);

/// Appends the elements of a structure's members, without an element around them.
void write_xml_members(const api::Shape& structure, const void* value, const XmlStyle& style,
                       std::string& out);
/// Appends the value in an element of its own, with `xml_namespace` on it when there is one.
void write_xml(std::string_view name, std::string_view xml_namespace, const api::Shape& shape,
               const void* value, const XmlStyle& style, std::string& out);

/// A parsed text: well-formed UTF-8, one root element, no document type, nesting within bounds.
class XmlDocument {
 public:
  /// Throws Malformed.
  explicit XmlDocument(std::string_view text);
  ~XmlDocument();
  XmlDocument(const XmlDocument&) = delete;
  XmlDocument& operator=(const XmlDocument&) = delete;

  [[nodiscard]] pugi::xml_node root() const;

 private:
  std::unique_ptr<pugi::xml_document> document_;
};

/// The first child element of that name in any namespace; empty when there is none.
pugi::xml_node xml_child(const pugi::xml_node& parent, std::string_view name);
/// All of an element's text; throws Malformed when it holds elements.
std::string xml_text(const pugi::xml_node& element);

/// Reads a structure's members from an element's children. Throws Malformed.
void read_xml_members(const pugi::xml_node& element, const api::Shape& structure,
                      const XmlStyle& style, void* value);
/// Reads any value from its element.
void read_xml(const pugi::xml_node& element, const api::Shape& shape, const api::Member* member,
              const XmlStyle& style, void* value);

}  // namespace fallstreak::protocols
