#include "dataplane/alb/http_head.h"

#include <gtest/gtest.h>

#include <string>

namespace fallstreak::dataplane::alb {
namespace {

RequestHead request(std::string_view text) {
  RequestHead head;
  EXPECT_EQ(read_request(text, head), 0) << text;
  return head;
}
int problem(std::string_view text) {
  RequestHead head;
  return read_request(text, head);
}

TEST(HeadSize, CountsTheEmptyLineAndRemembersWhereItLooked) {
  std::size_t scanned = 0;
  EXPECT_FALSE(head_size("GET / HTTP/1.1\r\n\r", scanned));
  EXPECT_EQ(scanned, 14U);
  EXPECT_EQ(head_size("GET / HTTP/1.1\r\n\r\nbody", scanned), 18U);
}

TEST(RequestHead, IsReadWithItsFields) {
  const auto head =
      request("POST /a?b HTTP/1.1\r\nHost: a\r\nX-One:  1 \r\nContent-Length: 5\r\n\r\n");

  EXPECT_EQ(head.method, "POST");
  EXPECT_EQ(head.target, "/a?b");
  EXPECT_TRUE(head.keeps_alive);
  EXPECT_EQ(head.body, (Framing{Framing::Kind::length, 5}));
  EXPECT_EQ(find_field(head.fields, "x-one")->value, "1");
}

TEST(RequestHead, SaysWhetherTheConnectionGoesOn) {
  EXPECT_FALSE(request("GET / HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n").keeps_alive);
  EXPECT_FALSE(request("GET / HTTP/1.0\r\n\r\n").keeps_alive);
  EXPECT_TRUE(request("GET / HTTP/1.0\r\nConnection: Keep-Alive\r\n\r\n").keeps_alive);
}

TEST(RequestHead, IsAmbiguousWithTwoEndsOfWhichTheChunksCount) {
  const auto head = request(
      "POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 5\r\nTransfer-Encoding: chunked\r\n\r\n");

  EXPECT_EQ(head.danger, Danger::ambiguous);
  EXPECT_EQ(head.body.kind, Framing::Kind::chunked);
}

TEST(RequestHead, IsRefusedWhenItsBodyHasNoCertainEnd) {
  for (const char* const fields : {"Content-Length: 1\r\nContent-Length: 2", "Content-Length: -1",
                                   "Content-Length: ", "Transfer-Encoding: xchunked",
                                   "Transfer-Encoding: chunked\r\nTransfer-Encoding: chunked",
                                   "Transfer-Encoding : chunked"}) {
    EXPECT_EQ(problem("POST / HTTP/1.1\r\nHost: a\r\n" + std::string(fields) + "\r\n\r\n"), 400)
        << fields;
  }
}

TEST(RequestHead, TakesWhatHttpAllowsAndNothingElse) {
  EXPECT_EQ(problem("OPTIONS * HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(problem("GET http://a/b HTTP/1.1\r\nHost: a\r\n\r\n"), 0);
  EXPECT_EQ(problem("GET * HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(problem("GET a HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(problem("G@T / HTTP/1.1\r\nHost: a\r\n\r\n"), 400);
  EXPECT_EQ(problem("GET / HTTP/1.1\r\nHost: a\r\nX: \x01\r\n\r\n"), 400);
  EXPECT_EQ(problem("GET / HTTP/1.1\r\nHost: a\r\n folded\r\n\r\n"), 400);
}

TEST(ResponseHead, TellsHowTheBodyEnds) {
  const auto framing = [](std::string_view text, std::string_view method = "GET") {
    ResponseHead head;
    EXPECT_TRUE(read_response(text, method, head)) << text;
    return head.body.kind;
  };
  using Kind = Framing::Kind;
  EXPECT_EQ(framing("HTTP/1.1 200 OK\r\n\r\n"), Kind::until_close);
  EXPECT_EQ(framing("HTTP/1.1 200\r\nContent-Length: 0\r\n\r\n"), Kind::none);
  EXPECT_EQ(framing("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n"), Kind::length);
  EXPECT_EQ(framing("HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n", "HEAD"), Kind::none);
  EXPECT_EQ(framing("HTTP/1.1 204 No Content\r\n\r\n"), Kind::none);
  EXPECT_EQ(framing("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"), Kind::chunked);
}

TEST(ResponseHead, IsNoneWithoutAStatus) {
  ResponseHead head;
  for (const char* const text : {"\r\n", "HTTP/1.1 OK\r\n\r\n", "HTTP/1.1 099 No\r\n\r\n",
                                 "HTTP/1.1 2000 OK\r\n\r\n", "HTTP/2.0 200 OK\r\n\r\n"}) {
    EXPECT_FALSE(read_response(text, "GET", head)) << text;
  }
}

TEST(BodyReader, FindsTheEndOfChunksHoweverTheyArrive) {
  const std::string body = "3\r\nabc\r\n0A;name=value\r\n0123456789\r\n0\r\nTrailer: x\r\n\r\n";
  const std::string bytes = body + "GET /next";
  for (std::size_t piece = 1; piece <= bytes.size(); ++piece) {
    BodyReader reader({Framing::Kind::chunked});
    std::string content;
    std::size_t at = 0;
    while (!reader.is_done() && at < bytes.size()) {
      at += reader.take(std::string_view(bytes).substr(at, piece), &content);
    }
    ASSERT_TRUE(reader.is_done());
    ASSERT_EQ(at, body.size());
    ASSERT_EQ(content, "abc0123456789");
  }
}

TEST(BodyReader, FailsOnWhatAreNoChunks) {
  for (const char* const bytes : {"x", "\r\n", "3\nabc", "3\r\nabcd", "3\r\nabc\r\r",
                                  "1234567890123456\r\n", "0\r\n\rx", "2;a\nb"}) {
    BodyReader reader({Framing::Kind::chunked});
    reader.take(bytes);
    EXPECT_TRUE(reader.has_failed()) << bytes;
  }
}

TEST(BodyReader, TakesAsMuchAsItsLength) {
  BodyReader reader({Framing::Kind::length, 4});
  EXPECT_EQ(reader.take("ab"), 2U);
  EXPECT_FALSE(reader.is_done());
  EXPECT_EQ(reader.take("cdef"), 2U);
  EXPECT_TRUE(reader.is_done());
  EXPECT_EQ(reader.take("gh"), 0U);
}

}  // namespace
}  // namespace fallstreak::dataplane::alb
