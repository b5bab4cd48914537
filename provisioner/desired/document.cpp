#include "provisioner/desired/document.h"

#include <yaml-cpp/eventhandler.h>
#include <yaml-cpp/exceptions.h>
#include <yaml-cpp/parser.h>

#include <algorithm>
#include <sstream>

namespace fallstreak::provisioner {
namespace {

Place place_of(const YAML::Mark& mark) { return {mark.line + 1, mark.column + 1}; }

/// Builds the tree from the parser's events, which carry scalars as text and every place.
class TreeBuilder : public YAML::EventHandler {
 public:
  TreeBuilder(Document& document, ParseErrors& errors) : document_(document), errors_(errors) {}

  void OnDocumentStart(const YAML::Mark&) override {}
  void OnDocumentEnd() override {}
  void OnNull(const YAML::Mark& mark, YAML::anchor_t) override { add({.place = place_of(mark)}); }
  void OnAlias(const YAML::Mark& mark, YAML::anchor_t) override {
    error(place_of(mark), "anchors and aliases are not part of the language; write the value out");
    add({.place = place_of(mark)});
  }
  void OnScalar(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                const std::string& value) override {
    check(mark, tag, anchor);
    add({.kind = Node::Kind::text, .place = place_of(mark), .text = value});
  }
  void OnSequenceStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                       YAML::EmitterStyle::value) override {
    check(mark, tag, anchor);
    open_.push_back({.node = {.kind = Node::Kind::list, .place = place_of(mark)}});
  }
  void OnSequenceEnd() override { close(); }
  void OnMapStart(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor,
                  YAML::EmitterStyle::value) override {
    check(mark, tag, anchor);
    open_.push_back({.node = {.kind = Node::Kind::map, .place = place_of(mark)}});
  }
  void OnMapEnd() override { close(); }

 private:
  struct Open {
    Node node;
    bool has_key = false;
    std::string key;
    Place key_place;
  };

  void error(Place place, std::string message) {
    errors_.push_back({document_.file, place.line, place.column, std::move(message)});
  }
  void check(const YAML::Mark& mark, const std::string& tag, YAML::anchor_t anchor) {
    // A quoted scalar has the tag "!", every other plain node "?" or none.
    if (!tag.empty() && tag != "?" && tag != "!")
      error(place_of(mark), "tags are not part of the language");
    if (anchor != 0)
      error(place_of(mark),
            "anchors and aliases are not part of the language; write the value out");
  }
  void close() {
    Node node = std::move(open_.back().node);
    open_.pop_back();
    add(std::move(node));
  }
  void add(Node node) {
    if (open_.empty()) {
      document_.root = std::move(node);
      return;
    }
    Open& parent = open_.back();
    if (parent.node.kind == Node::Kind::list) {
      parent.node.items.push_back(std::move(node));
    } else if (!parent.has_key) {
      if (node.kind != Node::Kind::text) error(node.place, "a key must be a text");
      parent.has_key = true;
      parent.key = std::move(node.text);
      parent.key_place = node.place;
    } else {
      parent.has_key = false;
      if (parent.node.find(parent.key) != nullptr) {
        error(parent.key_place, "the key `" + parent.key + "` is there already");
        return;
      }
      parent.node.entries.push_back({std::move(parent.key), parent.key_place, std::move(node)});
    }
  }

  Document& document_;
  ParseErrors& errors_;
  std::vector<Open> open_;
};

}  // namespace

const Node* Node::find(std::string_view key) const {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
  const auto found = std::ranges::find(entries, key, &Entry::key);
  return found == entries.end() ? nullptr : &found->value;
}

Document load_document(std::string_view text, std::string file, ParseErrors& errors) {
  Document document{.file = std::move(file)};
  std::istringstream stream{std::string(text)};
  TreeBuilder builder(document, errors);
  try {
    YAML::Parser parser(stream);
    if (!parser.HandleNextDocument(builder)) {
      errors.push_back({document.file, 1, 1, "the file is empty"});
      return document;
    }
    Document rest{.file = document.file};
    ParseErrors ignored;
    TreeBuilder second(rest, ignored);
    if (parser.HandleNextDocument(second)) {
      const Place place = rest.root.place;
      errors.push_back({document.file, place.line, place.column, "a file holds one document"});
    }
  } catch (const YAML::ParserException& exception) {
    const Place place = place_of(exception.mark);
    errors.push_back({document.file, place.line, place.column, "not YAML: " + exception.msg});
  }
  return document;
}

}  // namespace fallstreak::provisioner
