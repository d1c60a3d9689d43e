#include "proto/websocket.h"

#include <gtest/gtest.h>
#include <rapidcheck/gtest.h>

namespace masthead::proto {
namespace {

using Type = WebSocketMessage::Type;

struct Heard {
  std::vector<WebSocketMessage> messages;
  std::optional<WebSocketError> error;
};

Heard hear(WebSocketCodec& codec, std::string_view bytes, size_t step = 1 << 20) {
  Heard heard;
  while (!bytes.empty() && !heard.error) {
    heard.error = codec.feed(bytes.substr(0, step),
                             [&](WebSocketMessage m) { heard.messages.push_back(std::move(m)); });
    bytes.remove_prefix(std::min(step, bytes.size()));
  }
  return heard;
}

// A client's frame with an all-zero mask.
std::string frame(int first, std::string_view payload, int length_bit = 0x80) {
  std::string out{static_cast<char>(first), static_cast<char>(length_bit | payload.size())};
  return out + std::string(length_bit != 0 ? 4 : 0, '\0') + std::string(payload);
}

uint16_t refusal(const std::string& bytes) {
  WebSocketCodec server(WebSocketCodec::Side::kServer);
  const Heard heard = hear(server, bytes);
  return heard.error ? heard.error->close_code : 0;
}

TEST(WebSocket, answers_the_key_of_the_rfc) {
  EXPECT_EQ(websocket_accept_key("dGhlIHNhbXBsZSBub25jZQ=="), "s3pPLMBiTxaQ9kYGzzhZRbK+xOo=");
}

TEST(WebSocket, reads_the_examples_of_the_rfc) {
  // §5.7: "Hello", masked, and in two unmasked fragments.
  WebSocketCodec server(WebSocketCodec::Side::kServer);
  const Heard masked = hear(server, "\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58");
  ASSERT_EQ(masked.messages.size(), 1u);
  EXPECT_EQ(masked.messages[0].data, "Hello");
  base::SeededRandom random(1);
  WebSocketCodec client(WebSocketCodec::Side::kClient, 100, &random);
  const Heard split = hear(client, "\x01\x03\x48\x65\x6c\x80\x02\x6c\x6f", 1);
  ASSERT_EQ(split.messages.size(), 1u);
  EXPECT_EQ(split.messages[0].data, "Hello");
}

RC_GTEST_PROP(WebSocket, what_one_side_writes_the_other_reads, ()) {
  const size_t size = *rc::gen::element<size_t>(0, 1, 125, 126, 127, 65535, 65536, 70000);
  const size_t step = *rc::gen::inRange<size_t>(1, 5000);
  const std::string data(size, 'x');
  base::SeededRandom random(size);
  WebSocketCodec server(WebSocketCodec::Side::kServer);
  WebSocketCodec client(WebSocketCodec::Side::kClient, limits::kFrameBytes, &random);
  const Heard up = hear(server, client.binary(data) + client.ping("p"), step);
  RC_ASSERT(up.messages.size() == 2 && up.messages[0].data == data);
  RC_ASSERT(up.messages[1].type == Type::kPing && up.messages[1].data == "p");
  const Heard down = hear(client, server.text(data) + server.close(1001, "bye"), step);
  RC_ASSERT(down.messages.size() == 2 && down.messages[0].data == data);
  RC_ASSERT(down.messages[1].close_code == 1001 && down.messages[1].data == "bye");
}

TEST(WebSocket, delivers_a_ping_between_the_fragments_of_a_message) {
  WebSocketCodec server(WebSocketCodec::Side::kServer);
  const Heard heard = hear(server, frame(0x01, "a") + frame(0x89, "p") + frame(0x80, "b"));
  ASSERT_EQ(heard.messages.size(), 2u);
  EXPECT_EQ(heard.messages[0].type, Type::kPing);
  EXPECT_EQ(heard.messages[1].data, "ab");
}

TEST(WebSocket, refuses_each_violation_with_its_close_code) {
  EXPECT_EQ(refusal(frame(0xC1, "x")), kCloseProtocolError) << "reserved bit";
  EXPECT_EQ(refusal(frame(0x83, "x")), kCloseProtocolError) << "reserved opcode";
  EXPECT_EQ(refusal(frame(0x8B, "x")), kCloseProtocolError) << "reserved control opcode";
  EXPECT_EQ(refusal(frame(0x81, "x", 0)), kCloseProtocolError) << "unmasked";
  EXPECT_EQ(refusal(frame(0x09, "x")), kCloseProtocolError) << "fragmented ping";
  EXPECT_EQ(refusal(frame(0x80, "x")), kCloseProtocolError) << "continuation of nothing";
  EXPECT_EQ(refusal(frame(0x01, "x") + frame(0x81, "y")), kCloseProtocolError) << "message inside";
  EXPECT_EQ(refusal(std::string("\x81\xFE\x00\x05\0\0\0\0hello", 13)), kCloseProtocolError)
      << "long form";
  EXPECT_EQ(refusal(std::string("\x89\xFE\x00\x7E\0\0\0\0", 8)), kCloseProtocolError)
      << "126 in a ping";
  EXPECT_EQ(refusal(frame(0x88, "x")), kCloseProtocolError) << "close of one byte";
  EXPECT_EQ(refusal(frame(0x88, "\x03\xED")), kCloseProtocolError) << "1005 in a frame";
  EXPECT_EQ(refusal(frame(0x88, "\x03\xE8\xFF")), kCloseBadData) << "reason";
  EXPECT_EQ(refusal(frame(0x81, "\xFF")), kCloseBadData) << "text";
  EXPECT_EQ(refusal(frame(0x82, "\xFF")), 0) << "binary is anything";
  base::SeededRandom random(1);
  WebSocketCodec client(WebSocketCodec::Side::kClient, 100, &random);
  EXPECT_TRUE(hear(client, frame(0x81, "x")).error) << "a server does not mask";
}

TEST(WebSocket, holds_the_message_limit_to_the_byte_also_over_fragments) {
  base::SeededRandom random(1);
  WebSocketCodec client(WebSocketCodec::Side::kClient, 1, &random);
  const auto refused = [&](const std::string& bytes) {
    WebSocketCodec server(WebSocketCodec::Side::kServer);
    const Heard heard = hear(server, bytes);
    return heard.error ? heard.error->close_code : uint16_t{0};
  };
  EXPECT_EQ(refused(client.binary(std::string(limits::kFrameBytes, 'x'))), 0);
  EXPECT_EQ(refused(client.binary(std::string(limits::kFrameBytes + 1, 'x'))), kCloseTooBig);
  std::string first = client.binary(std::string(limits::kFrameBytes - 1, 'x'));
  first[0] = 0x02;
  EXPECT_EQ(refused(first + frame(0x80, "x")), 0);
  EXPECT_EQ(refused(first + frame(0x80, "xx")), kCloseTooBig);
}

TEST(WebSocket, ignores_what_follows_a_close) {
  WebSocketCodec server(WebSocketCodec::Side::kServer);
  const Heard heard = hear(server, frame(0x88, "") + frame(0xFF, "x"));
  ASSERT_EQ(heard.messages.size(), 1u);
  EXPECT_EQ(heard.messages[0].close_code, kCloseNoStatus);
  EXPECT_FALSE(heard.error);
}

TEST(WebSocket, cuts_a_long_close_reason_between_characters) {
  WebSocketCodec server(WebSocketCodec::Side::kServer);
  std::string reason(122, 'x');
  reason += "\xC3\xBC";
  EXPECT_EQ(server.close(1000, reason).size(), 2 + 2 + 122u);
}

Request upgrade() {
  Request request;
  request.method = "GET";
  request.headers = {{"Host", "a"},
                     {"Upgrade", "websocket"},
                     {"Connection", "keep-alive, Upgrade"},
                     {"Sec-WebSocket-Version", "13"},
                     {"Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ=="}};
  return request;
}

TEST(WebSocket, checks_the_upgrade_request) {
  EXPECT_FALSE(check_websocket_upgrade(upgrade()));
  Request wrong = upgrade();
  wrong.method = "POST";
  EXPECT_EQ(check_websocket_upgrade(wrong)->status, 405);
  for (const size_t i : {1, 2, 3}) {
    wrong = upgrade();
    wrong.headers[i].second = "x";
    EXPECT_EQ(check_websocket_upgrade(wrong)->status, 426) << i;
  }
  wrong = upgrade();
  wrong.headers[4].second = "short==";
  EXPECT_EQ(check_websocket_upgrade(wrong)->status, 400);
  EXPECT_NE(websocket_upgrade_answer(upgrade(), "v1").find("Sec-WebSocket-Protocol: v1\r\n"),
            std::string::npos);
}

}  // namespace
}  // namespace masthead::proto
