#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "provisioner/desired/parse_error.h"

namespace fallstreak::provisioner {

/// A YAML value whose scalars are still the text that the author wrote.
///
/// The schema decides what a text means, never the YAML library: `14:00` must not become 840, nor
/// `no` false.
struct Node {
  enum class Kind { null, text, list, map };
  struct Entry;

  Kind kind = Kind::null;
  Place place;
  std::string text;
  std::vector<Node> items;
  std::string origin;          // the variant that put it here; empty for the file itself
  std::vector<Entry> entries;  // in the order of the document; keys are unique

  [[nodiscard]] const Node* find(std::string_view key) const;
  [[nodiscard]] Node* find(std::string_view key);
};

struct Node::Entry {
  std::string key;
  Place place;
  Node value;
};

/// A document as read, before any schema is applied.
struct Document {
  std::string file;
  Node root;
};

/// Reads one YAML document. What is not well formed, and what the language leaves out on purpose
/// (anchors, aliases, tags, several documents, equal keys), is added to `errors`.
Document load_document(std::string_view text, std::string file, ParseErrors& errors);

}  // namespace fallstreak::provisioner
