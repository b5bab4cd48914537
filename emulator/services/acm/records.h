#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "api/acm/certificates.h"
#include "api/acm/tags.h"
#include "base/time.h"

namespace fallstreak::services::acm {

using Tags = std::vector<api::acm::Tag>;

struct CertificateRecord {
  api::acm::CertificateDetail detail;
  Tags tags;
  /// As it was imported; an issued certificate is made anew from the world's seed whenever it is
  /// asked for, so that no key is ever stored.
  std::string imported_certificate, imported_chain, imported_key;
  bool is_exported = false;
  /// The event that tells next how long it is valid; empty when none is due.
  std::string expiry_notice;
};
template <class Visitor>
void visit_fields(CertificateRecord& record, Visitor&& visit) {
  visit("detail", record.detail);
  visit("tags", record.tags);
  visit("imported_certificate", record.imported_certificate);
  visit("imported_chain", record.imported_chain);
  visit("imported_key", record.imported_key);
  visit("is_exported", record.is_exported);
  visit("expiry_notice", record.expiry_notice);
}

/// What an account has set for all its certificates of a region.
struct ConfigurationRecord {
  std::int32_t days_before_expiry = 0;
};
template <class Visitor>
void visit_fields(ConfigurationRecord& record, Visitor&& visit) {
  visit("days_before_expiry", record.days_before_expiry);
}

/// A request by its idempotency token.
struct TokenRecord {
  std::string certificate_arn;
  Time requested{};
};
template <class Visitor>
void visit_fields(TokenRecord& record, Visitor&& visit) {
  visit("certificate_arn", record.certificate_arn);
  visit("requested", record.requested);
}

}  // namespace fallstreak::services::acm
