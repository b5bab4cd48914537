#include "front/metadata_answers.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/checksum.h"
#include "base/encoding.h"
#include "front/clouds.h"
#include "front/http_writer.h"
#include "front/metadata_tree.h"
#include "instance_metadata.h"

/// https://docs.aws.amazon.com/AWSEC2/latest/UserGuide/instancedata-data-retrieval.html
namespace fallstreak::front {
namespace {

using protocols::HttpRequest;
using protocols::HttpResponse;

constexpr std::string_view kTokenHeader = "X-aws-ec2-metadata-token";
constexpr std::string_view kTtlHeader = "X-aws-ec2-metadata-token-ttl-seconds";
constexpr std::string_view kTokenPath = "api/token";
/// AWS: six hours.
constexpr int kLongestTtl = 21600;
constexpr std::size_t kTtlDigits = 5;

/// AWS: each version has what was there then; here all have what `latest` has.
constexpr auto kVersions = std::to_array<std::string_view>(
    {"1.0",        "2007-01-19", "2007-03-01", "2007-08-29", "2007-10-10", "2007-12-15",
     "2008-02-01", "2008-09-01", "2009-04-04", "2011-01-01", "2011-05-01", "2012-01-12",
     "2014-02-25", "2014-11-05", "2015-10-20", "2016-04-19", "2016-06-30", "2016-09-02",
     "2018-03-28", "2018-08-17", "2018-09-24", "2019-10-01", "2020-08-24", "2020-10-27",
     "2021-01-03", "2021-03-23", "2021-07-15", "2022-07-09", "2022-09-24", "2024-04-11",
     "latest"});

/// Whom a request is for, and what it wants of it.
struct Question {
  std::string instance_id;
  std::string path;  // without the slash at its beginning
};

bool is_instance_id(std::string_view text) { return text.starts_with("i-"); }

std::optional<Question> question_of(const HttpRequest& request) {
  auto path = percent_decode(protocols::raw_path(request.target));
  if (!path) return std::nullopt;
  path->erase(0, std::min(path->find_first_not_of('/'), path->size()));
  const std::string first = path->substr(0, path->find('/'));
  if (is_instance_id(first)) {
    path->erase(0, first.size());
    path->erase(0, std::min(path->find_first_not_of('/'), path->size()));
    return Question{first, *path};
  }
  const std::string_view host = protocols::header_or_empty(request.headers, "Host");
  const std::string_view label = host.substr(0, host.find('.'));
  if (!is_instance_id(label)) return std::nullopt;
  return Question{std::string(label), *path};
}

/// AWS's own page.
HttpResponse error_page(int status) {
  const std::string title = std::to_string(status) + " - " + std::string(reason_phrase(status));
  HttpResponse response;
  response.status = status;
  response.headers = {{"Content-Type", "text/html"}, {"Server", "EC2ws"}};
  response.body =
      "<?xml version=\"1.0\" encoding=\"iso-8859-1\"?>\n"
      "<!DOCTYPE html PUBLIC \"-//W3C//DTD XHTML 1.0 Transitional//EN\"\n"
      "\t\"http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd\">\n"
      "<html xmlns=\"http://www.w3.org/1999/xhtml\" xml:lang=\"en\" lang=\"en\">\n <head>\n"
      "  <title>" +
      title + "</title>\n </head>\n <body>\n  <h1>" + title + "</h1>\n </body>\n</html>\n";
  return response;
}

HttpResponse text(std::string body) {
  HttpResponse response;
  response.headers = {
      {"Content-Type", "text/plain"}, {"Accept-Ranges", "none"}, {"Server", "EC2ws"}};
  response.body = std::move(body);
  return response;
}

/// A token is when it ends, and a digest of that and of whose it is: nothing has to be remembered,
/// so that it survives a restart. 40 bytes, in base64 as long as AWS's.
std::string token_of(const std::string& instance_id, std::uint64_t seed, std::int64_t ends) {
  std::string bytes;
  for (int shift = 56; shift >= 0; shift -= 8) bytes += static_cast<char>(ends >> shift & 0xFF);
  const std::string whose = instance_id + "/" + std::to_string(seed) + "/imds.token/" + bytes;
  return to_base64(bytes + checksum(ChecksumAlgorithm::sha256, whose));
}

/// How many seconds it is good for; empty when it is no token of this instance, or over.
std::optional<std::int64_t> seconds_left(const std::string& token, const std::string& instance_id,
                                         std::uint64_t seed, Time now) {
  const auto bytes = from_base64(token);
  if (!bytes || bytes->size() < sizeof(std::int64_t)) return std::nullopt;
  std::uint64_t ends = 0;
  for (std::size_t i = 0; i < sizeof ends; ++i) {
    ends = ends << 8 | static_cast<unsigned char>((*bytes)[i]);
  }
  if (token != token_of(instance_id, seed, std::int64_t(ends))) return std::nullopt;
  const std::int64_t left = std::int64_t(ends) - to_epoch_seconds(now);
  return left > 0 ? std::optional(left) : std::nullopt;
}

std::optional<int> parse_ttl(std::string_view text) {
  const bool is_number =
      !text.empty() && text.size() <= kTtlDigits &&
      std::ranges::all_of(text, [](char letter) { return letter >= '0' && letter <= '9'; });
  if (!is_number) return std::nullopt;
  const int ttl = std::stoi(std::string(text));
  return ttl >= 1 && ttl <= kLongestTtl ? std::optional(ttl) : std::nullopt;
}

/// AWS: a request that came through a proxy gets no token.
HttpResponse give_token(const HttpRequest& request, const dispatch::InstanceMetadata& metadata,
                        std::uint64_t seed) {
  if (protocols::find_header(request.headers, "X-Forwarded-For") != nullptr) return error_page(403);
  const auto ttl = parse_ttl(protocols::header_or_empty(request.headers, kTtlHeader));
  if (!ttl) return error_page(400);
  HttpResponse response =
      text(token_of(*metadata.instance.InstanceId, seed, to_epoch_seconds(metadata.now) + *ttl));
  protocols::set_header(response.headers, kTtlHeader, std::to_string(*ttl));
  return response;
}

std::optional<std::string> find_at(std::string_view path,
                                   const dispatch::InstanceMetadata& metadata, std::uint64_t seed) {
  if (path.empty()) {
    std::string list;
    for (const auto version : kVersions) list += (list.empty() ? "" : "\n") + std::string(version);
    return list;
  }
  const std::string_view version = path.substr(0, path.find('/'));
  if (std::ranges::find(kVersions, version) == kVersions.end()) return std::nullopt;
  std::string_view below = path.substr(version.size());
  while (below.starts_with('/')) below.remove_prefix(1);
  const MetadataTree tree = metadata_tree(metadata, seed);
  if (!below.empty()) return find_in(tree, below);
  return tree.contains("user-data") ? "dynamic\nmeta-data\nuser-data" : "dynamic\nmeta-data";
}

}  // namespace

HttpResponse answer_metadata(ServedCloud& served, const HttpRequest& request) {
  const auto question = question_of(request);
  if (!question) return error_page(404);
  served.pacer.catch_up();
  // Chosen: who is not there, or is off, has no metadata.
  const auto metadata = instance_metadata(served.cloud, question->instance_id);
  if (!metadata) return error_page(404);
  const auto& options = *metadata->instance.MetadataOptions;
  if (options.HttpEndpoint == "disabled") return error_page(403);
  const std::uint64_t seed = served.cloud.options().seed;
  const std::string_view path = question->path;
  const bool is_token =
      path.ends_with(kTokenPath) && path.substr(0, path.size() - kTokenPath.size()) == "latest/";
  if (is_token && request.method == "PUT") return give_token(request, *metadata, seed);
  if (is_token || (request.method != "GET" && request.method != "HEAD")) return error_page(405);

  const std::string* token = protocols::find_header(request.headers, kTokenHeader);
  std::optional<std::int64_t> left;
  if (token != nullptr) {
    left = seconds_left(*token, question->instance_id, seed, metadata->now);
  }
  const bool needs_token = token != nullptr || options.HttpTokens == "required";
  if (needs_token && !left) return error_page(401);
  auto found = find_at(path, *metadata, seed);
  HttpResponse response = found ? text(std::move(*found)) : error_page(404);
  if (left) protocols::set_header(response.headers, kTtlHeader, std::to_string(*left));
  return response;
}

HttpResponse refuse_metadata(int status) { return error_page(status); }

}  // namespace fallstreak::front
