#pragma once

#include <cstdint>

#include "base/time.h"
#include "world/random_streams.h"

/// AWS's delays, on the world's clock.
namespace fallstreak::services::acm {

/// Observed: DescribeCertificate shows the records for validation some seconds after the request.
/// Chosen: how many.
constexpr world::Quantiles kRecordsShown{std::chrono::seconds(3), std::chrono::seconds(10)};

/// Chosen: how often DNS is looked at, in the first hour and after it; AWS says that it may take 30
/// minutes until a certificate is issued.
constexpr std::chrono::minutes kLookEarly{1};
constexpr std::chrono::minutes kLookLate{10};
constexpr std::chrono::hours kEarly{1};

/// AWS: "If ACM is not able to validate the domain name within 72 hours, ... VALIDATION_TIMED_OUT".
/// https://docs.aws.amazon.com/acm/latest/userguide/dns-validation.html
constexpr std::chrono::hours kValidationTimeOut{72};

/// AWS: public certificates are valid for 13 months.
/// https://docs.aws.amazon.com/acm/latest/userguide/acm-certificate-characteristics.html
constexpr std::chrono::days kValidity{395};
/// AWS: renewal begins 60 days before the expiry.
/// https://docs.aws.amazon.com/acm/latest/userguide/managed-renewal.html
constexpr std::chrono::days kRenewalBegins{60};
/// Chosen: how often a renewal that DNS does not let through is tried again.
constexpr std::chrono::hours kRenewalLook{6};

/// AWS: "Default value is 45", and an event a day from then on.
/// https://docs.aws.amazon.com/acm/latest/userguide/cloudwatch-events.html
constexpr std::int32_t kDaysBeforeExpiry = 45;
constexpr std::chrono::days kNoticeInterval{1};

/// AWS: a request with the token of one within the last hour is the same request.
constexpr std::chrono::hours kTokenLife{1};

}  // namespace fallstreak::services::acm
