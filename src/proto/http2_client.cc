#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "proto/http2.h"
#include "proto/http2_session.h"

namespace masthead::proto {

using http2::header_of;
using http2::view;

struct Http2Client::Impl {
  struct Stream {
    std::string body;  // of the request, still to be sent
    size_t sent = 0;
    int status = 0;
    Headers headers;
    bool complete = false;
  };

  Http2ClientEvents& events;
  nghttp2_session* session = nullptr;
  std::unordered_map<int32_t, Stream> streams;
  bool draining = false;
  std::string goaway_text;

  explicit Impl(Http2ClientEvents& the_events) : events(the_events) {}
  ~Impl() { nghttp2_session_del(session); }

  Stream* find(int32_t id) {
    const auto it = streams.find(id);
    return it == streams.end() ? nullptr : &it->second;
  }

  static Impl& self(void* user) { return *static_cast<Impl*>(user); }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                       size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                       void* user) {
    Stream* stream = self(user).find(frame->hd.stream_id);
    if (stream == nullptr) return 0;
    const std::string_view key = view(name, name_size);
    if (key == ":status") {
      stream->status = std::atoi(std::string(view(value, value_size)).c_str());
    } else {
      stream->headers.emplace_back(key, view(value, value_size));
    }
    return 0;
  }
  static int on_frame(nghttp2_session* session, const nghttp2_frame* frame, void* user) {
    Impl& impl = self(user);
    const int32_t id = frame->hd.stream_id;
    switch (frame->hd.type) {
      case NGHTTP2_HEADERS:
        impl.on_headers_frame(*frame);
        break;
      case NGHTTP2_PING:
        if ((frame->hd.flags & NGHTTP2_FLAG_ACK) != 0) impl.events.on_ping_answer();
        break;
      case NGHTTP2_GOAWAY:
        impl.draining = true;
        impl.goaway_text =
            std::string(nghttp2_http2_strerror(frame->goaway.error_code)) + " " +
            std::string(view(frame->goaway.opaque_data, frame->goaway.opaque_data_len));
        impl.events.on_goaway(impl.goaway_text);
        break;
      default:
        break;
    }
    if (Stream* stream = impl.find(id);
        stream != nullptr && (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 &&
        (frame->hd.type == NGHTTP2_DATA || frame->hd.type == NGHTTP2_HEADERS)) {
      stream->complete = true;
      // An answer before the request's body was taken: nobody waits for the rest of it.
      if (stream->sent < stream->body.size()) {
        nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_NO_ERROR);
      }
    }
    return 0;
  }
  void on_headers_frame(const nghttp2_frame& frame) {
    Stream* stream = find(frame.hd.stream_id);
    if (stream == nullptr) return;
    const int status = std::exchange(stream->status, 0);
    Headers headers = std::exchange(stream->headers, {});
    if (status < 200) return;  // 1xx, and trailers, which have no status
    events.on_headers(frame.hd.stream_id, status, std::move(headers));
  }
  static int on_data(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* data,
                     size_t size, void* user) {
    Impl& impl = self(user);
    if (impl.find(id) != nullptr) {
      impl.events.on_data(id, view(data, size));
    } else {
      nghttp2_session_consume(session, id, size);  // cancelled: the connection's credit goes back
    }
    return 0;
  }
  static int on_close(nghttp2_session*, int32_t id, uint32_t error_code, void* user) {
    Impl& impl = self(user);
    Stream* stream = impl.find(id);
    if (stream == nullptr) return 0;
    const bool complete = stream->complete;
    impl.streams.erase(id);
    Http2End end = Http2End::kReset;
    if (complete) {
      end = Http2End::kComplete;
    } else if (error_code == NGHTTP2_REFUSED_STREAM) {
      end = Http2End::kRefused;
    }
    impl.events.on_end(id, end, nghttp2_http2_strerror(error_code));
    return 0;
  }
  static ssize_t read_body(nghttp2_session*, int32_t id, uint8_t* buffer, size_t size,
                           uint32_t* flags, nghttp2_data_source*, void* user) {
    Stream* stream = self(user).find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const size_t part = std::min(size, stream->body.size() - stream->sent);
    std::copy_n(stream->body.data() + stream->sent, part, reinterpret_cast<char*>(buffer));
    stream->sent += part;
    if (stream->sent == stream->body.size()) *flags |= NGHTTP2_DATA_FLAG_EOF;
    return static_cast<ssize_t>(part);
  }
};

Http2Client::Http2Client(Http2ClientEvents& events, int stream_window, int connection_window)
    : impl_(std::make_unique<Impl>(events)) {
  const http2::Callbacks callbacks;
  nghttp2_session_callbacks_set_on_header_callback(callbacks.get(), Impl::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks.get(), Impl::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks.get(), Impl::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks.get(), Impl::on_close);
  const http2::Option option;
  nghttp2_option_set_no_auto_window_update(option.get(), 1);
  CHECK(
      nghttp2_session_client_new2(&impl_->session, callbacks.get(), impl_.get(), option.get()) == 0,
      "memory for a session");
  const nghttp2_settings_entry settings[] = {
      {NGHTTP2_SETTINGS_ENABLE_PUSH, 0},
      {NGHTTP2_SETTINGS_INITIAL_WINDOW_SIZE, static_cast<uint32_t>(stream_window)},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(http2::kHeaderListBytes)},
  };
  nghttp2_submit_settings(impl_->session, NGHTTP2_FLAG_NONE, settings, std::size(settings));
  nghttp2_session_set_local_window_size(impl_->session, NGHTTP2_FLAG_NONE, 0, connection_window);
}

Http2Client::~Http2Client() = default;

base::Result<int32_t> Http2Client::open(const RequestHead& head, std::string body) {
  if (impl_->draining) {
    return base::fail(base::ErrorCode::kUnavailable,
                      "the server is closing the connection: " + impl_->goaway_text);
  }
  std::vector<nghttp2_nv> headers = {
      header_of(":method", head.method), header_of(":scheme", head.scheme),
      header_of(":authority", head.authority), header_of(":path", head.path)};
  for (const auto& [name, value] : head.headers) headers.push_back(header_of(name, value));
  nghttp2_data_provider provider{};
  provider.read_callback = Impl::read_body;
  const int32_t id = nghttp2_submit_request(impl_->session, nullptr, headers.data(), headers.size(),
                                            body.empty() ? nullptr : &provider, nullptr);
  if (id < 0) return base::fail(base::ErrorCode::kUnavailable, nghttp2_strerror(id));
  impl_->streams[id].body = std::move(body);
  return id;
}

void Http2Client::cancel(int32_t stream) {
  if (impl_->streams.erase(stream) == 0) return;
  nghttp2_submit_rst_stream(impl_->session, NGHTTP2_FLAG_NONE, stream, NGHTTP2_CANCEL);
}

void Http2Client::consume(int32_t stream, size_t bytes) {
  nghttp2_session_consume(impl_->session, stream, bytes);
}

void Http2Client::consume_connection(size_t bytes) {
  nghttp2_session_consume_connection(impl_->session, bytes);
}

void Http2Client::consume_stream(int32_t stream, size_t bytes) {
  nghttp2_session_consume_stream(impl_->session, stream, bytes);
}

void Http2Client::ping() {
  nghttp2_submit_ping(impl_->session, NGHTTP2_FLAG_NONE, nullptr);
}

void Http2Client::finish() {
  impl_->draining = true;
  nghttp2_session_terminate_session(impl_->session, NGHTTP2_NO_ERROR);
}

base::Result<void> Http2Client::receive(std::string_view bytes) {
  return http2::receive(impl_->session, bytes);
}
bool Http2Client::ended() const {
  return http2::ended(impl_->session);
}
bool Http2Client::has_output() const {
  return nghttp2_session_want_write(impl_->session) != 0;
}
std::string Http2Client::take_output() {
  return http2::take_output(impl_->session);
}
bool Http2Client::draining() const {
  return impl_->draining;
}
size_t Http2Client::open_streams() const {
  return impl_->streams.size();
}
size_t Http2Client::max_streams() const {
  return nghttp2_session_get_remote_settings(impl_->session,
                                             NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS);
}

}  // namespace masthead::proto
