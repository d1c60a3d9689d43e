#include "sim/kind_decoding.h"

#include <fmt/format.h>

#include <algorithm>
#include <vector>

#include "base/base64.h"

namespace masthead::sim {
namespace {

std::unexpected<std::string> misfit(const Document& value, const std::string& field,
                                    std::string_view wanted) {
  return std::unexpected(fmt::format("json: cannot unmarshal {} into Go struct field {} of type {}",
                                     go_name(value), field, wanted));
}

// A map of texts; of bytes where `base64`.
std::expected<void, std::string> decode_map(Fields& fields, const char* key, bool base64,
                                            const std::string& kind) {
  Document* value = fields.if_contains(key);
  if (value == nullptr) return {};
  const std::string field = kind + "." + key;
  if (!value->is_null() && !value->is_object()) {
    return misfit(*value, field, base64 ? "map[string][]uint8" : "map[string]string");
  }
  if (value->is_null() || value->get_object().empty()) {
    fields.erase(key);
    return {};
  }
  for (auto& [name, text] : value->get_object()) {
    if (text.is_null()) text = "";
    if (!text.is_string()) return misfit(text, field, base64 ? "[]uint8" : "string");
    if (base64 && !base::decode_base64(text.get_string())) {
      return std::unexpected("illegal base64 data at input byte 0");
    }
  }
  return {};
}

std::expected<void, std::string> decode_flag(Fields& fields, const char* key,
                                             const std::string& kind) {
  const Document* value = fields.if_contains(key);
  if (value == nullptr) return {};
  if (!value->is_null() && !value->is_bool()) return misfit(*value, kind + "." + key, "bool");
  if (value->is_null()) fields.erase(key);
  return {};
}

std::string drop_unknown(Fields& fields, std::initializer_list<std::string_view> known) {
  std::vector<std::string> surplus;
  for (const auto& [key, value] : fields) {
    const std::string_view name(key.data(), key.size());
    if (std::find(known.begin(), known.end(), name) == known.end()) surplus.emplace_back(name);
  }
  for (const std::string& key : surplus) fields.erase(key);
  return surplus.empty() ? "" : surplus.front();
}

void merge_text_data(Fields& fields) {
  const Document* texts = fields.if_contains("stringData");
  if (texts == nullptr) return;
  const Document given = *texts;
  Fields& data = object_in(fields, "data");
  for (const auto& [key, value] : given.get_object()) {
    data[key] = base::encode_base64(value.get_string());
  }
  fields.erase("stringData");
}

}  // namespace

std::string_view go_name(const Document& value) {
  if (value.is_array()) return "array";
  if (value.is_object()) return "object";
  if (value.is_string()) return "string";
  return value.is_bool() ? "bool" : "number";
}

std::expected<void, std::string> decode_fields(const ResourceType& type, Document& object,
                                               std::string& unknown) {
  const bool secret = type.group.empty() && type.plural == "secrets";
  const bool map = type.group.empty() && type.plural == "configmaps";
  if (!secret && !map) return {};
  Fields& fields = object.get_object();
  if (secret) {
    unknown = drop_unknown(
        fields, {"apiVersion", "kind", "metadata", "data", "immutable", "stringData", "type"});
  } else {
    unknown =
        drop_unknown(fields, {"apiVersion", "kind", "metadata", "data", "immutable", "binaryData"});
  }
  if (auto good = decode_map(fields, "data", secret, type.kind); !good) return good;
  if (auto good = decode_flag(fields, "immutable", type.kind); !good) return good;
  if (map) return decode_map(fields, "binaryData", true, type.kind);
  if (auto good = decode_map(fields, "stringData", false, type.kind); !good) return good;
  merge_text_data(fields);
  return {};
}

}  // namespace masthead::sim
