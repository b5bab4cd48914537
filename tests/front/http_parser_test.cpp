#include "front/http_parser.h"

#include <gtest/gtest.h>

#include <string>
#include <vector>

namespace fallstreak::front {
namespace {

using protocols::HttpRequest;

const HttpParser::BodyLimit kAnyBody = [](const HttpRequest&) { return std::uint64_t{1} << 20; };

/// Feeds `bytes` in two pieces and gives the requests, "refused" at the end when one was.
std::vector<std::string> parse(const std::string& bytes, std::size_t cut,
                               ParserLimits limits = {}) {
  HttpParser parser(limits, kAnyBody);
  std::vector<std::string> seen;
  std::string buffer;
  for (const std::string& piece : {bytes.substr(0, cut), bytes.substr(cut)}) {
    buffer += piece;
    while (!buffer.empty()) {
      buffer.erase(0, parser.feed(buffer));
      if (parser.has_failed()) {
        seen.emplace_back("refused");
        return seen;
      }
      if (!parser.is_done()) break;
      const HttpRequest& request = parser.request();
      seen.push_back(request.method + " " + request.target + " " + request.body + " " +
                     std::to_string(request.headers.size()));
      parser.reset();
    }
  }
  return seen;
}

TEST(HttpParser, ReadsTheSameRequestsHoweverTheBytesAreCut) {
  const std::string bytes =
      "POST /a?b=c HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello"
      "GET /second HTTP/1.1\r\nHost: x\r\n\r\n"
      "PUT /third HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n4;ext=1\r\ndefg\r\n0\r\n\r\n"
      "DELETE /fourth HTTP/1.1\r\nHost: x\r\n\r\n";
  const std::vector<std::string> expected = {"POST /a?b=c hello 2", "GET /second  1",
                                             "PUT /third abcdefg 2", "DELETE /fourth  1"};
  for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
    EXPECT_EQ(parse(bytes, cut), expected) << "cut at " << cut;
  }
}

TEST(HttpParser, ReadsWhatComesByteByByteAndIsShownTwice) {
  const std::string bytes =
      "PUT /a HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "3\r\nabc\r\n0\r\nx-trailer: 1\r\n\r\n";
  HttpParser parser({}, kAnyBody);
  std::string buffer;
  for (const char byte : bytes) {
    ASSERT_FALSE(parser.is_done());
    buffer.push_back(byte);
    for (int time = 0; time < 2 && !parser.is_done(); ++time) {
      buffer.erase(0, parser.feed(buffer));
      ASSERT_FALSE(parser.has_failed()) << buffer;
    }
  }
  ASSERT_TRUE(parser.is_done());
  EXPECT_EQ(parser.request().body, "abc");
}

TEST(HttpParser, RefusesWhatIsNotHttpWhereverItIsCut) {
  for (const std::string bytes :
       {"\r\r\r\r", "GET\r\n\r\n", "GET / HTTP/2.0\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nbad header\r\n\r\n",
        "GET / HTTP/1.1\r\nHost: x\r\nContent-Length: x\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nTransfer-Encoding: chunked\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 3\r\nContent-Length: 4\r\n\r\n",
        "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\nxyz\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", "\x16\x03\x01\x02\x00\x01\x00\x01\xfc\x03\x03"}) {
    for (std::size_t cut = 0; cut <= bytes.size(); ++cut) {
      EXPECT_EQ(parse(bytes, cut), std::vector<std::string>{"refused"}) << bytes << " at " << cut;
    }
  }
}

TEST(HttpParser, CountsOneHeaderAsAWholeHoweverItArrives) {
  const ParserLimits limits{.header_bytes = 200, .header_fields = 100};
  HttpParser parser(limits, kAnyBody);
  std::string buffer = "GET / HTTP/1.1\r\n";
  std::size_t sent = 0;
  while (!parser.has_failed() && sent < 1000) {
    buffer += "a: b\r\n";
    sent += 6;
    buffer.erase(0, parser.feed(buffer));
  }
  ASSERT_TRUE(parser.has_failed());
  EXPECT_EQ(parser.refusal(), Refusal::header_too_large);
  EXPECT_LE(sent, 210U);
}

TEST(HttpParser, RefusesTooManyFields) {
  std::string bytes = "GET / HTTP/1.1\r\n";
  for (int i = 0; i < 11; ++i) bytes += "a: b\r\n";
  bytes += "\r\n";
  const ParserLimits limits{.header_bytes = 10'000, .header_fields = 10};

  EXPECT_EQ(parse(bytes, bytes.size(), limits), std::vector<std::string>{"refused"});
}

TEST(HttpParser, RefusesAnAnnouncedBodyThatIsTooLargeBeforeItComes) {
  HttpParser parser({}, kAnyBody);
  parser.feed("POST / HTTP/1.1\r\nHost: x\r\nContent-Length: 1048577\r\n\r\n");
  ASSERT_TRUE(parser.has_failed());
  EXPECT_EQ(parser.refusal(), Refusal::body_too_large);
}

TEST(HttpParser, RefusesChunksThatAddUpToTooMuch) {
  const HttpParser::BodyLimit small = [](const HttpRequest&) { return std::uint64_t{5}; };
  HttpParser parser({}, small);
  parser.feed(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: "
      "chunked\r\n\r\n3\r\nabc\r\n3\r\ndef\r\n0\r\n\r\n");
  ASSERT_TRUE(parser.has_failed());
  EXPECT_EQ(parser.refusal(), Refusal::body_too_large);
}

TEST(HttpParser, DropsTrailersBecauseTheHeaderWasJudgedAlready) {
  HttpParser parser({}, kAnyBody);
  parser.feed(
      "POST / HTTP/1.1\r\nHost: x\r\nTransfer-Encoding: chunked\r\n\r\n"
      "1\r\na\r\n0\r\nAuthorization: stolen\r\n\r\n");
  ASSERT_TRUE(parser.is_done());
  EXPECT_EQ(protocols::find_header(parser.request().headers, "authorization"), nullptr);
  EXPECT_EQ(parser.request().body, "a");
}

}  // namespace
}  // namespace fallstreak::front
