#include "net/tls.h"

#include <openssl/err.h>
#include <openssl/ssl.h>

#include <utility>

#include "base/check.h"
#include "net/loop_access.h"
#include "net/tls_context.h"

namespace masthead::net {
namespace {

// OpenSSL works on two memory buffers; this moves bytes between them and the inner stream. After a
// callback of the owner has been called, `this` may be gone: such calls are always the last thing.
class OpensslStream final : public TlsStream {
 public:
  OpensslStream(Loop& loop, std::unique_ptr<ByteStream> inner)
      : loop_(loop), inner_(std::move(inner)) {}

  base::Result<void> set_up(const TlsClientOptions& options) {
    report_ = std::make_unique<VerifyReport>();
    ssl_ = TRY(make_client_ssl(options, *report_));
    return {};
  }
  base::Result<void> set_up(const TlsServerOptions& options) {
    ssl_ = TRY(make_server_ssl(options));
    return {};
  }

  void handshake(HandshakeCallback callback) override {
    on_handshake_ = std::move(callback);
    later([this] { continue_handshake(); });
  }
  void read_some(ReadCallback callback) override {
    CHECK(!on_read_, "one read at a time");
    on_read_ = std::move(callback);
    if (closed_) {
      return later([this] {
        deliver(base::fail(base::ErrorCode::kCancelled, "the connection was closed"));
      });
    }
    // OpenSSL may hold plain bytes that no further read of the socket would announce.
    if (drained_) return read_inner();
    later([this] { continue_read(); });
  }
  void write(std::string bytes, WriteCallback callback) override;
  void close() override;
  std::string peer() const override { return inner_->peer(); }
  std::string protocol() const override;
  std::string peer_certificate_fingerprint() const override;

 private:
  void later(Function function) {
    loop_.post([alive = std::weak_ptr<bool>(alive_), function = std::move(function)]() mutable {
      if (!alive.expired()) function();
    });
  }
  void continue_handshake();
  void continue_read();
  void read_inner();
  void on_inner_read(base::Result<std::string_view> bytes);
  void flush();
  void on_inner_written(base::Result<void> result);
  void fail_handshake(base::Error error);
  void deliver(base::Result<std::string_view> result) {
    auto callback = std::exchange(on_read_, nullptr);
    if (callback) callback(std::move(result));
  }

  Loop& loop_;
  std::unique_ptr<ByteStream> inner_;
  std::unique_ptr<VerifyReport> report_;
  Ssl ssl_;
  HandshakeCallback on_handshake_;
  ReadCallback on_read_;
  WriteCallback on_written_;
  std::string outgoing_;  // cipher text that waits for the write before it
  bool reading_ = false, writing_ = false, inner_ended_ = false, closed_ = false;
  bool drained_ = false;  // the last SSL_read wanted more cipher text
  std::shared_ptr<bool> alive_ = std::make_shared<bool>(true);
};

void OpensslStream::read_inner() {
  if (reading_ || closed_) return;
  reading_ = true;
  inner_->read_some([this](base::Result<std::string_view> bytes) {
    reading_ = false;
    on_inner_read(std::move(bytes));
  });
}

void OpensslStream::on_inner_read(base::Result<std::string_view> bytes) {
  if (!bytes) {
    if (on_handshake_) return fail_handshake(std::move(bytes).error());
    return deliver(std::unexpected(std::move(bytes).error()));
  }
  if (bytes->empty()) inner_ended_ = true;
  BIO_write(SSL_get_rbio(ssl_.get()), bytes->data(), static_cast<int>(bytes->size()));
  if (on_handshake_) return continue_handshake();
  continue_read();
}

void OpensslStream::fail_handshake(base::Error error) {
  auto callback = std::exchange(on_handshake_, nullptr);
  callback(std::unexpected(std::move(error)));
}

void OpensslStream::continue_handshake() {
  if (!on_handshake_) return;
  ERR_clear_error();
  const int result = SSL_do_handshake(ssl_.get());
  const int error = SSL_get_error(ssl_.get(), result);
  flush();  // also the alert that says why we refuse
  if (result == 1) {
    auto callback = std::exchange(on_handshake_, nullptr);
    return callback({});
  }
  if (error == SSL_ERROR_WANT_READ && !inner_ended_) return read_inner();
  fail_handshake(handshake_error(report_.get(), peer()));
}

void OpensslStream::continue_read() {
  if (!on_read_ || closed_) return;
  ERR_clear_error();
  const auto buffer = plain_buffer_of(loop_);
  size_t filled = 0;
  int result = 1;
  while (filled < buffer.size() && result > 0) {
    result = SSL_read(ssl_.get(), buffer.data() + filled, static_cast<int>(buffer.size() - filled));
    if (result > 0) filled += static_cast<size_t>(result);
  }
  const int error = result > 0 ? SSL_ERROR_NONE : SSL_get_error(ssl_.get(), result);
  drained_ = error == SSL_ERROR_WANT_READ && !inner_ended_;
  flush();  // key updates are answered
  if (filled > 0) return deliver(std::string_view(buffer.data(), filled));
  if (error == SSL_ERROR_ZERO_RETURN) return deliver(std::string_view());
  if (error == SSL_ERROR_WANT_READ) {
    if (!inner_ended_) return read_inner();
    return deliver(base::fail(base::ErrorCode::kUnavailable,
                              "connection to " + peer() + ": ended without TLS close_notify"));
  }
  deliver(std::unexpected(stream_error(peer())));
}

void OpensslStream::write(std::string bytes, WriteCallback callback) {
  CHECK(!on_written_, "one write at a time");
  on_written_ = std::move(callback);
  ERR_clear_error();
  size_t done = 0;
  while (!closed_ && done < bytes.size()) {
    const size_t part = std::min<size_t>(bytes.size() - done, 1 << 30);
    const int result = SSL_write(ssl_.get(), bytes.data() + done, static_cast<int>(part));
    if (result <= 0) break;
    done += static_cast<size_t>(result);
  }
  if (done < bytes.size()) {
    base::Error error = closed_ ? base::Error{base::ErrorCode::kCancelled, "closed", {}, {}, 0}
                                : stream_error(peer());
    later([this, error = std::move(error)]() mutable {
      auto written = std::exchange(on_written_, nullptr);
      if (written) written(std::unexpected(std::move(error)));
    });
    return;
  }
  flush();
  if (!writing_) later([this] { on_inner_written({}); });  // an empty write
}

void OpensslStream::flush() {
  char* data = nullptr;
  const long size = BIO_get_mem_data(SSL_get_wbio(ssl_.get()), &data);
  if (size > 0) {
    outgoing_.append(data, static_cast<size_t>(size));
    (void)BIO_reset(SSL_get_wbio(ssl_.get()));
  }
  if (writing_ || outgoing_.empty() || closed_) return;
  writing_ = true;
  inner_->write(std::exchange(outgoing_, {}), [this](base::Result<void> result) {
    writing_ = false;
    on_inner_written(std::move(result));
  });
}

void OpensslStream::on_inner_written(base::Result<void> result) {
  if (result) {
    flush();
    if (writing_) return;
  }
  auto callback = std::exchange(on_written_, nullptr);
  if (callback) callback(std::move(result));
}

void OpensslStream::close() {
  if (closed_) return;
  // close_notify is sent if the socket takes it at once; nobody waits for the peer's.
  if (SSL_is_init_finished(ssl_.get()) != 0 && !writing_) {
    SSL_shutdown(ssl_.get());
    flush();
  }
  closed_ = true;
  inner_->close();
  later([this, alive = std::weak_ptr<bool>(alive_)] {
    const base::Error error{base::ErrorCode::kCancelled, "the connection was closed", {}, {}, 0};
    if (on_handshake_) fail_handshake(error);
    // Each callback may have destroyed the stream.
    if (!alive.expired() && on_read_) deliver(std::unexpected(error));
    if (alive.expired()) return;
    if (auto written = std::exchange(on_written_, nullptr)) written(std::unexpected(error));
  });
}

std::string OpensslStream::protocol() const {
  const unsigned char* name = nullptr;
  unsigned int size = 0;
  SSL_get0_alpn_selected(ssl_.get(), &name, &size);
  return name == nullptr ? std::string() : std::string(reinterpret_cast<const char*>(name), size);
}

std::string OpensslStream::peer_certificate_fingerprint() const {
  const X509* certificate = SSL_get0_peer_certificate(ssl_.get());
  unsigned char digest[EVP_MAX_MD_SIZE];
  unsigned int size = 0;
  if (certificate == nullptr || X509_digest(certificate, EVP_sha256(), digest, &size) != 1)
    return {};
  static constexpr char kDigits[] = "0123456789abcdef";
  std::string text;
  for (unsigned int i = 0; i < size; ++i) {
    text += kDigits[digest[i] >> 4];
    text += kDigits[digest[i] & 15];
  }
  return text;
}

}  // namespace

base::Result<std::unique_ptr<TlsStream>> TlsStream::client(Loop& loop,
                                                           std::unique_ptr<ByteStream> inner,
                                                           const TlsClientOptions& options) {
  auto stream = std::make_unique<OpensslStream>(loop, std::move(inner));
  TRY_VOID(stream->set_up(options));
  return stream;
}

base::Result<std::unique_ptr<TlsStream>> TlsStream::server(Loop& loop,
                                                           std::unique_ptr<ByteStream> inner,
                                                           const TlsServerOptions& options) {
  auto stream = std::make_unique<OpensslStream>(loop, std::move(inner));
  TRY_VOID(stream->set_up(options));
  return stream;
}

}  // namespace masthead::net
