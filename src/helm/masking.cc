#include "helm/masking.h"

#include <algorithm>

#include "base/base64.h"
#include "base/limits.h"
#include "base/split.h"
#include "base/utf8.h"

namespace masthead::helm {
namespace {

constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";

bool is_secret(const json::Value& object) {
  return object["kind"].str() == "Secret" && object["apiVersion"].str() == "v1";
}

std::string_view trimmed(std::string_view text) {
  const size_t from = text.find_first_not_of(" \t\r\n");
  if (from == std::string_view::npos) return {};
  return text.substr(from, text.find_last_not_of(" \t\r\n") - from + 1);
}

}  // namespace

std::string scalar_text(std::string_view scalar_json) {
  if (!scalar_json.starts_with('"')) return std::string(scalar_json);
  const auto document = json::Document::parse(scalar_json);
  return document ? std::string(document->root().str()) : std::string();
}

void Masking::add(std::string_view secret) {
  if (secret.empty()) return;
  whole_.emplace(secret);
  const auto add_within = [&](std::string_view text) {
    if (text.size() >= limits::kMaskedWithin) within_.emplace(text);
  };
  add_within(secret);
  add_within(trimmed(secret));
  const std::string encoded = base::encode_base64(secret);
  whole_.insert(encoded);
  add_within(encoded);
  if (!secret.contains('\n')) return;
  for (const std::string& line : base::split(secret, '\n')) add_within(trimmed(line));
}

void Masking::add_json(std::string_view json) {
  if (json == "null" || json == "{}" || json == "[]") return;
  const std::string text = scalar_text(json);
  // true, 0 and 5432 stand for themselves in a thousand places.
  if (!json.starts_with('"') && text.size() < limits::kMaskedWithin) return;
  add(text);
}

void Masking::add(const Merged& merged) {
  for (const Leaf& leaf : leaves_of(merged.root)) {
    const ValuesSource& source = merged.sources[static_cast<size_t>(leaf.source)];
    if (source.kind == ValuesSource::Kind::kSecret) add_json(leaf.json);
  }
}

void Masking::add_secret_object(const json::Value& secret) {
  if (!is_secret(secret)) return;
  const auto add_text = [&](std::string_view text) {
    if (text.size() >= limits::kMaskedWithin) add(text);
  };
  for (const auto& [key, value] : secret["data"].members()) {
    const auto bytes = base::decode_base64(value.str());
    if (bytes && base::is_utf8(*bytes)) add_text(*bytes);
    add_text(value.str());
  }
  for (const auto& [key, value] : secret["stringData"].members()) add_text(value.str());
}

std::string Masking::text(std::string_view text) const {
  std::string out(text);
  for (const std::string& secret : within_) {
    for (size_t at = out.find(secret); at != std::string::npos;
         at = out.find(secret, at + kMask.size())) {
      out.replace(at, secret.size(), kMask);
    }
  }
  return out;
}

bool Masking::hides(std::string_view scalar_json) const {
  const std::string value = scalar_text(scalar_json);
  if (scalar_json.starts_with('"') && whole_.contains(value)) return true;
  return std::ranges::any_of(within_, [&](const auto& secret) { return value.contains(secret); });
}

void Masking::copy(json::Writer& out, const json::Value& value) const {
  if (value.is_object()) {
    out.begin_object();
    for (const auto& [key, member] : value.members()) {
      out.key(text(key));
      if (key == kLastApplied) {
        out.string(kMask);
      } else {
        copy(out, member);
      }
    }
    out.end_object();
  } else if (value.is_array()) {
    out.begin_array();
    for (const json::Value item : value.items()) copy(out, item);
    out.end_array();
  } else if (value.is_string()) {
    out.string(whole_.contains(value.str()) ? std::string(kMask) : text(value.str()));
  } else {
    const std::string json = value.to_json();
    if (hides(json)) {
      out.string(kMask);
    } else {
      out.raw(json);
    }
  }
}

void Masking::copy_metadata(json::Writer& out, const json::Value& metadata) const {
  out.begin_object();
  for (const auto& [key, member] : metadata.members()) {
    out.key(key);
    if (member.is_object() || member.is_array()) {
      copy(out, member);
    } else {
      out.raw(member.to_json());
    }
  }
  out.end_object();
}

void Masking::copy_secret_data(json::Writer& out, const json::Value& data) const {
  out.begin_object();
  for (const auto& [key, value] : data.members()) out.key(key).string(kMask);
  out.end_object();
}

void Masking::copy_object(json::Writer& out, const json::Value& object) const {
  if (!object.is_object()) return copy(out, object);
  const bool secret = is_secret(object);
  out.begin_object();
  for (const auto& [key, member] : object.members()) {
    out.key(text(key));
    if (secret && (key == "data" || key == "stringData")) {
      copy_secret_data(out, member);
    } else if (key == "metadata" && member.is_object()) {
      copy_metadata(out, member);
    } else if (key == "apiVersion" || key == "kind") {
      out.raw(member.to_json());
    } else {
      copy(out, member);
    }
  }
  out.end_object();
}

}  // namespace masthead::helm
