#include <nghttp2/nghttp2.h>

#include <algorithm>
#include <unordered_map>

#include "base/check.h"
#include "proto/http2.h"
#include "proto/http2_session.h"

namespace masthead::proto {

using http2::header_of;
using http2::view;

struct Http2Server::Impl {
  struct Stream {
    Http2Client::RequestHead head;
    std::string body;      // of the request
    std::string outgoing;  // of the answer
    size_t taken = 0;      // of outgoing
    bool ended = false;    // the answer is complete once outgoing is sent
    bool requested = false;
    bool deferred = false;  // nghttp2 waits for resume_data
  };

  Http2ServerEvents& events;
  Settings settings;
  nghttp2_session* session = nullptr;
  std::unordered_map<int32_t, Stream> streams;

  Impl(Http2ServerEvents& the_events, Settings the_settings)
      : events(the_events), settings(the_settings) {}
  ~Impl() { nghttp2_session_del(session); }

  Stream* find(int32_t id) {
    const auto it = streams.find(id);
    return it == streams.end() ? nullptr : &it->second;
  }
  static Impl& self(void* user) { return *static_cast<Impl*>(user); }

  static int on_begin(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    if (frame->hd.type == NGHTTP2_HEADERS && frame->headers.cat == NGHTTP2_HCAT_REQUEST) {
      self(user).streams.try_emplace(frame->hd.stream_id);
    }
    return 0;
  }
  static int on_header(nghttp2_session*, const nghttp2_frame* frame, const uint8_t* name,
                       size_t name_size, const uint8_t* value, size_t value_size, uint8_t,
                       void* user) {
    Stream* stream = self(user).find(frame->hd.stream_id);
    if (stream == nullptr || stream->requested) return 0;
    const std::string key(view(name, name_size));
    const std::string text(view(value, value_size));
    auto& head = stream->head;
    if (key == ":method") {
      head.method = text;
    } else if (key == ":path") {
      head.path = text;
    } else if (key == ":authority") {
      head.authority = text;
    } else if (key == ":scheme") {
      head.scheme = text;
    } else {
      head.headers.emplace_back(key, text);
    }
    return 0;
  }
  static int on_data(nghttp2_session* session, uint8_t, int32_t id, const uint8_t* data,
                     size_t size, void* user) {
    Impl& impl = self(user);
    Stream* stream = impl.find(id);
    if (stream == nullptr) return 0;
    if (stream->body.size() + size > impl.settings.body_limit) {
      nghttp2_submit_rst_stream(session, NGHTTP2_FLAG_NONE, id, NGHTTP2_CANCEL);
      return 0;
    }
    stream->body.append(view(data, size));
    return 0;
  }
  static int on_frame(nghttp2_session*, const nghttp2_frame* frame, void* user) {
    Impl& impl = self(user);
    const bool ends = (frame->hd.flags & NGHTTP2_FLAG_END_STREAM) != 0 &&
                      (frame->hd.type == NGHTTP2_HEADERS || frame->hd.type == NGHTTP2_DATA);
    Stream* stream = ends ? impl.find(frame->hd.stream_id) : nullptr;
    if (stream == nullptr || stream->requested) return 0;
    stream->requested = true;
    const Http2Client::RequestHead head = std::move(stream->head);
    impl.events.on_request(frame->hd.stream_id, head, std::exchange(stream->body, {}));
    return 0;
  }
  static int on_close(nghttp2_session*, int32_t id, uint32_t, void* user) {
    Impl& impl = self(user);
    if (impl.streams.erase(id) > 0) impl.events.on_closed(id);
    return 0;
  }
  static ssize_t read_answer(nghttp2_session*, int32_t id, uint8_t* buffer, size_t size,
                             uint32_t* flags, nghttp2_data_source*, void* user) {
    Impl& impl = self(user);
    Stream* stream = impl.find(id);
    if (stream == nullptr) return NGHTTP2_ERR_TEMPORAL_CALLBACK_FAILURE;
    const size_t part = std::min(size, stream->outgoing.size() - stream->taken);
    std::copy_n(stream->outgoing.data() + stream->taken, part, reinterpret_cast<char*>(buffer));
    stream->taken += part;
    const bool empty = stream->taken == stream->outgoing.size();
    if (empty) {
      stream->outgoing.clear();
      stream->taken = 0;
    }
    if (empty && stream->ended) {
      *flags |= NGHTTP2_DATA_FLAG_EOF;
    } else if (part == 0) {
      stream->deferred = true;
      return NGHTTP2_ERR_DEFERRED;
    } else {
      impl.events.on_writable(id);
    }
    return static_cast<ssize_t>(part);
  }
  void resume(int32_t id, Stream& stream) {
    if (!std::exchange(stream.deferred, false)) return;
    nghttp2_session_resume_data(session, id);
  }
};

Http2Server::Http2Server(Http2ServerEvents& events, Settings settings)
    : impl_(std::make_unique<Impl>(events, settings)) {
  const http2::Callbacks callbacks;
  nghttp2_session_callbacks_set_on_begin_headers_callback(callbacks.get(), Impl::on_begin);
  nghttp2_session_callbacks_set_on_header_callback(callbacks.get(), Impl::on_header);
  nghttp2_session_callbacks_set_on_frame_recv_callback(callbacks.get(), Impl::on_frame);
  nghttp2_session_callbacks_set_on_data_chunk_recv_callback(callbacks.get(), Impl::on_data);
  nghttp2_session_callbacks_set_on_stream_close_callback(callbacks.get(), Impl::on_close);
  CHECK(nghttp2_session_server_new(&impl_->session, callbacks.get(), impl_.get()) == 0,
        "memory for a session");
  const nghttp2_settings_entry entries[] = {
      {NGHTTP2_SETTINGS_MAX_CONCURRENT_STREAMS, settings.max_streams},
      {NGHTTP2_SETTINGS_MAX_HEADER_LIST_SIZE, static_cast<uint32_t>(http2::kHeaderListBytes)},
  };
  nghttp2_submit_settings(impl_->session, NGHTTP2_FLAG_NONE, entries, std::size(entries));
}

Http2Server::~Http2Server() = default;

void Http2Server::respond(int32_t stream, int status, const Headers& headers) {
  if (impl_->find(stream) == nullptr) return;
  const std::string status_text = std::to_string(status);
  std::vector<nghttp2_nv> fields = {header_of(":status", status_text)};
  for (const auto& [name, value] : headers) fields.push_back(header_of(name, value));
  nghttp2_data_provider provider{};
  provider.read_callback = Impl::read_answer;
  nghttp2_submit_response(impl_->session, stream, fields.data(), fields.size(), &provider);
}

void Http2Server::write(int32_t stream, std::string_view bytes) {
  if (auto* found = impl_->find(stream)) {
    found->outgoing.append(bytes);
    impl_->resume(stream, *found);
  }
}

void Http2Server::end(int32_t stream) {
  if (auto* found = impl_->find(stream)) {
    found->ended = true;
    impl_->resume(stream, *found);
  }
}

void Http2Server::reset(int32_t stream, uint32_t error_code) {
  if (impl_->find(stream) == nullptr) return;
  nghttp2_submit_rst_stream(impl_->session, NGHTTP2_FLAG_NONE, stream, error_code);
}

void Http2Server::goaway() {
  const int32_t last = nghttp2_session_get_last_proc_stream_id(impl_->session);
  nghttp2_submit_goaway(impl_->session, NGHTTP2_FLAG_NONE, last, NGHTTP2_NO_ERROR, nullptr, 0);
}

size_t Http2Server::queued(int32_t stream) const {
  const auto* found = impl_->find(stream);
  return found == nullptr ? 0 : found->outgoing.size() - found->taken;
}

base::Result<void> Http2Server::receive(std::string_view bytes) {
  return http2::receive(impl_->session, bytes);
}
bool Http2Server::ended() const {
  return http2::ended(impl_->session);
}
bool Http2Server::has_output() const {
  return nghttp2_session_want_write(impl_->session) != 0;
}
std::string Http2Server::take_output() {
  return http2::take_output(impl_->session);
}

}  // namespace masthead::proto
