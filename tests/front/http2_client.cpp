#include "front/http2_client.h"

#include <nghttp2/nghttp2.h>

#include <algorithm>

namespace fallstreak::testing {
namespace {

nghttp2_nv view_of(const std::string& name, const std::string& value) {
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

TlsClient offering_http2(TlsClient tls) {
  if (tls.protocols.empty()) tls.protocols = "\x02h2";
  return tls;
}

}  // namespace

struct Http2Client::Callbacks {
  static Http2Client& of(void* self) { return *static_cast<Http2Client*>(self); }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const std::uint8_t* name,
                       std::size_t name_size, const std::uint8_t* value, std::size_t value_size,
                       std::uint8_t, void* self) {
    Stream& stream = of(self).streams_[frame->hd.stream_id];
    std::string key(reinterpret_cast<const char*>(name), name_size);
    std::string text(reinterpret_cast<const char*>(value), value_size);
    if (key == ":status") {
      stream.is_interim = text.front() == '1';
      if (!stream.is_interim) stream.reply.status = std::stoi(text);
    }
    auto& headers = stream.is_interim           ? stream.interim
                    : stream.reply.body.empty() ? stream.reply.headers
                                                : stream.trailers;
    headers.emplace_back(std::move(key), std::move(text));
    return 0;
  }
  static int on_data(nghttp2_session*, std::uint8_t, std::int32_t id, const std::uint8_t* bytes,
                     std::size_t size, void* self) {
    of(self).streams_[id].reply.body.append(reinterpret_cast<const char*>(bytes), size);
    return 0;
  }
  static int on_stream_close(nghttp2_session*, std::int32_t id, std::uint32_t code, void* self) {
    of(self).streams_[id].end = code;
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* self) {
    if (frame->hd.type == NGHTTP2_GOAWAY) of(self).is_told_to_go_ = true;
    return 0;
  }
  static ssize_t fill(nghttp2_session*, std::int32_t id, std::uint8_t* buffer, std::size_t size,
                      std::uint32_t* flags, nghttp2_data_source*, void* self) {
    Stream& stream = of(self).streams_[id];
    const std::size_t count = std::min(size, stream.to_send.size() - stream.sent);
    std::copy_n(stream.to_send.data() + stream.sent, count, reinterpret_cast<char*>(buffer));
    stream.sent += count;
    if (stream.sent == stream.to_send.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(count);
  }
};

Http2Client::Http2Client(std::uint16_t port, TlsClient tls, Window window)
    : connection_(port, offering_http2(std::move(tls))) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_session_callbacks_new(&callbacks);
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &Callbacks::on_header);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Callbacks::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Callbacks::on_stream_close);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Callbacks::on_frame);
  nghttp2_option* option = nullptr;
  nghttp2_option_new(&option);
  if (window == Window::held) nghttp2_option_set_no_auto_window_update(option, 1);
  // What the server does with what an honest client does not send is a matter of tests.
  nghttp2_option_set_no_http_messaging(option, 1);
  nghttp2_session_client_new2(&frames_, callbacks, this, option);
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  nghttp2_submit_settings(frames_, NGHTTP2_FLAG_NONE, nullptr, 0);
  flush();
}

Http2Client::~Http2Client() { nghttp2_session_del(frames_); }

void Http2Client::flush() {
  const std::uint8_t* bytes = nullptr;
  for (;;) {
    const auto size = nghttp2_session_mem_send(frames_, &bytes);
    if (size <= 0) return;
    connection_.send({reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size)});
  }
}

bool Http2Client::read() {
  const std::string bytes = connection_.receive_some();
  if (bytes.empty()) return false;
  const auto taken = nghttp2_session_mem_recv(
      frames_, reinterpret_cast<const std::uint8_t*>(bytes.data()), bytes.size());
  flush();
  return taken >= 0;
}

std::int32_t Http2Client::begin(const std::string& method, const std::string& path,
                                const Headers& headers, std::optional<std::string> body) {
  Headers all{{":method", method}, {":scheme", "https"}, {":path", path}};
  const auto is_host = [](const auto& field) { return field.first == ":authority"; };
  if (std::ranges::none_of(headers, is_host)) all.emplace_back(":authority", "shop.example");
  all.insert(all.end(), headers.begin(), headers.end());
  std::vector<nghttp2_nv> views;
  for (const auto& [name, value] : all) views.push_back(view_of(name, value));
  nghttp2_data_provider provider{.source = {.ptr = nullptr}, .read_callback = &Callbacks::fill};
  const std::int32_t id = nghttp2_submit_request(frames_, nullptr, views.data(), views.size(),
                                                 body ? &provider : nullptr, nullptr);
  streams_[id].to_send = std::move(body).value_or("");
  flush();
  return id;
}

std::optional<Reply> Http2Client::wait(std::int32_t stream) {
  while (!streams_[stream].end && read()) continue;
  const Stream& ended = streams_[stream];
  if (ended.end != NGHTTP2_NO_ERROR || ended.reply.status == 0) return std::nullopt;
  return ended.reply;
}

bool Http2Client::wait_for_bytes(std::int32_t stream, std::size_t count) {
  while (streams_[stream].reply.body.size() < count && read()) continue;
  return streams_[stream].reply.body.size() >= count;
}

void Http2Client::reset(std::int32_t stream) {
  nghttp2_submit_rst_stream(frames_, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
  flush();
}

bool Http2Client::is_told_to_go() {
  while (!is_told_to_go_ && read()) continue;
  return is_told_to_go_;
}

std::optional<std::uint32_t> Http2Client::end_of(std::int32_t stream) const {
  const auto found = streams_.find(stream);
  return found == streams_.end() ? std::nullopt : found->second.end;
}

}  // namespace fallstreak::testing
