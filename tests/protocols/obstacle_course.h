#pragma once

#include <optional>
#include <string>
#include <vector>

#include "api/shape.h"

/// A small service of our own that has every kind of value and every binding, described by hand:
/// what the codecs are tested against whatever AWS's models happen to contain.
namespace fallstreak::course {

struct Node;
struct Choice : api::Union<std::string, std::int32_t, std::vector<Choice>, std::string> {
  bool operator==(const Choice&) const = default;
};

struct Node {
  std::optional<std::string> Name;
  api::Box<Node> Left;
  std::optional<std::vector<Node>> Children;
  bool operator==(const Node&) const = default;
};

/// Every kind, in the body.
struct Everything {
  std::optional<bool> Flag;
  std::optional<std::int32_t> Small;
  std::optional<std::int64_t> Large;
  std::optional<float> Single;
  std::optional<double> Real;
  std::optional<std::string> Text;
  std::optional<std::string> Bytes;
  std::optional<Time> When;
  std::optional<Time> WhenIso;
  std::optional<Time> WhenHttp;
  std::optional<Time> WhenEpoch;
  std::optional<std::string> Color;
  std::optional<std::vector<std::string>> Names;
  std::optional<std::vector<api::Boolean>> Flags;
  std::optional<std::vector<std::string>> FlatNames;
  std::optional<std::vector<std::vector<std::string>>> Matrix;
  std::optional<api::Map<std::string>> Labels;
  std::optional<api::Map<Node>> Nodes;
  std::optional<api::Map<std::int32_t>> FlatCounts;
  std::optional<Node> Tree;
  std::optional<Choice> Pick;
  bool operator==(const Everything&) const = default;
};

/// What XML and queries cannot say.
struct Sparse {
  std::optional<std::vector<std::optional<std::string>>> Gaps;
  std::optional<api::Map<std::optional<std::int32_t>>> Holes;
  std::optional<api::Document> Anything;
  bool operator==(const Sparse&) const = default;
};

/// Everywhere but in the body; the body is a stream.
struct Upload {
  std::optional<std::string> Name;
  std::optional<std::string> Path;
  std::optional<std::int32_t> Part;
  std::optional<std::vector<std::string>> Tags;
  std::optional<api::Map<std::string>> Rest;
  std::optional<Time> Since;
  std::optional<bool> Quiet;
  std::optional<Time> Modified;
  std::optional<std::vector<std::string>> Formats;
  std::optional<std::vector<Time>> Moments;
  std::optional<api::Map<std::string>> Metadata;
  std::optional<api::Body> Content;
  bool operator==(const Upload&) const = default;
};

/// An attribute in XML, a status, a structure that alone is the body.
struct Grant {
  std::optional<std::string> Type;
  std::optional<std::string> Id;
  bool operator==(const Grant&) const = default;
};
struct Answer {
  std::optional<std::int32_t> Status;
  std::optional<std::string> Tag;
  std::optional<Grant> Grantee;
  bool operator==(const Answer&) const = default;
};

/// An error with members of its own.
struct ThingMissing {
  std::optional<std::string> Message;
  std::optional<std::string> Thing;
  std::optional<std::int32_t> Count;
  bool operator==(const ThingMissing&) const = default;
};

extern const api::Shape kEverything;
extern const api::Shape kSparse;
extern const api::Shape kUpload;
extern const api::Shape kAnswer;
extern const api::Shape kThingMissing;

/// Does, Keep (sparse values), Upload and GetUpload (REST bindings), Ask (payload and status).
/// `kServices` holds the same operations for each protocol alone; `service_of` finds it.
const api::Service& service_of(api::Protocol protocol);
const api::Operation& operation_of(api::Protocol protocol, std::string_view name);

}  // namespace fallstreak::course
