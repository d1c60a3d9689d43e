#include "host/masking.h"

#include <algorithm>
#include <functional>

#include "json/writer.h"

namespace masthead::host {
namespace {

using Secrets = std::vector<std::pair<std::string, std::string>>;

// Written by kubectl apply: the whole object once more, with its texts escaped.
constexpr std::string_view kLastApplied = "kubectl.kubernetes.io/last-applied-configuration";
// Shorter ones would be found within words; where they are the whole text they are replaced too.
constexpr size_t kFoundWithin = 8;

std::string masked(std::string_view text, const Secrets& secrets) {
  std::string out(text);
  for (const auto& [secret, shown] : secrets) {
    if (out == secret) return shown;
    if (secret.size() < kFoundWithin) continue;
    for (size_t at = out.find(secret); at != std::string::npos;
         at = out.find(secret, at + shown.size())) {
      out.replace(at, secret.size(), shown);
    }
  }
  return out;
}

void copy(json::Writer& out, const json::Value& value, const Secrets& secrets) {
  if (value.is_string()) {
    out.string(masked(value.str(), secrets));
  } else if (value.is_object()) {
    out.begin_object();
    for (const auto& [key, member] : value.members()) {
      out.key(key);
      if (key == kLastApplied) {
        out.string("•••");
      } else {
        copy(out, member, secrets);
      }
    }
    out.end_object();
  } else if (value.is_array()) {
    out.begin_array();
    for (const json::Value item : value.items()) copy(out, item, secrets);
    out.end_array();
  } else {
    out.raw(value.to_json());
  }
}

// Name, labels and owners identify the object: they stay, whatever they are made of.
void copy_metadata(json::Writer& out, const json::Value& metadata, const Secrets& secrets) {
  out.begin_object();
  for (const auto& [key, member] : metadata.members()) {
    out.key(key);
    if (key == "annotations") {
      copy(out, member, secrets);
    } else {
      out.raw(member.to_json());
    }
  }
  out.end_object();
}

}  // namespace

std::optional<std::string> without_secrets(const Kind& kind, const json::Value& object) {
  if (!kind.secrets || !object.is_object()) return std::nullopt;
  Secrets secrets = kind.secrets(object);
  if (secrets.empty()) return std::nullopt;
  // A secret may begin as another does: the longer one goes first, or its end would stay.
  std::ranges::sort(secrets, std::ranges::greater(),
                    [](const auto& secret) { return secret.first.size(); });
  json::Writer out;
  out.begin_object();
  for (const auto& [key, member] : object.members()) {
    out.key(key);
    if (key == "metadata" && member.is_object()) {
      copy_metadata(out, member, secrets);
    } else if (key == "apiVersion" || key == "kind") {
      out.raw(member.to_json());
    } else {
      copy(out, member, secrets);
    }
  }
  out.end_object();
  return std::move(out).finish();
}

}  // namespace masthead::host
