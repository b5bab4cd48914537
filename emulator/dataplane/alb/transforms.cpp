#include "dataplane/alb/transforms.h"

#include <algorithm>

namespace fallstreak::dataplane::alb {
namespace {

bool is_printable(std::string_view text) {
  return std::ranges::all_of(text, [](char c) { return c > ' ' && c != '\x7f'; });
}

}  // namespace

Transforms::Transforms(const std::optional<std::vector<api::elbv2::RuleTransform>>& transforms) {
  using Case = api::Regex::Case;
  for (const auto& transform : api::each(transforms)) {
    if (transform.HostHeaderRewriteConfig) {
      const auto& rewrite = transform.HostHeaderRewriteConfig->Rewrites->front();
      // Chosen: a host is not case sensitive here either.
      host_ = Rewrite{api::Regex(*rewrite.Regex, Case::insensitive), *rewrite.Replace};
    }
    if (transform.UrlRewriteConfig) {
      const auto& rewrite = transform.UrlRewriteConfig->Rewrites->front();
      url_ = Rewrite{api::Regex(*rewrite.Regex), *rewrite.Replace};
    }
  }
}

std::optional<std::string> Transforms::host(std::string_view host) const {
  if (!host_ || !host_->regex.finds_in(host)) return std::string(host);
  auto rewritten = host_->regex.replace_in(host, host_->replacement);
  // Chosen: what cannot be in the header has failed.
  if (rewritten && (rewritten->empty() || !is_printable(*rewritten))) return std::nullopt;
  return rewritten;
}

std::optional<std::string> Transforms::url(std::string_view url) const {
  if (!url_ || !url_->regex.finds_in(url)) return std::string(url);
  auto rewritten = url_->regex.replace_in(url, url_->replacement);
  // Chosen: so has a URL that is no path of a request.
  if (rewritten && (!rewritten->starts_with('/') || !is_printable(*rewritten))) return std::nullopt;
  return rewritten;
}

}  // namespace fallstreak::dataplane::alb
