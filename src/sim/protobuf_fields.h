// The fields of the messages that protobuf.cc reads, from the generated.proto files of k8s.io/api
// and k8s.io/apimachinery. Private to protobuf*.cc.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

namespace masthead::sim::protobuf {

enum class Wire : uint8_t {
  kText,
  kBytes,  // base64 in JSON
  kNumber,
  kFlag,
  kMessage,
  kTextMap,
  kBytesMap,
  kQuantityMap,
  kTime,
  kQuantity,
  kIntOrString,
  kIgnored,  // the API server fills it in
};

// How a value of nothing ("", 0, false, an empty message) is meant.
enum class Wants : uint8_t {
  kValue,    // a Go value: nothing is written for it
  kPointer,  // a Go pointer: it stands there, so it was set
  kRepeated,
};

struct Field {
  uint32_t number;
  std::string_view name;  // in JSON; empty when its fields are those of the message around it
  Wire wire;
  std::string_view message = {};
  Wants wants = Wants::kValue;
};

struct Message {
  std::string_view name;
  std::span<const Field> fields;
};

std::span<const Message> object_messages();
std::span<const Message> pod_messages();

}  // namespace masthead::sim::protobuf
