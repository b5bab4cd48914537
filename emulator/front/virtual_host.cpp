#include "front/virtual_host.h"

#include <algorithm>
#include <string>

namespace fallstreak::front {
namespace {

constexpr std::string_view kLocalhost = ".localhost";

/// Chosen: names that are no S3 endpoint are whole hosts; only `.localhost`, which every resolver
/// sends to this machine, takes a bucket without `s3`.
std::string_view without_port(std::string_view host) {
  if (host.starts_with('[')) return {};  // an IPv6 address names no bucket
  return host.substr(0, host.find(':'));
}

}  // namespace

std::string_view bucket_of_host(std::string_view host) {
  const std::string_view name = without_port(host);
  // The last one, because buckets may have dots: `my.s3.photos.s3.localhost`. Legacy endpoints
  // write the region after a dash: `photos.s3-eu-central-1.amazonaws.com`.
  const auto dot = name.rfind(".s3.");
  const auto dash = name.rfind(".s3-");
  if (dot != std::string_view::npos) return name.substr(0, dot);
  if (dash != std::string_view::npos && name.ends_with(".amazonaws.com")) {
    return name.substr(0, dash);
  }
  if (!name.ends_with(kLocalhost)) return {};
  const std::string_view bucket = name.substr(0, name.size() - kLocalhost.size());
  return bucket == "s3" || bucket.starts_with("s3.") ? std::string_view() : bucket;
}

void use_path_style(protocols::HttpRequest& request) {
  const auto host = protocols::header_or_empty(request.headers, "host");
  const std::string_view bucket = bucket_of_host(host);
  if (bucket.empty()) return;
  std::string target = "/" + protocols::to_lower_case(bucket);
  target += protocols::raw_path(request.target);
  if (const auto query = protocols::raw_query(request.target); !query.empty()) {
    target += '?';
    target += query;
  }
  request.target = std::move(target);
}

}  // namespace fallstreak::front
