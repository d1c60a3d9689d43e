// What both sides of HTTP/2 share of nghttp2's interface. For the http2 files.
#pragma once

#include <nghttp2/nghttp2.h>

#include <string>
#include <string_view>

#include "base/limits.h"
#include "base/result.h"

namespace masthead::proto::http2 {

// Four times what HTTP/1.1 gets: the size counts 32 bytes of overhead a field (§6.5.2).
inline constexpr size_t kHeaderListBytes = 4 * limits::kRequestHeaderBytes;
inline constexpr size_t kOutputBytes = 64 * 1024;

class Callbacks {
 public:
  Callbacks() { nghttp2_session_callbacks_new(&callbacks_); }
  ~Callbacks() { nghttp2_session_callbacks_del(callbacks_); }
  Callbacks(const Callbacks&) = delete;
  Callbacks& operator=(const Callbacks&) = delete;
  nghttp2_session_callbacks* get() const { return callbacks_; }

 private:
  nghttp2_session_callbacks* callbacks_ = nullptr;
};

class Option {
 public:
  Option() { nghttp2_option_new(&option_); }
  ~Option() { nghttp2_option_del(option_); }
  Option(const Option&) = delete;
  Option& operator=(const Option&) = delete;
  nghttp2_option* get() const { return option_; }

 private:
  nghttp2_option* option_ = nullptr;
};

inline std::string_view view(const uint8_t* data, size_t size) {
  return {reinterpret_cast<const char*>(data), size};
}

// nghttp2 copies; the views need to live for the call only.
inline nghttp2_nv header_of(std::string_view name, std::string_view value) {
  const auto bytes = [](std::string_view text) {
    return const_cast<uint8_t*>(reinterpret_cast<const uint8_t*>(text.data()));
  };
  return {bytes(name), bytes(value), name.size(), value.size(), NGHTTP2_NV_FLAG_NONE};
}

base::Result<void> receive(nghttp2_session* session, std::string_view bytes);
bool ended(nghttp2_session* session);
std::string take_output(nghttp2_session* session);

}  // namespace masthead::proto::http2
