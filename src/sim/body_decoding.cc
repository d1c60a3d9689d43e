#include "sim/body_decoding.h"

#include <fmt/format.h>

#include "sim/kind_decoding.h"

namespace masthead::sim {
namespace {

// As an object of a Go package: "core.ConfigMap", "authorization.SelfSubjectAccessReview".
std::string internal_name(const ResourceType& type) {
  return (type.group.empty() ? "core" : type.group.substr(0, type.group.find('.'))) + "." +
         type.kind;
}

// What the decoder says of a body.
Outcome<void> unreadable(const WriteContext& context, const Document& object,
                         const std::string& why) {
  if (context.patch) {
    return refuse(
        invalid(ResourceType(), "",
                {{"FieldValueInvalid",
                  fmt::format("Invalid value: {}: {}", to_text(Document(to_text(object))), why),
                  "patch"}}));
  }
  const std::string_view kind = text_at(object, {"kind"});
  const std::string_view version = text_at(object, {"apiVersion"});
  const size_t slash = version.find('/');
  return refuse(bad_request(fmt::format(
      "{} in version \"{}\" cannot be handled as a {}: {}",
      kind.empty() ? std::string_view(context.type.kind) : kind,
      version.empty() ? context.version
                      : std::string(version.substr(slash == version.npos ? 0 : slash + 1)),
      context.type.kind, why)));
}

// Labels and annotations are texts.
Outcome<void> check_map_of_texts(const WriteContext& context, const Document& object,
                                 std::string_view field) {
  const Document* map = find(object, {"metadata", field});
  if (map == nullptr || map->is_null()) return {};
  const Document* wrong = map->is_object() ? nullptr : map;
  if (map->is_object()) {
    for (const auto& [key, value] : map->get_object()) {
      if (!value.is_string()) wrong = &value;
    }
  }
  if (wrong == nullptr) return {};
  return unreadable(
      context, object,
      fmt::format(
          "json: cannot unmarshal {} into Go struct field ObjectMeta.metadata.{} of type {}",
          go_name(*wrong), field, wrong == map ? "map[string]string" : "string"));
}

}  // namespace

Outcome<void> check_kind(const WriteContext& context, const Document& object) {
  if (!object.is_object()) {
    return refuse(
        bad_request("couldn't get version/kind; json parse error: json: cannot unmarshal "
                    "into Go value of type struct"));
  }
  const ResourceType& type = context.type;
  const std::string_view kind = text_at(object, {"kind"});
  const std::string_view version = text_at(object, {"apiVersion"});
  const std::string wanted = type.api_version(context.version);
  if (type.custom && !version.empty() && version != wanted) {
    return refuse(bad_request(
        fmt::format("the API version in the data ({}) does not match the expected API version ({})",
                    version, wanted)));
  }
  if (type.custom && !kind.empty() && kind != type.kind) {
    ResourceType other = type;
    other.kind = kind;
    return refuse(
        invalid(other, text_at(object, {"metadata", "name"}),
                {{"FieldValueInvalid",
                  fmt::format("Invalid value: \"{}\": must be {}", kind, type.kind), "kind"}}));
  }
  if (!version.empty() && version != wanted) {
    return unreadable(context, object,
                      fmt::format("no kind \"{}\" is registered for version \"{}\" in scheme "
                                  "\"pkg/runtime/scheme.go:111\"",
                                  kind.empty() ? std::string_view(type.kind) : kind, version));
  }
  if (!kind.empty() && kind != type.kind) {
    return unreadable(context, object,
                      fmt::format("converting ({}.{}) to ({}): unknown conversion", context.version,
                                  kind, internal_name(type)));
  }
  return {};
}

Outcome<void> decode_body(const WriteContext& context, Document& object) {
  for (const std::string_view map : {"labels", "annotations"}) {
    if (auto good = check_map_of_texts(context, object, map); !good) return good;
  }
  std::string unknown;
  if (auto good = decode_fields(context.type, object, unknown); !good) {
    return unreadable(context, object, good.error());
  }
  if (!unknown.empty() && context.strict) {
    return unreadable(context, object,
                      fmt::format("strict decoding error: unknown field \"{}\"", unknown));
  }
  return {};
}

}  // namespace masthead::sim
