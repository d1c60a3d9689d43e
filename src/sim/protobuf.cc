#include "sim/protobuf.h"

#include <fmt/format.h>

#include <algorithm>
#include <optional>

#include "base/base64.h"
#include "base/limits.h"
#include "base/time_format.h"
#include "base/utf8.h"
#include "sim/protobuf_fields.h"

namespace masthead::sim {
namespace {

using protobuf::Field;
using protobuf::Message;
using protobuf::Wants;
using protobuf::Wire;
using Decoded = std::expected<Document, ProtobufRefusal>;

std::unexpected<ProtobufRefusal> malformed(std::string text) {
  return std::unexpected(ProtobufRefusal{false, std::move(text)});
}
std::unexpected<ProtobufRefusal> unsupported(std::string text) {
  return std::unexpected(ProtobufRefusal{true, std::move(text)});
}

// One field as it is on the wire: a number or bytes.
struct Token {
  uint32_t number = 0;
  bool is_bytes = false;
  uint64_t value = 0;
  std::string_view bytes;
};

std::optional<uint64_t> take_varint(std::string_view& from) {
  uint64_t value = 0;
  for (unsigned shift = 0; shift < 64 && !from.empty(); shift += 7) {
    const auto byte = static_cast<unsigned char>(from.front());
    from.remove_prefix(1);
    value |= static_cast<uint64_t>(byte & 0x7f) << shift;
    if ((byte & 0x80) == 0) return value;
  }
  return std::nullopt;
}

std::optional<Token> take_token(std::string_view& from) {
  const auto tag = take_varint(from);
  if (!tag || *tag >> 3 == 0 || *tag >> 3 > UINT32_MAX) return std::nullopt;
  Token token;
  token.number = static_cast<uint32_t>(*tag >> 3);
  const uint64_t wire_type = *tag & 7;
  if (wire_type != 0 && wire_type != 2) return std::nullopt;  // Kubernetes has no other
  const auto value = take_varint(from);
  if (!value) return std::nullopt;
  token.value = *value;
  if (wire_type == 0) return token;
  if (*value > from.size()) return std::nullopt;
  token.is_bytes = true;
  token.bytes = from.substr(0, *value);
  from.remove_prefix(*value);
  return token;
}

// The last bytes or number of each of the first fields of a small message.
struct SmallMessage {
  static constexpr uint32_t kFields = 4;
  Token fields[kFields + 1];
};

std::optional<SmallMessage> small_message(std::string_view bytes) {
  SmallMessage message;
  while (!bytes.empty()) {
    const auto token = take_token(bytes);
    if (!token) return std::nullopt;
    if (token->number <= SmallMessage::kFields) message.fields[token->number] = *token;
  }
  return message;
}

const Message* message_named(std::string_view name) {
  for (const auto messages : {protobuf::object_messages(), protobuf::pod_messages()}) {
    const auto found = std::ranges::find(messages, name, &Message::name);
    if (found != messages.end()) return &*found;
  }
  return nullptr;
}

bool is_nothing(const Document& value) {
  if (value.is_string()) return value.get_string().empty();
  if (value.is_int64()) return value.get_int64() == 0;
  if (value.is_bool()) return !value.get_bool();
  if (value.is_object()) return value.get_object().empty();
  return value.is_null();
}

class Decoder {
 public:
  Decoded message(const Message& of, std::string_view bytes, size_t depth) {
    Fields fields;
    if (depth > limits::kJsonDepth) return malformed("nested too deep");
    while (!bytes.empty()) {
      const auto token = take_token(bytes);
      if (!token) return malformed(fmt::format("{} ends amid a field", of.name));
      const auto field = std::ranges::find(of.fields, token->number, &Field::number);
      if (field == of.fields.end()) {
        if (token->is_bytes ? token->bytes.empty() : token->value == 0) continue;
        return unsupported(fmt::format("field {} of {}", token->number, of.name));
      }
      if (field->wire == Wire::kIgnored) continue;
      auto read = store(of, *field, *token, fields, depth);
      if (!read) return std::unexpected(read.error());
    }
    return fields;
  }

 private:
  static bool is_map(Wire wire) {
    return wire == Wire::kTextMap || wire == Wire::kBytesMap || wire == Wire::kQuantityMap;
  }

  std::expected<void, ProtobufRefusal> store(const Message& of, const Field& field,
                                             const Token& token, Fields& into, size_t depth) {
    const bool number = field.wire == Wire::kNumber || field.wire == Wire::kFlag;
    if (number == token.is_bytes) return malformed(fmt::format("{}.{}", of.name, field.name));
    if (is_map(field.wire)) return store_entry(of, field, token, into);
    auto value = value_of(of, field, token, depth);
    if (!value) return std::unexpected(value.error());
    if (field.name.empty()) {
      for (auto& [key, inner] : value->as_object()) into[key] = std::move(inner);
    } else if (field.wants == Wants::kRepeated) {
      Document& list = into[field.name];
      if (!list.is_array()) list = Items();
      list.get_array().push_back(std::move(*value));
    } else if (field.wants == Wants::kPointer || !is_nothing(*value)) {
      into[field.name] = std::move(*value);
    }
    return {};
  }

  static std::expected<void, ProtobufRefusal> store_entry(const Message& of, const Field& field,
                                                          const Token& token, Fields& into) {
    const auto entry = small_message(token.bytes);
    if (!entry) return malformed(fmt::format("{}.{}", of.name, field.name));
    std::string_view value = entry->fields[2].bytes;
    if (field.wire == Wire::kQuantityMap) {
      const auto quantity = small_message(value);
      if (!quantity) return malformed(fmt::format("{}.{}", of.name, field.name));
      value = quantity->fields[1].bytes;
    }
    const std::string_view key = entry->fields[1].bytes;
    const bool encoded = field.wire == Wire::kBytesMap;
    if (!base::is_utf8(key) || (!encoded && !base::is_utf8(value))) {
      return malformed(fmt::format("{}.{}", of.name, field.name));
    }
    object_in(into, field.name)[key] = encoded ? base::encode_base64(value) : std::string(value);
    return {};
  }

  static Decoded text(const Message& of, const Field& field, std::string_view bytes) {
    if (!base::is_utf8(bytes)) return malformed(fmt::format("{}.{}", of.name, field.name));
    return Document(bytes);
  }

  // The seconds of a Time are within the years that RFC 3339 can write.
  static Decoded time(const Message& of, const Field& field, uint64_t seconds) {
    constexpr uint64_t kYear10000 = 253'402'300'800;
    if (seconds == 0) return Document();
    if (seconds >= kYear10000) return malformed(fmt::format("{}.{}", of.name, field.name));
    return Document(base::format_rfc3339(static_cast<int64_t>(seconds) * 1000));
  }

  Decoded value_of(const Message& of, const Field& field, const Token& token, size_t depth) {
    switch (field.wire) {
      case Wire::kNumber:
        return Document(static_cast<int64_t>(token.value));
      case Wire::kFlag:
        return Document(token.value != 0);
      case Wire::kText:
        return text(of, field, token.bytes);
      case Wire::kBytes:
        return Document(base::encode_base64(token.bytes));
      case Wire::kMessage:
        return message(*message_named(field.message), token.bytes, depth + 1);
      default:
        break;
    }
    const auto parts = small_message(token.bytes);
    if (!parts) return malformed(fmt::format("{}.{}", of.name, field.name));
    const Token& first = parts->fields[1];
    if (field.wire == Wire::kQuantity) return text(of, field, first.bytes);
    if (field.wire == Wire::kTime) return time(of, field, first.value);
    if (first.value == 0) return Document(static_cast<int64_t>(parts->fields[2].value));
    return text(of, field, parts->fields[3].bytes);
  }
};

}  // namespace

std::expected<Document, ProtobufRefusal> from_protobuf(std::string_view bytes) {
  static constexpr std::string_view kMagic("k8s\0", 4);
  if (!bytes.starts_with(kMagic)) return malformed("provided data does not appear to be protobuf");
  const auto unknown = small_message(bytes.substr(kMagic.size()));
  if (!unknown) return malformed("no runtime.Unknown");
  const auto type = small_message(unknown->fields[1].bytes);
  if (!type) return malformed("no TypeMeta");
  const std::string_view kind = type->fields[2].bytes;
  if (!base::is_utf8(kind) || !base::is_utf8(type->fields[1].bytes))
    return malformed("no TypeMeta");
  const Message* message = message_named(kind);
  if (message == nullptr) return unsupported(fmt::format("kind \"{}\"", kind));
  auto object = Decoder().message(*message, unknown->fields[2].bytes, 0);
  if (!object) return object;
  object->as_object()["apiVersion"] = type->fields[1].bytes;
  object->as_object()["kind"] = kind;
  return object;
}

}  // namespace masthead::sim
