#include "proto/websocket.h"

#include <openssl/evp.h>
#include <openssl/sha.h>

#include <algorithm>

#include "base/check.h"
#include "base/utf8.h"

namespace masthead::proto {
namespace {

constexpr uint8_t kContinuation = 0x0, kText = 0x1, kBinary = 0x2, kClose = 0x8, kPing = 0x9,
                  kPong = 0xA;
constexpr bool is_control(uint8_t opcode) {
  return (opcode & 0x8) != 0;
}

// XORs data that starts at `offset` of the payload.
void apply_mask(char* data, size_t size, const std::array<uint8_t, 4>& mask, uint64_t offset) {
  for (size_t i = 0; i < size; ++i) {
    data[i] = static_cast<char>(data[i] ^ static_cast<char>(mask[(offset + i) & 3]));
  }
}

// RFC 6455 §7.4: 1000 to 1003, 1007 to 1014 and 3000 to 4999 may be sent.
bool is_sendable_close_code(unsigned code) {
  return (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014) ||
         (code >= 3000 && code <= 4999);
}

WebSocketError violation(std::string text) {
  return {kCloseProtocolError, std::move(text)};
}

}  // namespace

WebSocketCodec::WebSocketCodec(Side side, size_t message_limit, base::Random* random)
    : side_(side), message_limit_(message_limit), random_(random) {
  CHECK(side == Side::kServer || random != nullptr, "a client masks what it sends (§5.3)");
}

std::string WebSocketCodec::frame(uint8_t opcode, std::string_view payload) {
  std::string out;
  out.reserve(payload.size() + 14);
  out += static_cast<char>(0x80 | opcode);
  const auto mask_bit = static_cast<uint8_t>(side_ == Side::kClient ? 0x80 : 0);
  const size_t size = payload.size();
  if (size < 126) {
    out += static_cast<char>(mask_bit | size);
  } else {
    const int bytes = size <= 0xFFFF ? 2 : 8;
    out += static_cast<char>(mask_bit | (bytes == 2 ? 126 : 127));
    for (int i = bytes - 1; i >= 0; --i)
      out += static_cast<char>((uint64_t{size} >> (8 * i)) & 0xFF);
  }
  if (side_ == Side::kServer) return out.append(payload);
  std::array<uint8_t, 4> mask;
  const uint64_t noise = random_->next();
  for (size_t i = 0; i < 4; ++i) mask[i] = static_cast<uint8_t>(noise >> (8 * i + 16));
  for (const uint8_t byte : mask) out += static_cast<char>(byte);
  const size_t start = out.size();
  out.append(payload);
  apply_mask(out.data() + start, size, mask, 0);
  return out;
}

std::string WebSocketCodec::close(uint16_t code, std::string_view reason) {
  std::string payload;
  if (code != kCloseNoStatus) {
    payload += static_cast<char>(code >> 8);
    payload += static_cast<char>(code & 0xFF);
    payload += base::utf8_prefix(reason, 123);
  }
  return frame(kClose, payload);
}

std::optional<WebSocketError> WebSocketCodec::read_header(std::string_view bytes,
                                                          std::optional<Header>& out) {
  if (bytes.size() < 2) return std::nullopt;
  const auto byte = [&](size_t i) { return static_cast<uint8_t>(bytes[i]); };
  Header header;
  header.fin = (byte(0) & 0x80) != 0;
  header.opcode = byte(0) & 0x0F;
  if ((byte(0) & 0x70) != 0) return violation("a reserved bit without an extension (§5.2)");
  if (header.opcode > kPong || (header.opcode > kBinary && header.opcode < kClose)) {
    return violation("a reserved opcode (§5.2)");
  }
  const bool masked = (byte(1) & 0x80) != 0;
  if (masked != (side_ == Side::kServer)) {
    return violation(masked ? "a masked frame from a server (§5.1)"
                            : "an unmasked frame from a client (§5.1)");
  }
  const uint8_t short_length = byte(1) & 0x7F;
  const size_t extra = short_length == 126 ? 2 : short_length == 127 ? 8 : 0;
  header.size = 2 + extra + (masked ? 4 : 0);
  if (is_control(header.opcode) && (extra > 0 || !header.fin)) {
    return violation("a control frame that is fragmented or above 125 bytes (§5.5)");
  }
  if (bytes.size() < header.size) return std::nullopt;
  header.length = short_length;
  if (extra > 0) {
    header.length = 0;
    for (size_t i = 0; i < extra; ++i) header.length = header.length << 8 | byte(2 + i);
    if (header.length < (extra == 2 ? 126u : 0x10000u) || (header.length >> 63) != 0) {
      return violation("a length that is not written in its shortest form (§5.2)");
    }
  }
  for (size_t i = 0; masked && i < 4; ++i) header.mask[i] = byte(2 + extra + i);
  if (!is_control(header.opcode)) {
    if ((header.opcode == kContinuation) != (message_opcode_ != 0)) {
      return violation(message_opcode_ == 0 ? "a continuation of no message (§5.4)"
                                            : "a new message inside a fragmented one (§5.4)");
    }
    if (header.length > message_limit_ - message_.size()) {
      return WebSocketError{kCloseTooBig,
                            "a message above " + std::to_string(message_limit_) + " bytes"};
    }
    if (header.opcode != kContinuation) message_opcode_ = header.opcode;
  }
  out = header;
  return std::nullopt;
}

std::optional<WebSocketError> WebSocketCodec::feed(
    std::string_view bytes, const std::function<void(WebSocketMessage)>& on_message) {
  if (failed_) return violation("the connection has failed already");
  // §5.5.1: nothing that follows a Close frame is looked at.
  while (!closed_) {
    if (!header_) {
      if (bytes.empty()) return std::nullopt;
      const size_t kept = header_bytes_.size();
      header_bytes_.append(bytes.substr(0, 14 - kept));
      if (auto error = read_header(header_bytes_, header_)) {
        failed_ = true;
        return error;
      }
      if (!header_) return std::nullopt;  // all of `bytes` is kept: a header has at most 14
      bytes.remove_prefix(header_->size - kept);
      header_bytes_.clear();
      payload_seen_ = 0;
    }
    std::string& target = is_control(header_->opcode) ? control_ : message_;
    const std::string_view part = bytes.substr(0, header_->length - payload_seen_);
    const size_t start = target.size();
    target.append(part);
    if (side_ == Side::kServer) {
      apply_mask(target.data() + start, part.size(), header_->mask, payload_seen_);
    }
    payload_seen_ += part.size();
    bytes.remove_prefix(part.size());
    if (payload_seen_ < header_->length) return std::nullopt;
    if (auto error = finish_frame(on_message)) {
      failed_ = true;
      return error;
    }
  }
  return std::nullopt;
}

std::optional<WebSocketError> WebSocketCodec::finish_frame(
    const std::function<void(WebSocketMessage)>& deliver) {
  const Header header = *header_;
  header_.reset();
  if (is_control(header.opcode)) {
    if (header.opcode == kClose) return finish_close(deliver);
    deliver({header.opcode == kPing ? WebSocketMessage::Type::kPing : WebSocketMessage::Type::kPong,
             std::exchange(control_, {})});
    return std::nullopt;
  }
  if (!header.fin) return std::nullopt;
  const bool is_text = std::exchange(message_opcode_, uint8_t{0}) == kText;
  if (is_text && !base::is_utf8(message_)) {
    return WebSocketError{kCloseBadData, "a text message that is not UTF-8 (§8.1)"};
  }
  deliver({is_text ? WebSocketMessage::Type::kText : WebSocketMessage::Type::kBinary,
           std::exchange(message_, {})});
  return std::nullopt;
}

std::optional<WebSocketError> WebSocketCodec::finish_close(
    const std::function<void(WebSocketMessage)>& deliver) {
  const std::string payload = std::exchange(control_, {});
  uint16_t code = kCloseNoStatus;
  if (payload.size() == 1) return violation("a close frame of one byte (§5.5.1)");
  if (payload.size() >= 2) {
    code = static_cast<uint16_t>(static_cast<uint8_t>(payload[0]) << 8 |
                                 static_cast<uint8_t>(payload[1]));
    if (!is_sendable_close_code(code)) return violation("a close code that is never sent (§7.4)");
    if (!base::is_utf8(std::string_view(payload).substr(2))) {
      return WebSocketError{kCloseBadData, "a close reason that is not UTF-8 (§5.5.1)"};
    }
  }
  closed_ = true;
  deliver({WebSocketMessage::Type::kClose, payload.size() > 2 ? payload.substr(2) : "", code});
  return std::nullopt;
}

std::string websocket_accept_key(std::string_view key) {
  // §4.2.2: the key and this GUID, SHA-1, base64.
  const std::string text = std::string(key) + "258EAFA5-E914-47DA-95CA-C5AB0DC85B11";
  std::array<unsigned char, SHA_DIGEST_LENGTH> digest;
  SHA1(reinterpret_cast<const unsigned char*>(text.data()), text.size(), digest.data());
  std::array<unsigned char, 32> encoded{};
  const int size = EVP_EncodeBlock(encoded.data(), digest.data(), SHA_DIGEST_LENGTH);
  return {reinterpret_cast<const char*>(encoded.data()), static_cast<size_t>(size)};
}

std::optional<RequestError> check_websocket_upgrade(const Request& request) {
  if (request.method != "GET") return RequestError{405, "a WebSocket starts with GET"};
  if (request.minor_version < 1) return RequestError{400, "a WebSocket needs HTTP/1.1"};
  if (!has_token(request.header("upgrade"), "websocket") ||
      !has_token(request.header("connection"), "upgrade")) {
    return RequestError{426, "this address speaks WebSocket"};
  }
  if (request.header("sec-websocket-version") != "13") {
    return RequestError{426, "only WebSocket version 13 is spoken"};
  }
  // §4.1: "a randomly selected 16-byte value that has been base64-encoded": 22 characters and "==".
  const std::string_view key = request.header("sec-websocket-key");
  if (count_header(request.headers, "sec-websocket-key") != 1 || key.size() != 24 ||
      !key.ends_with("==")) {
    return RequestError{400, "a malformed Sec-WebSocket-Key"};
  }
  return std::nullopt;
}

std::string websocket_upgrade_answer(const Request& request, std::string_view protocol) {
  std::string answer =
      "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
      "Sec-WebSocket-Accept: " +
      websocket_accept_key(request.header("sec-websocket-key")) + "\r\n";
  if (!protocol.empty()) answer.append("Sec-WebSocket-Protocol: ").append(protocol).append("\r\n");
  return answer + "\r\n";
}

}  // namespace masthead::proto
