#include "cache/object_codec.h"

#include <zdict.h>
#include <zstd.h>

#include <atomic>
#include <cstring>
#include <vector>

#include "base/limits.h"
#include "base/log.h"
#include "json/writer.h"

namespace masthead::cache {
namespace {

// Blob: one byte codec, then the frame. The codec is 0 (zstd) or 1 (zstd with the dictionary).
constexpr char kPlain = 0;
constexpr char kWithDictionary = 1;
constexpr int kLevel = 1;  // 3 takes a third more time for 4 % less
// Samples beyond this size teach the dictionary nothing that smaller ones do not.
constexpr size_t kSampleBytes = 16 * limits::kKiB;

struct Free {
  void operator()(ZSTD_CCtx* context) const { ZSTD_freeCCtx(context); }
  void operator()(ZSTD_CDict* dictionary) const { ZSTD_freeCDict(dictionary); }
  void operator()(ZSTD_DDict* dictionary) const { ZSTD_freeDDict(dictionary); }
  void operator()(ZSTD_DCtx* context) const { ZSTD_freeDCtx(context); }
};

struct Dictionary {
  std::unique_ptr<ZSTD_CDict, Free> compress;
  std::unique_ptr<ZSTD_DDict, Free> decompress;
};

void write_ownership(json::Writer& out, const json::Value& entry) {
  out.begin_object();
  for (const char* key : {"manager", "operation", "subresource", "time"}) {
    if (const auto text = entry[key].str(); !text.empty()) out.key(key).string(text);
  }
  // flux2#3462: where kustomize-controller owns f:suspend, Git declares it.
  const json::Value spec = entry["fieldsV1"]["f:spec"];
  const bool owns_suspend = spec["f:suspend"].exists();
  if (owns_suspend) out.key("ownsSuspend").boolean(true);
  // In which version the wanted state was written: a suspension alone says nothing about it.
  if (spec.size() > (owns_suspend ? 1U : 0U)) {
    out.key("specVersion").string(entry["apiVersion"].str());
  }
  out.end_object();
}

}  // namespace

struct ObjectCodec::Impl {
  json::Splicer splicer;
  json::Document ownership;
  std::string stripped;
  std::unique_ptr<ZSTD_CCtx, Free> context{ZSTD_createCCtx()};
  std::vector<char> samples;
  std::vector<size_t> sample_sizes;
  bool training = true;
  // Written once, read by decompress() on any thread.
  std::atomic<const Dictionary*> dictionary{nullptr};
  std::string out;

  ~Impl() { delete dictionary.load(); }
  void learn(std::string_view sample);
  void train();
};

ObjectCodec::ObjectCodec() : impl_(std::make_unique<Impl>()) {}
ObjectCodec::~ObjectCodec() = default;

bool ObjectCodec::has_dictionary() const {
  return impl_->dictionary.load() != nullptr;
}

base::Result<std::string_view> ObjectCodec::strip(std::string_view object) {
  const std::string_view managed = TRY(impl_->splicer.find(object, "metadata", "managedFields"));
  if (managed.empty()) return object;
  json::Writer facts;
  facts.begin_array();
  if (impl_->ownership.reparse(managed)) {
    for (const json::Value entry : impl_->ownership.root().items()) write_ownership(facts, entry);
  }
  facts.end_array();
  const auto from = static_cast<size_t>(managed.data() - object.data());
  impl_->stripped.clear();
  impl_->stripped.append(object.substr(0, from));
  impl_->stripped.append(std::move(facts).finish());
  impl_->stripped.append(object.substr(from + managed.size()));
  return impl_->stripped;
}

void ObjectCodec::Impl::learn(std::string_view sample) {
  sample = sample.substr(0, kSampleBytes);
  samples.insert(samples.end(), sample.begin(), sample.end());
  sample_sizes.push_back(sample.size());
  if (sample_sizes.size() >= limits::kDictionarySamples) train();
}

void ObjectCodec::Impl::train() {
  training = false;
  std::vector<char> bytes(limits::kDictionaryBytes);
  const size_t size =
      ZDICT_trainFromBuffer(bytes.data(), bytes.size(), samples.data(), sample_sizes.data(),
                            static_cast<unsigned>(sample_sizes.size()));
  samples = {};
  sample_sizes = {};
  if (ZDICT_isError(size) != 0) {
    base::log::info("cache", "no dictionary could be trained; objects are compressed without",
                    {{"cause", ZDICT_getErrorName(size)}});
    return;
  }
  auto* trained = new Dictionary;
  trained->compress.reset(ZSTD_createCDict(bytes.data(), size, kLevel));
  trained->decompress.reset(ZSTD_createDDict(bytes.data(), size));
  dictionary.store(trained, std::memory_order_release);
}

std::string ObjectCodec::compress(std::string_view stripped) {
  if (impl_->training) impl_->learn(stripped);
  std::string& out = impl_->out;
  out.resize(1 + ZSTD_compressBound(stripped.size()));
  const Dictionary* dictionary = impl_->dictionary.load(std::memory_order_acquire);
  out[0] = dictionary != nullptr ? kWithDictionary : kPlain;
  const size_t size =
      dictionary != nullptr
          ? ZSTD_compress_usingCDict(impl_->context.get(), out.data() + 1, out.size() - 1,
                                     stripped.data(), stripped.size(), dictionary->compress.get())
          : ZSTD_compressCCtx(impl_->context.get(), out.data() + 1, out.size() - 1, stripped.data(),
                              stripped.size(), kLevel);
  return std::string(out.data(), 1 + (ZSTD_isError(size) != 0 ? 0 : size));
}

base::Result<std::string> ObjectCodec::decompress(std::string_view blob) const {
  const auto broken = base::fail(base::ErrorCode::kInternal, "a cached object cannot be read back");
  if (blob.size() < 2) return broken;
  const auto content = ZSTD_getFrameContentSize(blob.data() + 1, blob.size() - 1);
  if (content == ZSTD_CONTENTSIZE_UNKNOWN || content == ZSTD_CONTENTSIZE_ERROR ||
      content > limits::kObjectBytes) {
    return broken;
  }
  std::string object(content, '\0');
  thread_local const std::unique_ptr<ZSTD_DCtx, Free> context{ZSTD_createDCtx()};
  const Dictionary* dictionary = impl_->dictionary.load(std::memory_order_acquire);
  if (blob[0] == kWithDictionary && dictionary == nullptr) return broken;
  const size_t size =
      blob[0] == kWithDictionary
          ? ZSTD_decompress_usingDDict(context.get(), object.data(), object.size(), blob.data() + 1,
                                       blob.size() - 1, dictionary->decompress.get())
          : ZSTD_decompressDCtx(context.get(), object.data(), object.size(), blob.data() + 1,
                                blob.size() - 1);
  if (ZSTD_isError(size) != 0 || size != object.size()) return broken;
  return object;
}

}  // namespace masthead::cache
