#include "proto/http2_session.h"

namespace masthead::proto::http2 {

base::Result<void> receive(nghttp2_session* session, std::string_view bytes) {
  const ssize_t result = nghttp2_session_mem_recv(
      session, reinterpret_cast<const uint8_t*>(bytes.data()), bytes.size());
  if (result < 0) {
    return base::fail(base::ErrorCode::kInternal, std::string("HTTP/2 protocol error: ") +
                                                      nghttp2_strerror(static_cast<int>(result)));
  }
  return {};
}

bool ended(nghttp2_session* session) {
  return nghttp2_session_want_read(session) == 0 && nghttp2_session_want_write(session) == 0;
}

std::string take_output(nghttp2_session* session) {
  std::string out;
  while (out.size() < kOutputBytes) {
    const uint8_t* data = nullptr;
    const ssize_t size = nghttp2_session_mem_send(session, &data);
    if (size <= 0) break;
    out.append(view(data, static_cast<size_t>(size)));
  }
  return out;
}

}  // namespace masthead::proto::http2
