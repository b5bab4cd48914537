#pragma once

#include <nghttp2/nghttp2.h>

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/check.h"

/// What both ends of an HTTP/2 connection need of nghttp2.
namespace fallstreak::dataplane::live {

/// Fields as nghttp2 takes them: they are looked at, not kept.
inline std::vector<nghttp2_nv> views_of(
    const std::vector<std::pair<std::string, std::string>>& fields) {
  std::vector<nghttp2_nv> views;
  const auto bytes = [](const std::string& text) {
    return reinterpret_cast<std::uint8_t*>(const_cast<char*>(text.data()));
  };
  for (const auto& [name, value] : fields) {
    views.push_back({bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE});
  }
  return views;
}

enum class FrameSide { client, server };

/// Frames that tell `self` by the static functions of `Callbacks`. The other end may send more only
/// when what it sent has been taken further.
template <class Callbacks>
nghttp2_session* new_frames(FrameSide side, void* self) {
  nghttp2_session_callbacks* callbacks = nullptr;
  nghttp2_option* option = nullptr;
  nghttp2_session* frames = nullptr;
  CHECK(nghttp2_session_callbacks_new(&callbacks) == 0) << "no memory for HTTP/2";
  CHECK(nghttp2_option_new(&option) == 0) << "no memory for HTTP/2";
  nghttp2_session_callbacks_set_on_header_callback(callbacks, &Callbacks::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks, &Callbacks::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks, &Callbacks::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks, &Callbacks::on_stream_close);
  if constexpr (requires { &Callbacks::on_begin_headers; }) {
    nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks,
                                                            &Callbacks::on_begin_headers);
  }
  if constexpr (requires { &Callbacks::on_sent; }) {
    nghttp2_session_callbacks_set_on_frame_send_callback(callbacks, &Callbacks::on_sent);
  }
  nghttp2_option_set_no_auto_window_update(option, 1);
  const auto create =
      side == FrameSide::client ? &nghttp2_session_client_new2 : &nghttp2_session_server_new2;
  CHECK(create(&frames, callbacks, self, option) == 0) << "no memory for HTTP/2";
  nghttp2_option_del(option);
  nghttp2_session_callbacks_del(callbacks);
  return frames;
}

/// Takes what came in; false when it is no HTTP/2.
inline bool take_in(nghttp2_session* frames, std::string_view bytes) {
  return nghttp2_session_mem_recv(frames, reinterpret_cast<const std::uint8_t*>(bytes.data()),
                                  bytes.size()) >= 0;
}

/// Puts into `out` what is to be sent next; false when the connection is to be closed.
inline bool put_out(nghttp2_session* frames, std::string& out) {
  /// How much is written at once.
  constexpr std::size_t kBatch = std::size_t{64} * 1024;
  out.clear();
  while (out.size() < kBatch) {
    const std::uint8_t* bytes = nullptr;
    const auto size = nghttp2_session_mem_send(frames, &bytes);
    if (size < 0) return false;
    if (size == 0) break;
    out.append(reinterpret_cast<const char*>(bytes), static_cast<std::size_t>(size));
  }
  return true;
}

inline bool is_over(nghttp2_session* frames) {
  return nghttp2_session_want_read(frames) == 0 && nghttp2_session_want_write(frames) == 0;
}

}  // namespace fallstreak::dataplane::live
