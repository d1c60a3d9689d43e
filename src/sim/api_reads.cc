// get and list. The rules of resourceVersion, resourceVersionMatch, limit and continue are those of
// "Kubernetes API Concepts: Resource versions" and k8s.io/apimachinery's validation of ListOptions.
#include <fmt/format.h>

#include <charconv>

#include "base/limits.h"
#include "sim/api_server.h"

namespace masthead::sim {
namespace {

// Where a list goes on: at which revision, behind which key. Opaque to clients.
struct Continuation {
  uint64_t revision = 0;
  Store::Key after;
};

std::string hex_text(std::string_view bytes) {
  std::string out;
  for (const char c : bytes) out += fmt::format("{:02x}", static_cast<unsigned char>(c));
  return out;
}

std::optional<Continuation> read_continue(std::string_view text) {
  std::string bytes;
  for (size_t i = 0; i + 1 < text.size(); i += 2) {
    unsigned value = 0;
    const auto [end, error] = std::from_chars(text.data() + i, text.data() + i + 2, value, 16);
    if (error != std::errc() || end != text.data() + i + 2) return std::nullopt;
    bytes += static_cast<char>(value);
  }
  const size_t first = bytes.find('/');
  const size_t second = first == std::string::npos ? first : bytes.find('/', first + 1);
  if (second == std::string::npos) return std::nullopt;
  Continuation at;
  const auto [end, error] = std::from_chars(bytes.data(), bytes.data() + first, at.revision);
  if (error != std::errc() || end != bytes.data() + first) return std::nullopt;
  at.after = {bytes.substr(first + 1, second - first - 1), bytes.substr(second + 1)};
  return at;
}

Outcome<void> check_list_options(const ApiRequest& request) {
  const std::string_view match = request.parameter("resourceVersionMatch");
  const std::string_view version = request.parameter("resourceVersion");
  std::vector<ApiStatus::Cause> causes;
  const auto forbidden = [&](const char* field, const std::string& why) {
    causes.push_back({"FieldValueForbidden", "Forbidden: " + why, field});
  };
  if (!match.empty()) {
    if (version.empty()) {
      forbidden("resourceVersionMatch",
                "resourceVersionMatch is forbidden unless resourceVersion is provided");
    }
    if (!request.parameter("continue").empty()) {
      forbidden("resourceVersionMatch",
                "resourceVersionMatch is forbidden when continue is provided");
    }
    if (match != "Exact" && match != "NotOlderThan") {
      causes.push_back({"FieldValueNotSupported",
                        fmt::format("Unsupported value: \"{}\": supported values: \"Exact\", "
                                    "\"NotOlderThan\", \"\"",
                                    match),
                        "resourceVersionMatch"});
    }
    if (match == "Exact" && version == "0") {
      forbidden("resourceVersionMatch",
                "resourceVersionMatch \"exact\" is forbidden for resourceVersion \"0\"");
    }
  }
  if (request.has_parameter("sendInitialEvents")) {
    forbidden("sendInitialEvents", "sendInitialEvents is forbidden for list");
  }
  if (!causes.empty()) return refuse(options_invalid("ListOptions", std::move(causes)));
  if (!request.parameter("continue").empty() && !version.empty() && version != "0") {
    return refuse(bad_request("specifying resource version is not allowed when using continue"));
  }
  return {};
}

}  // namespace

std::string continue_text(uint64_t revision, std::string_view ns, std::string_view name) {
  return hex_text(fmt::format("{}/{}/{}", revision, ns, name));
}

Outcome<uint64_t> read_revision(std::string_view text) {
  uint64_t revision = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), revision);
  if (text.empty() || (error == std::errc() && end == text.data() + text.size())) return revision;
  ApiStatus status = bad_request(
      fmt::format("resourceVersion: Invalid value: \"{}\": strconv.ParseUint: parsing \"{}\": "
                  "invalid syntax",
                  text, text));
  status.code = 500;
  status.reason.clear();
  return refuse(std::move(status));
}

Outcome<int64_t> number_parameter(const ApiRequest& request, std::string_view key) {
  if (!request.has_parameter(key)) return 0;
  const std::string_view text = request.parameter(key);
  int64_t number = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
  if (!text.empty() && error == std::errc() && end == text.data() + text.size()) return number;
  return refuse(bad_request(fmt::format("strconv.ParseInt: parsing \"{}\": invalid syntax", text)));
}

Outcome<Selector> ApiServer::selector_of(const ApiRequest& request,
                                         const ResourceType& type) const {
  Selector selector;
  selector.ns = request.ns;
  selector.name = request.name;
  auto labels = parse_label_selector(request.parameter("labelSelector"));
  if (!labels) return refuse(labels.error());
  auto fields = parse_field_selector(request.parameter("fieldSelector"), type);
  if (!fields) return refuse(fields.error());
  selector.labels = std::move(*labels);
  selector.fields = std::move(*fields);
  return selector;
}

Outcome<void> ApiServer::get(const ApiRequest& request, const ResourceTypePtr& type,
                             const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  const uint64_t asked = TRY(read_revision(request.parameter("resourceVersion")));
  if (asked > store_.revision()) {
    return refuse(too_large_resource_version(asked, store_.revision()));
  }
  const StoredPtr found = store_.get(*type, request.ns, request.name);
  if (found == nullptr) return refuse(not_found(*type, request.name));
  exchange->answer(200, {{"content-type", "application/json"}},
                   present_one(as, *type, *found, now_ms(), /*first=*/true));
  return {};
}

Outcome<void> ApiServer::list(const ApiRequest& request, const ResourceTypePtr& type,
                              const ExchangePtr& exchange) {
  const Presentation as = TRY(presentation_of(request, type));
  const int64_t limit = TRY(number_parameter(request, "limit"));
  if (auto good = check_list_options(request); !good) return good;
  const Selector selector = TRY(selector_of(request, *type));
  const auto read_asked = read_revision(request.parameter("resourceVersion"));
  if (!read_asked) {
    return refuse(bad_request("invalid resource version: " + read_asked.error().message));
  }
  const uint64_t asked = *read_asked;
  if (asked > store_.revision()) {
    return refuse(too_large_resource_version(asked, store_.revision()));
  }
  Continuation at{store_.revision(), {}};
  const std::string_view token = request.parameter("continue");
  if (!token.empty()) {
    const auto read = read_continue(token);
    if (!read)
      return refuse(
          bad_request("invalid continue token: continue key is not valid: illegal base64 data at "
                      "input byte 0"));
    at = *read;
  } else if (request.parameter("resourceVersionMatch") == "Exact") {
    at.revision = asked;
  }
  // Lists of now need no copy of the past.
  std::optional<Store::Objects> past;
  if (at.revision != store_.revision()) {
    past = store_.objects_at(*type, at.revision);
    if (!past) {
      ApiStatus gone = expired(
          token.empty() ? fmt::format("The resourceVersion for the provided list is too old.")
                        : "The provided continue parameter is too old to display a consistent list "
                          "result. You can start a new list without the continue parameter, or use "
                          "the continue token in this response to retrieve the remainder of the "
                          "results. Continuing with the provided token results in an inconsistent "
                          "list - objects that were created, modified, or deleted between the time "
                          "the first chunk was returned and now may show up in the list.");
      if (!token.empty())
        gone.continue_token = continue_text(store_.revision(), at.after.first, at.after.second);
      return refuse(std::move(gone));
    }
  }
  const Store::Objects& objects = past ? *past : store_.objects(*type);
  std::vector<StoredPtr> page;
  ListMeta meta;
  meta.revision = at.revision;
  // Of resourceVersion 0 the watch cache answers, which knows no pages.
  const bool paged = limit > 0 && request.parameter("resourceVersion") != "0";
  int64_t behind = 0;
  for (auto object = token.empty() ? objects.begin() : objects.upper_bound(at.after);
       object != objects.end(); ++object) {
    if (!selector.matches(*type, *object->second)) continue;
    if (paged && static_cast<int64_t>(page.size()) == limit) {
      ++behind;
      continue;
    }
    page.push_back(object->second);
  }
  if (behind > 0) {
    meta.continue_token = continue_text(at.revision, page.back()->ns, page.back()->name);
    // "remainingItemCount is … unset if the list request contained label or field selectors".
    if (selector.labels.empty() && selector.fields.empty()) meta.remaining = behind;
  }
  exchange->answer(200, {{"content-type", "application/json"}},
                   present_list(as, *type, page, meta, now_ms()));
  return {};
}

}  // namespace masthead::sim
