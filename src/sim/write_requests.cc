#include "sim/write_requests.h"

#include <fmt/format.h>

#include <algorithm>

#include "sim/kind_decoding.h"

namespace masthead::sim {
namespace {

std::string manager_of(const ApiRequest& request) {
  const std::string_view named = request.parameter("fieldManager");
  if (!named.empty()) return std::string(named);
  // "prefixFromUserAgent": up to the first slash.
  const std::string_view agent = request.header("user-agent");
  return std::string(agent.substr(0, std::min(agent.find('/'), agent.size())));
}

// A body in a message: as it is where it looks like JSON, or in hexadecimal digits.
std::string shown_body(std::string_view body) {
  if (body.empty()) return "<empty>";
  constexpr size_t kMost = 1'024;
  if (body.starts_with('{')) return std::string(body.substr(0, kMost));
  std::string out;
  for (const char c : body.substr(0, kMost)) {
    out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  }
  return out;
}

}  // namespace

WriteContext context_of(const ApiRequest& request, const ResourceType& type, int64_t now_ms,
                        base::Random& random) {
  return {type,
          request.version,
          request.subresource,
          manager_of(request),
          "Update",
          now_ms,
          random,
          request.verb == "patch",
          request.parameter("fieldValidation") == "Strict"};
}

std::string_view media_type(const ApiRequest& request) {
  std::string_view type = request.header("content-type");
  type = type.substr(0, std::min(type.find(';'), type.size()));
  while (!type.empty() && type.back() == ' ') type.remove_suffix(1);
  return type;
}

// fieldManager, fieldValidation, force.
Outcome<void> check_write_options(const ApiRequest& request, const char* options) {
  std::vector<ApiStatus::Cause> causes;
  const std::string_view manager = request.parameter("fieldManager");
  const std::string_view validation = request.parameter("fieldValidation");
  if (request.verb == "patch" && request.has_parameter("force")) {
    causes.push_back(
        {"FieldValueForbidden", "Forbidden: may not be specified for non-apply patch", "force"});
  }
  if (manager.size() > 128) {
    causes.push_back(
        {"FieldValueTooLong", "Too long: may not be more than 128 bytes", "fieldManager"});
  }
  const auto control = std::find_if(manager.begin(), manager.end(), [](char c) {
    return static_cast<unsigned char>(c) < ' ' || c == 0x7f;
  });
  if (control != manager.end()) {
    causes.push_back(
        {"FieldValueInvalid",
         fmt::format("Invalid value: \"\\x{0:02x}\": invalid character U+{0:04X} (at position {1})",
                     static_cast<unsigned char>(*control), control - manager.begin()),
         "fieldManager"});
  }
  if (!validation.empty() && validation != "Ignore" && validation != "Strict" &&
      validation != "Warn") {
    causes.push_back({"FieldValueNotSupported",
                      fmt::format("Unsupported value: \"{}\": supported values: \"\", "
                                  "\"Ignore\", \"Strict\", \"Warn\"",
                                  validation),
                      "fieldValidation"});
  }
  if (causes.empty()) return {};
  return refuse(options_invalid(options, std::move(causes)));
}

ApiStatus dry_run_invalid(const char* kind, std::string_view value) {
  return options_invalid(
      kind,
      {{"FieldValueNotSupported",
        fmt::format("Unsupported value: [\"{}\"]: supported values: \"All\"", value), "dryRun"}});
}

Outcome<bool> dry_run_of(const ApiRequest& request, const char* options) {
  if (!request.has_parameter("dryRun")) return false;
  if (request.parameter("dryRun") == "All") return true;
  return refuse(dry_run_invalid(options, request.parameter("dryRun")));
}

Outcome<Document> json_body(const ApiRequest& request, const ResourceType& type) {
  const std::string_view media = media_type(request);
  if (!media.empty() && media != kJson) {
    return refuse(unsupported_media_type(
        "application/json, application/yaml, application/vnd.kubernetes.protobuf"));
  }
  std::string why;
  auto document = parse_document(request.body, &why);
  const auto unrecognized = [&](const std::string& problem) {
    return refuse(
        bad_request(fmt::format("the object provided is unrecognized (must be of type {}): {} ({})",
                                type.kind, problem, shown_body(request.body))));
  };
  const std::string begin = "couldn't get version/kind; json parse error: ";
  if (!document) return unrecognized(begin + why);
  if (document->is_null()) return Document(Fields());
  if (!document->is_object()) {
    return unrecognized(begin + fmt::format("json: cannot unmarshal {} into Go value of type "
                                            "struct {{ APIVersion string "
                                            "\"json:\\\"apiVersion,omitempty\\\"\"; Kind string "
                                            "\"json:\\\"kind,omitempty\\\"\" }}",
                                            go_name(*document)));
  }
  if (type.custom && request.subresource != "scale" && text_at(*document, {"kind"}).empty()) {
    return unrecognized("Object 'Kind' is missing in '" + request.body + "'");
  }
  return std::move(*document);
}

bool has_finalizers(const Document& object) {
  const Items* finalizers = items_at(object, {"metadata", "finalizers"});
  return finalizers != nullptr && !finalizers->empty();
}

}  // namespace masthead::sim
