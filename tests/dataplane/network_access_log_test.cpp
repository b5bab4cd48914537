#include "dataplane/nlb/access_log.h"

#include <gtest/gtest.h>

namespace fallstreak::dataplane::nlb {
namespace {

using namespace std::chrono_literals;

// The example of AWS's documentation.
TEST(NetworkAccessLog, LooksLikeAws) {
  const Time created = *parse_iso8601("2018-12-20T02:59:30Z");
  const AccessLogEntry entry{
      .created = created,
      .ended = created + 10s,
      .encrypted = created + 2ms,
      .load_balancer = "net/network-loadbalancer/c6e77e28c25b2234",
      .listener = "g3d4b5e8bb8464cd",
      .client = "72.21.218.154:51341",
      .destination = "172.100.100.185:443",
      .received_bytes = 98,
      .sent_bytes = 246,
      .certificate_arn = "arn:aws:acm:us-east-2:671290407336:certificate/2a108f19",
      .tls_cipher = "ECDHE-RSA-AES128-SHA",
      .tls_version = "TLSv1.2",
      .domain_name = "my-network-loadbalancer-c6e77e28c25b2234.elb.us-east-2.amazonaws.com"};
  EXPECT_EQ(access_log_line(entry),
            "tls 2.0 2018-12-20T02:59:40 net/network-loadbalancer/c6e77e28c25b2234 "
            "g3d4b5e8bb8464cd 72.21.218.154:51341 172.100.100.185:443 10000 2 98 246 - "
            "arn:aws:acm:us-east-2:671290407336:certificate/2a108f19 - ECDHE-RSA-AES128-SHA "
            "tlsv12 - my-network-loadbalancer-c6e77e28c25b2234.elb.us-east-2.amazonaws.com - - - "
            "2018-12-20T02:59:30\n");
}

TEST(NetworkAccessLog, HasHyphensForWhatThereWasNot) {
  const Time created = *parse_iso8601("2026-01-01T00:00:00Z");
  EXPECT_EQ(access_log_line({.created = created,
                             .ended = created,
                             .encrypted = {},
                             .load_balancer = "net/a/1",
                             .listener = "2",
                             .client = "127.0.0.1:1",
                             .destination = "127.0.0.1:443",
                             .domain_name = "a b"}),
            "tls 2.0 2026-01-01T00:00:00 net/a/1 2 127.0.0.1:1 127.0.0.1:443 0 - 0 0 - - - - - - "
            "a%20b - - - 2026-01-01T00:00:00\n");
}

}  // namespace
}  // namespace fallstreak::dataplane::nlb
