#include "dataplane/alb/http2_message.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace fallstreak::dataplane::alb {
namespace {

using ::testing::ElementsAre;
using ::testing::Pair;

Http2Request request_of(std::string method, std::string path) {
  Http2Request request;
  request.method = std::move(method);
  request.path = std::move(path);
  request.authority = "shop.example";
  return request;
}

TEST(Http2Message, IsTheSameRequestInHttp1) {
  auto request = request_of("GET", "/a?b=c");
  EXPECT_TRUE(request.add(":scheme", "https"));
  request.add("cookie", "a=1");
  request.add("x-own", "yes");
  request.add("cookie", "b=2");
  request.add("te", "trailers");
  request.add("host", "other.example");

  EXPECT_EQ(http1_head(request),
            "GET /a?b=c HTTP/1.1\r\nHost: shop.example\r\nx-own: yes\r\nCookie: a=1; b=2\r\n\r\n");
}

TEST(Http2Message, HasChunksOnlyWhereItsLengthIsNotSaid) {
  auto request = request_of("POST", "/");
  EXPECT_EQ(request.body(), Http2Body::none);
  request.has_body = true;
  EXPECT_EQ(request.body(), Http2Body::chunked);
  EXPECT_EQ(http1_head(request),
            "POST / HTTP/1.1\r\nHost: shop.example\r\nTransfer-Encoding: chunked\r\n\r\n");
  request.add("content-length", "3");
  EXPECT_EQ(request.body(), Http2Body::counted);
  EXPECT_EQ(http1_chunk(std::string(26, 'x')), "1a\r\n" + std::string(26, 'x') + "\r\n");
}

TEST(Http2Message, IsNoneWhenItWouldSayMoreInHttp1) {
  EXPECT_EQ(http1_head(request_of("GET", "/ HTTP/1.1")), std::nullopt);
  EXPECT_EQ(http1_head(request_of("GET", "")), std::nullopt);
  EXPECT_EQ(http1_head(request_of("G T", "/")), std::nullopt);
  const auto with = [](const std::string& name, const std::string& value) {
    auto request = request_of("GET", "/");
    request.add(name, value);
    return http1_head(request);
  };
  EXPECT_EQ(with("a b", "1"), std::nullopt);
  EXPECT_EQ(with("a", "1\r\nb: 2"), std::nullopt);
  EXPECT_EQ(with("a", std::string("1\0", 2)), std::nullopt);
  EXPECT_EQ(with(":authority", "a b"), std::nullopt);
  EXPECT_NE(with("a", "1\t2"), std::nullopt);
  Http2Request request;
  EXPECT_FALSE(request.add(":protocol", "websocket"));
}

TEST(Http2Message, LeavesOutWhatIsAboutAnHttp1Connection) {
  ResponseHead head;
  ASSERT_TRUE(
      read_response("HTTP/1.1 404 Not Found\r\nX-Own: Yes\r\nConnection: close\r\n"
                    "Transfer-Encoding: chunked\r\nKeep-Alive: timeout=5\r\n\r\n",
                    "GET", head));
  EXPECT_THAT(http2_fields(head), ElementsAre(Pair(":status", "404"), Pair("x-own", "Yes")));
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
