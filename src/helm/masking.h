// Values of Secrets, and texts without them.
//
// A secret is replaced wherever it stands within a text, plain or in base64, and line by line where
// it has several. Ones below limits::kMaskedWithin bytes are replaced only where they are a whole
// value. One thread.
#pragma once

#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "helm/values.h"
#include "json/value.h"
#include "json/writer.h"

namespace masthead::helm {

inline constexpr std::string_view kMask = "••••••";

class Masking {
 public:
  void add(std::string_view secret);
  // A value out of a Secret: of a string its text, of anything else its JSON.
  void add_json(std::string_view json);
  // The leaves that come from a Secret.
  void add(const Merged& merged);
  // All that the manifest's Secrets hold.
  void add_secret_object(const json::Value& secret);

  std::string text(std::string_view text) const;
  // A copy of the value. What identifies an object stays as it is.
  void copy_object(json::Writer& out, const json::Value& object) const;
  bool hides(std::string_view scalar_json) const;

 private:
  void copy(json::Writer& out, const json::Value& value) const;
  void copy_metadata(json::Writer& out, const json::Value& metadata) const;
  void copy_secret_data(json::Writer& out, const json::Value& data) const;

  struct LongerFirst {
    bool operator()(const std::string& a, const std::string& b) const {
      return a.size() != b.size() ? a.size() > b.size() : a < b;
    }
  };
  std::set<std::string, LongerFirst> within_;
  std::set<std::string, std::less<>> whole_;
};

// The text of a scalar: a string without its quotes and escapes, anything else as it is.
std::string scalar_text(std::string_view scalar_json);

}  // namespace masthead::helm
