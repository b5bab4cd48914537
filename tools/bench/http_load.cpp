// A closed-loop load over loopback that checks every status and body.
//   http_load PORT CONNECTIONS SECONDS TARGET_HEADER BODY EXPECTED [REQUESTS]
// Sends POST / with X-Amz-Target until the seconds are over or so many requests are answered; prints requests per second,
// p50 and p99 in microseconds, as JSON. Each {number} in the body is the next number of all, in eight digits.
#include <boost/asio.hpp>
#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstring>
#include <memory>
#include <string>
#include <vector>

namespace asio = boost::asio;
using tcp = asio::ip::tcp;
using Clock = std::chrono::steady_clock;

constexpr std::string_view kPlace = "{number}";

struct Load {
  std::string next_request() {
    std::string made = request;
    for (const std::size_t place : places) {
      char digits[9];
      std::snprintf(digits, sizeof digits, "%08zu", number++ % 100'000'000);
      made.replace(place, 8, digits, 8);
    }
    return made;
  }

  std::string request, expected;
  std::vector<std::size_t> places;  // of numbers in the request
  std::size_t number = 0;
  std::size_t left = 0;  // requests to send
  Clock::time_point end;
  std::vector<float> latencies;
  std::size_t wrong = 0;
};

class Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(asio::io_context& context, Load& load) : socket_(context), load_(load) {}
  void start(const tcp::endpoint& endpoint) {
    socket_.connect(endpoint);
    socket_.set_option(tcp::no_delay(true));
    send();
  }

 private:
  void send() {
    begin_ = Clock::now();
    if (begin_ >= load_.end || load_.left == 0) return;
    --load_.left;
    answer_.clear();
    request_ = load_.next_request();
    asio::async_write(socket_, asio::buffer(request_),
                      [self = shared_from_this()](auto error, std::size_t) {
                        if (!error) self->receive();
                      });
  }
  void receive() {
    socket_.async_read_some(asio::buffer(chunk_), [self = shared_from_this()](auto error, std::size_t size) {
      if (error) return;
      self->answer_.append(self->chunk_, size);
      self->judge();
    });
  }
  void judge() {
    const auto head = answer_.find("\r\n\r\n");
    if (head == std::string::npos) return receive();
    const auto field = find_length(head);
    const std::size_t length = std::stoul(answer_.substr(field, 12));
    if (answer_.size() < head + 4 + length) return receive();
    const bool is_right = answer_.compare(9, 3, "200") == 0 &&
                          std::string_view(answer_).substr(head + 4, length) == load_.expected;
    if (!is_right && load_.wrong++ == 0) std::fprintf(stderr, "wrong answer: %s\n", answer_.c_str());
    load_.latencies.push_back(std::chrono::duration<float, std::micro>(Clock::now() - begin_).count());
    send();
  }
  std::size_t find_length(std::size_t head) const {
    for (const char* name : {"Content-Length: ", "content-length: "}) {
      const auto found = answer_.find(name);
      if (found != std::string::npos && found < head) return found + std::strlen(name);
    }
    throw std::runtime_error("an answer without a length");
  }

  tcp::socket socket_;
  Load& load_;
  Clock::time_point begin_;
  std::string request_;
  std::string answer_;
  char chunk_[16384];
};

int main(int argc, char** argv) {
  if (argc != 7 && argc != 8) return 2;
  const std::string target = argv[4], body = argv[5];
  static_assert(kPlace.size() == 8, "a number takes the place of its mark");
  Load load;
  load.left = argc == 8 ? std::stoul(argv[7]) : std::size_t(-1);
  load.request = "POST / HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: application/x-amz-json-1.0\r\nX-Amz-Target: " + target +
                 "\r\nAuthorization: AWS4-HMAC-SHA256 Credential=test/20260101/eu-central-1/dynamodb/aws4_request, "
                 "SignedHeaders=host;x-amz-date, Signature=0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
                 "\r\nX-Amz-Date: 20260101T000000Z\r\nContent-Length: " + std::to_string(body.size()) + "\r\n\r\n" + body;
  for (auto at = load.request.find(kPlace); at != std::string::npos; at = load.request.find(kPlace, at + 8)) {
    load.places.push_back(at);
  }
  load.expected = argv[6];
  asio::io_context context(1);
  const double seconds = std::stod(argv[3]);
  const auto begin = Clock::now();
  load.end = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(seconds));
  const tcp::endpoint endpoint(asio::ip::address_v4::loopback(), static_cast<std::uint16_t>(std::stoi(argv[1])));
  for (int i = 0; i < std::stoi(argv[2]); ++i) std::make_shared<Connection>(context, load)->start(endpoint);
  context.run();
  const double took = std::chrono::duration<double>(Clock::now() - begin).count();
  auto& sorted = load.latencies;
  std::sort(sorted.begin(), sorted.end());
  const auto at = [&](double quantile) {
    return sorted.empty() ? 0.0 : double(sorted[std::size_t(quantile * double(sorted.size() - 1))]);
  };
  std::printf("{\"requests_per_second\": %.0f, \"p50_us\": %.1f, \"p99_us\": %.1f, \"requests\": %zu, \"wrong\": %zu}\n",
              double(sorted.size()) / took, at(0.5), at(0.99), sorted.size(), load.wrong);
  return load.wrong == 0 && !sorted.empty() ? 0 : 1;
}
