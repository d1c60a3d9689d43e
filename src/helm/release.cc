#include "helm/release.h"

#include <fmt/format.h>
#include <openssl/sha.h>
#include <zlib.h>

#include <algorithm>
#include <array>
#include <memory>

#include "base/base64.h"
#include "base/limits.h"
#include "base/time_format.h"

namespace masthead::helm {
namespace {

using base::ErrorCode;

constexpr std::string_view kGzip = "\x1f\x8b\x08";

base::Result<std::string> inflated(std::string_view bytes) {
  z_stream stream{};
  // 16: a gzip header is expected, and nothing else.
  if (::inflateInit2(&stream, 16 + MAX_WBITS) != Z_OK) {
    return base::fail(ErrorCode::kInternal, "There is no memory to unpack the release.");
  }
  const std::unique_ptr<z_stream, int (*)(z_stream*)> held(&stream, ::inflateEnd);
  stream.next_in = reinterpret_cast<Bytef*>(const_cast<char*>(bytes.data()));
  stream.avail_in = static_cast<uInt>(bytes.size());
  std::string out;
  std::array<char, 64 * limits::kKiB> piece;
  for (int state = Z_OK; state != Z_STREAM_END;) {
    stream.next_out = reinterpret_cast<Bytef*>(piece.data());
    stream.avail_out = piece.size();
    state = ::inflate(&stream, Z_NO_FLUSH);
    if (state != Z_OK && state != Z_STREAM_END) {
      return base::fail(ErrorCode::kInvalid, "The stored release is damaged: it does not unpack.");
    }
    out.append(piece.data(), piece.size() - stream.avail_out);
    if (out.size() > limits::kReleaseBytes) {
      return base::fail(ErrorCode::kTooLarge,
                        fmt::format("The stored release unpacks to more than {} MiB.",
                                    limits::kReleaseBytes / limits::kMiB),
                        "No release that Helm wrote is so large.");
    }
  }
  return out;
}

std::vector<std::string> texts_of(const json::Value& list) {
  std::vector<std::string> texts;
  for (const json::Value item : list.items()) texts.emplace_back(item.str());
  return texts;
}

std::string remote_cluster_of(const json::Value& kube_config) {
  if (!kube_config.is_object()) return {};
  const auto secret = kube_config["secretRef"]["name"].str();
  if (!secret.empty()) return "Secret " + std::string(secret);
  return "ConfigMap " + std::string(kube_config["configMapRef"]["name"].str());
}

}  // namespace

Storage storage_of(const json::Value& helm_release) {
  const auto spec = helm_release["spec"];
  const auto status = helm_release["status"];
  const auto newest = status["history"].at(0);
  const std::string_view name = helm_release["metadata"]["name"].str();
  const std::string_view own_ns = helm_release["metadata"]["namespace"].str();
  const std::string_view target = spec["targetNamespace"].str();
  Storage storage;
  storage.ns = status["storageNamespace"].str_or(spec["storageNamespace"].str_or(own_ns));
  storage.target_ns = newest["namespace"].str_or(target.empty() ? own_ns : target);
  storage.remote_cluster = remote_cluster_of(spec["kubeConfig"]);
  if (const auto used = newest["name"].str(); !used.empty()) {
    storage.release = used;
  } else if (const auto wanted = spec["releaseName"].str(); !wanted.empty()) {
    storage.release = shortened(wanted);
  } else if (!target.empty()) {
    storage.release = shortened(std::string(target) + "-" + std::string(name));
  } else {
    storage.release = shortened(name);
  }
  return storage;
}

std::string shortened(std::string_view release_name) {
  constexpr size_t kMost = 53, kHash = 12;
  if (release_name.size() <= kMost) return std::string(release_name);
  std::array<unsigned char, SHA256_DIGEST_LENGTH> hash;
  ::SHA256(reinterpret_cast<const unsigned char*>(release_name.data()), release_name.size(),
           hash.data());
  std::string name(release_name.substr(0, kMost - kHash - 1));
  name += '-';
  for (size_t i = 0; i < kHash / 2; ++i) name += fmt::format("{:02x}", hash[i]);
  return name;
}

std::string storage_name(std::string_view release_name, int64_t revision) {
  return fmt::format("sh.helm.release.v1.{}.v{}", release_name, revision);
}

base::Result<std::string> release_in(const json::Value& secret) {
  if (secret["type"].str() != kStorageType) {
    return base::fail(
        ErrorCode::kInvalid,
        fmt::format("Secret {} is no Helm release: it is of type '{}', not '{}'.",
                    secret["metadata"]["name"].str(), secret["type"].str(), kStorageType));
  }
  const std::string_view data = secret["data"]["release"].str();
  if (data.empty()) {
    return base::fail(ErrorCode::kInvalid, "The Secret has no key 'release'.");
  }
  if (data.size() > limits::kReleaseEncodedBytes) {
    return base::fail(ErrorCode::kTooLarge, "The stored release is larger than any object may be.");
  }
  const auto text = base::decode_base64(data);
  if (!text) return base::fail(ErrorCode::kInvalid, "The Secret's key 'release' is not base64.");
  return decode_release(*text);
}

base::Result<std::string> decode_release(std::string_view helm_text) {
  if (helm_text.size() > limits::kReleaseEncodedBytes) {
    return base::fail(ErrorCode::kTooLarge, "The stored release is larger than any object may be.");
  }
  auto bytes = base::decode_base64(helm_text);
  if (!bytes) {
    return base::fail(ErrorCode::kInvalid, "The stored release is damaged: it is not base64.");
  }
  // Helm 2 and the first of Helm 3 did not compress.
  if (bytes->starts_with(kGzip)) bytes = TRY(inflated(*bytes));
  const json::Document document = TRY(json::Document::parse(*bytes));
  if (!document.root().is_object()) {
    return base::fail(ErrorCode::kInvalid, "The stored release is damaged: it is no JSON object.");
  }
  return std::move(*bytes);
}

bool Hook::is_test() const {
  return std::ranges::any_of(events, [](const auto& event) { return event.starts_with("test"); });
}

std::vector<Hook> hooks_of(const json::Value& release) {
  std::vector<Hook> hooks;
  for (const json::Value item : release["hooks"].items()) {
    Hook hook;
    hook.name = item["name"].str();
    hook.kind = item["kind"].str();
    hook.path = item["path"].str();
    hook.events = texts_of(item["events"]);
    hook.delete_policies = texts_of(item["delete_policies"]);
    hook.weight = item["weight"].integer_or(0);
    const auto run = item["last_run"];
    hook.phase = run["phase"].str();
    // Go's zero time stands for none.
    hook.started_ms = std::max<int64_t>(0, base::rfc3339_or_zero(run["started_at"].str()));
    hook.completed_ms = std::max<int64_t>(0, base::rfc3339_or_zero(run["completed_at"].str()));
    hooks.push_back(std::move(hook));
  }
  // As Helm runs them.
  std::ranges::sort(hooks, [](const Hook& a, const Hook& b) {
    return a.weight != b.weight ? a.weight < b.weight : a.name < b.name;
  });
  return hooks;
}

}  // namespace masthead::helm
