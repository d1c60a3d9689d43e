// The few fields of a watch event and of a list's item that a reflector acts on, with the object's
// own bytes left as they are. Fast (simdjson on demand): every byte of every watch passes here.
//
// Precondition of all: kPadding readable bytes behind the text (any content).
// Threading: one thread at a time. Lifetime: views live until the next call and no longer than the
// text.
#pragma once

#include <cstddef>
#include <memory>
#include <string_view>

namespace masthead::json {

inline constexpr size_t kPadding = 64;

struct WatchEnvelope {
  std::string_view type;              // "ADDED", "MODIFIED", "DELETED", "BOOKMARK", "ERROR"
  std::string_view object;            // its bytes; empty when it is not an object
  std::string_view resource_version;  // metadata.resourceVersion, empty when absent
  bool initial_events_end = false;    // a BOOKMARK annotated k8s.io/initial-events-end
};

class EnvelopeReader {
 public:
  EnvelopeReader();
  ~EnvelopeReader();
  EnvelopeReader(const EnvelopeReader&) = delete;
  EnvelopeReader& operator=(const EnvelopeReader&) = delete;

  // False when the line is not {"type": …, "object": {…}}.
  bool read_event(std::string_view line, WatchEnvelope& out);
  // metadata.resourceVersion of an object; empty when there is none or it is not JSON.
  std::string_view resource_version_of(std::string_view object);

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace masthead::json
