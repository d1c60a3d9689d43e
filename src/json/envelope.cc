#include "json/envelope.h"

#include <simdjson.h>

#include <string>

namespace masthead::json {

namespace ondemand = simdjson::ondemand;
static_assert(kPadding >= simdjson::SIMDJSON_PADDING);

struct EnvelopeReader::Impl {
  ondemand::parser parser;
  std::string version, type;  // copies: on-demand strings live in the parser until the next value

  void read_metadata(ondemand::object& object, bool bookmark, WatchEnvelope& out);
};

EnvelopeReader::EnvelopeReader() : impl_(std::make_unique<Impl>()) {}
EnvelopeReader::~EnvelopeReader() = default;

void EnvelopeReader::Impl::read_metadata(ondemand::object& object, bool bookmark,
                                         WatchEnvelope& out) {
  ondemand::object metadata;
  if (object.find_field_unordered("metadata").get_object().get(metadata) != simdjson::SUCCESS) {
    return;
  }
  std::string_view text;
  const simdjson::error_code found =
      metadata.find_field_unordered("resourceVersion").get_string().get(text);
  if (found == simdjson::SUCCESS) {
    version = text;
    out.resource_version = version;
  } else if (found != simdjson::NO_SUCH_FIELD && found != simdjson::INCORRECT_TYPE) {
    return;  // broken JSON: after a tape error an on-demand object may not be asked again
  }
  if (!bookmark) return;
  ondemand::object annotations;
  out.initial_events_end =
      metadata.find_field_unordered("annotations").get_object().get(annotations) ==
          simdjson::SUCCESS &&
      annotations.find_field_unordered("k8s.io/initial-events-end").get_string().get(text) ==
          simdjson::SUCCESS &&
      text == "true";
}

bool EnvelopeReader::read_event(std::string_view line, WatchEnvelope& out) {
  out = {};
  ondemand::document document;
  ondemand::object envelope, object;
  std::string_view text;
  if (impl_->parser.iterate(line.data(), line.size(), line.size() + kPadding).get(document) !=
          simdjson::SUCCESS ||
      document.get_object().get(envelope) != simdjson::SUCCESS ||
      envelope.find_field_unordered("type").get_string().get(text) != simdjson::SUCCESS) {
    return false;
  }
  impl_->type = text;
  out.type = impl_->type;
  if (envelope.find_field_unordered("object").get_object().get(object) != simdjson::SUCCESS ||
      object.raw_json().get(out.object) != simdjson::SUCCESS) {
    out.object = {};
    return false;
  }
  if (object.reset().error() == simdjson::SUCCESS) {
    impl_->read_metadata(object, out.type == "BOOKMARK", out);
  }
  return true;
}

std::string_view EnvelopeReader::resource_version_of(std::string_view bytes) {
  ondemand::document document;
  ondemand::object object;
  WatchEnvelope out;
  if (impl_->parser.iterate(bytes.data(), bytes.size(), bytes.size() + kPadding).get(document) ==
          simdjson::SUCCESS &&
      document.get_object().get(object) == simdjson::SUCCESS) {
    impl_->read_metadata(object, false, out);
  }
  return out.resource_version;
}

}  // namespace masthead::json
