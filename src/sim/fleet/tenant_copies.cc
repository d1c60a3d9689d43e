#include "sim/fleet/tenant_copies.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/time_format.h"
#include "sim/fleet/inventory.h"
#include "sim/fleet/objects.h"
#include "sim/object_rules.h"

namespace masthead::sim {
namespace {

constexpr size_t kNodes = 400;
constexpr size_t kNodesATenant = 4;
constexpr size_t kAddressesATenant = 256;
constexpr size_t kTenantsForOneIll = 50;
constexpr size_t kSuffixDigits = 5;
constexpr size_t kTimeLength = 20;  // 2026-11-21T08:04:00Z

constexpr const char* kAdjectives[] = {
    "calm",  "bold",  "clear", "deep",  "early", "fair",   "glad",   "high",
    "ivory", "jolly", "keen",  "light", "merry", "noble",  "olive",  "plain",
    "quick", "royal", "solid", "tidy",  "urban", "vivid",  "warm",   "young",
    "azure", "brave", "coral", "dusty", "ember", "frosty", "golden", "hazel"};
constexpr const char* kAnimals[] = {
    "badger", "camel",  "dingo", "eagle",  "falcon", "gecko",  "hare",   "ibis",
    "jackal", "koala",  "lynx",  "marten", "newt",   "orca",   "panda",  "quail",
    "raven",  "seal",   "tapir", "urchin", "viper",  "walrus", "yak",    "zebra",
    "bison",  "cougar", "dove",  "egret",  "finch",  "goose",  "hornet", "impala"};

std::string tenant_name(size_t number) {
  const size_t both = std::size(kAdjectives) * std::size(kAnimals);
  const std::string name =
      fmt::format("{}-{}", kAdjectives[number % std::size(kAdjectives)],
                  kAnimals[number / std::size(kAdjectives) % std::size(kAnimals)]);
  return number < both ? name : fmt::format("{}-{}", name, number / both + 1);
}

bool is_time(std::string_view text) {
  static constexpr std::string_view kForm = "dddd-dd-ddTdd:dd:ddZ";
  return text.size() == kTimeLength &&
         std::equal(text.begin(), text.end(), kForm.begin(), [](char c, char form) {
           return form == 'd' ? c >= '0' && c <= '9' : c == form;
         });
}

std::string node_name(size_t number) {
  return fmt::format("node-{:03}", number % kNodes + 1);
}

std::string quoted(std::string_view key, std::string_view value) {
  return fmt::format(R"("{}":"{}")", key, value);
}

// As it rests in the store, without managedFields: half of a pod's text.
std::string bare_text(const ResourceType& type, const Stored& object) {
  Document document = object.document(type);
  Fields& fields = document.as_object();
  object_in(fields, "metadata").erase("managedFields");
  fields.erase("kind");
  fields.erase("apiVersion");
  return to_text(document).substr(1);
}

}  // namespace

void Tokens::add(std::string text, size_t slot) {
  std::vector<Token>& place = by_first_byte_[static_cast<unsigned char>(text.front())];
  const auto longer = [&](const Token& one) { return one.text.size() >= text.size(); };
  place.insert(std::find_if_not(place.begin(), place.end(), longer), {std::move(text), slot});
}

const Tokens::Token* Tokens::at(std::string_view text) const {
  const std::vector<Token>& place = by_first_byte_[static_cast<unsigned char>(text.front())];
  const auto found = std::find_if(place.begin(), place.end(),
                                  [&](const Token& one) { return text.starts_with(one.text); });
  return found == place.end() ? nullptr : &*found;
}

Stencil::Stencil(std::string_view text, const Tokens& tokens) {
  for (size_t i = 0; i < text.size();) {
    const Tokens::Token* token = tokens.at(text.substr(i));
    if (token == nullptr) {
      rest_ += text[i++];
      continue;
    }
    pieces_.push_back({std::exchange(rest_, {}), token->slot});
    i += token->text.size();
  }
}

std::string Stencil::fill(const std::vector<std::string>& values) const {
  size_t length = rest_.size();
  for (const auto& [text, slot] : pieces_) length += text.size() + values[slot].size();
  std::string out;
  out.reserve(length);
  for (const auto& [text, slot] : pieces_) out.append(text).append(values[slot]);
  return out.append(rest_);
}

TenantPattern::TenantPattern(ApiServer& server, const World& world, std::string ns)
    : ns_(std::move(ns)) {
  slots_.push_back({Slot::Kind::kRevision, "", 0, nullptr});
  add_slot(Slot::Kind::kName, ns_);
  const auto repository = world.repositories.find(repository_url(ns_));
  if (repository != world.repositories.end()) {
    repository_ = repository->second;
    for (const Commit& commit : repository_.commits) add_slot(Slot::Kind::kCommit, commit.sha);
  }
  struct Found {
    ResourceTypePtr type;
    StoredPtr object;
    std::string text;
  };
  std::vector<Found> all;
  for (const ResourceTypePtr& type : server.types().all()) {
    if (type->review || type->plural == "events") continue;
    const Store::Objects& objects = server.store().objects(*type);
    const bool itself = type->group.empty() && type->plural == "namespaces";
    for (const auto& [key, object] : objects) {
      const bool belongs = itself ? key.second == ns_ : key.first == ns_;
      if (belongs) all.push_back({type, object, bare_text(*type, *object)});
    }
  }
  for (const Found& one : all) find_common(*one.type, one.object->document(*one.type), one.text);
  for (const Found& one : all) {
    if (one.type->plural == "pods") find_in_pod(one.object->document(*one.type));
  }
  const Labels* labels = nullptr;
  for (const Found& one : all) {
    add_part(one.type, *one.object, one.text, labels);
    labels = one.object->labels.get();
  }
}

void TenantPattern::add_slot(Slot::Kind kind, std::string was, size_t uid,
                             std::shared_ptr<Stencil> from) {
  const auto known = std::find_if(slots_.begin(), slots_.end(), [&](const Slot& slot) {
    return slot.kind == kind && slot.was == was;
  });
  if (known != slots_.end()) return;
  tokens_.add(was, slots_.size());
  slots_.push_back({kind, std::move(was), uid, std::move(from)});
}

void TenantPattern::find_common(const ResourceType& type, const Document& object,
                                const std::string& text) {
  add_slot(Slot::Kind::kUid, std::string(text_at(object, {"metadata", "uid"})));
  tokens_.add(quoted("resourceVersion", text_at(object, {"metadata", "resourceVersion"})), 0);
  for (size_t at = text.find('T'); at != std::string::npos; at = text.find('T', at + 1)) {
    if (at < 10) continue;
    const std::string_view time = std::string_view(text).substr(at - 10, kTimeLength);
    if (is_time(time)) add_slot(Slot::Kind::kTime, std::string(time));
  }
  if (type.plural != "replicasets") return;
  // What the deployment controller makes the hash of.
  const std::string_view hash = text_at(object, {"metadata", "labels", "pod-template-hash"});
  const Document* pod_template = find(object, {"spec", "template"});
  if (hash.empty() || pod_template == nullptr) return;
  add_slot(Slot::Kind::kHash, std::string(hash), 0,
           std::make_shared<Stencil>(to_text(*pod_template), tokens_));
}

void TenantPattern::find_in_pod(const Document& pod) {
  const std::string name(text_at(pod, {"metadata", "name"}));
  const std::string_view uid = text_at(pod, {"metadata", "uid"});
  const size_t uid_slot = tokens_.at(uid)->slot;
  add_slot(Slot::Kind::kPod, name, uid_slot,
           std::make_shared<Stencil>(name.substr(0, name.size() - kSuffixDigits), tokens_));
  const std::string_view address = text_at(pod, {"status", "podIP"});
  if (!address.empty()) add_slot(Slot::Kind::kAddress, quoted("podIP", address));
  const std::string_view node = text_at(pod, {"spec", "nodeName"});
  if (!node.empty()) add_slot(Slot::Kind::kNode, quoted("nodeName", node));
}

void TenantPattern::add_part(const ResourceTypePtr& type, const Stored& object,
                             const std::string& text, const Labels* labels_before) {
  Part part{
      type,
      Stencil(object.name, tokens_),
      Stencil(object.uid, tokens_),
      Stencil(text, tokens_),
      {},
      labels_before != nullptr && object.labels != nullptr && *labels_before == *object.labels};
  if (object.labels != nullptr) {
    for (const auto& [key, value] : *object.labels) {
      part.labels.emplace_back(key, Stencil(value, tokens_));
    }
  }
  parts_.push_back(std::move(part));
}

std::vector<std::string> TenantPattern::values_for(ApiServer& server, const std::string& ns,
                                                   size_t number) const {
  base::Random& random = server.random();
  // Some tenants are older than others; what is recent stays so.
  const double age = 0.3 + static_cast<double>(random.below(300)) / 100;
  std::vector<std::string> values;
  size_t addresses = 0;
  size_t nodes = 0;
  for (const Slot& slot : slots_) {
    switch (slot.kind) {
      case Slot::Kind::kRevision:
        values.emplace_back();
        break;
      case Slot::Kind::kName:
        values.push_back(ns);
        break;
      case Slot::Kind::kUid:
        values.push_back(new_uid(random));
        break;
      case Slot::Kind::kTime: {
        const auto gone = static_cast<double>(server.now_ms() - base::rfc3339_or_zero(slot.was));
        values.push_back(time_text(server.now_ms() - std::llround(gone * age)));
        break;
      }
      case Slot::Kind::kCommit:
        values.push_back(digest(ns + slot.was, slot.was.size()));
        break;
      case Slot::Kind::kNode:
        values.push_back(quoted("nodeName", node_name(number * kNodesATenant + nodes++)));
        break;
      case Slot::Kind::kAddress: {
        const size_t address = number * kAddressesATenant + addresses++;
        values.push_back(quoted("podIP", fmt::format("10.{}.{}.{}", 100 + (address >> 16),
                                                     (address >> 8) & 255, address & 255)));
        break;
      }
      case Slot::Kind::kHash:
        values.push_back(digest(slot.from->fill(values), slot.was.size()));
        break;
      case Slot::Kind::kPod:
        // Two digits that no pod of the same set has too.
        values.push_back(fmt::format("{}{}{:02x}", slot.from->fill(values),
                                     digest(values[slot.uid], kSuffixDigits - 2),
                                     values.size() & 255));
        break;
    }
  }
  return values;
}

void TenantPattern::copy(ApiServer& server, World& world, const std::string& ns,
                         size_t number) const {
  Store& store = server.store();
  std::vector<std::string> values = values_for(server, ns, number);
  std::shared_ptr<const Labels> labels;
  for (const Part& part : parts_) {
    auto made = std::make_shared<Stored>();
    made->revision = store.revision() + 1;
    values[0] = quoted("resourceVersion", std::to_string(made->revision));
    if (part.type->namespaced) made->ns = ns;
    made->name = part.name.fill(values);
    made->uid = part.uid.fill(values);
    made->rest = part.rest.fill(values);
    if (!part.same_labels) {
      auto own = std::make_shared<Labels>();
      for (const auto& [key, value] : part.labels) own->emplace(key, value.fill(values));
      labels = std::move(own);
    }
    made->labels = labels;
    store.load(part.type, std::move(made));
  }
  if (repository_.commits.empty()) return;
  const auto renamed = [&](const std::string& text) { return Stencil(text, tokens_).fill(values); };
  World::Repository& copied = world.repositories[repository_url(ns)];
  copied = repository_;
  for (Commit& commit : copied.commits) commit.sha = renamed(commit.sha);
  copied.paths.clear();
  for (const auto& [path, workloads] : repository_.paths) {
    std::vector<Workload>& folder = copied.paths[renamed(path)] = workloads;
    for (Workload& workload : folder) workload.name = renamed(workload.name);
  }
}

TenantCopies::TenantCopies(ApiServer& server, World& world, bool all_well)
    : server_(server),
      world_(world),
      well_(std::make_unique<TenantPattern>(server, world, kWellTenant)),
      ill_(all_well ? nullptr : std::make_unique<TenantPattern>(server, world, kIllTenant)) {
  const ResourceTypePtr type = server.types().find("", "nodes");
  const StoredPtr node = server.store().get(*type, "", "node-a");
  Tokens tokens;
  tokens.add(quoted("resourceVersion", std::to_string(node->revision)), 0);
  tokens.add(node->uid, 1);
  tokens.add(quoted("name", node->name), 2);
  const Stencil stencil(bare_text(*type, *node), tokens);
  for (size_t i = 0; i < kNodes; ++i) {
    auto made = std::make_shared<Stored>();
    made->name = node_name(i);
    made->uid = new_uid(server.random());
    made->revision = server.store().revision() + 1;
    made->rest = stencil.fill({quoted("resourceVersion", std::to_string(made->revision)), made->uid,
                               quoted("name", made->name)});
    server.store().load(type, std::move(made));
  }
}

TenantCopies::~TenantCopies() = default;

void TenantCopies::add() {
  const bool ill = ill_ != nullptr && made_ % kTenantsForOneIll == kTenantsForOneIll - 1;
  (ill ? ill_ : well_)->copy(server_, world_, tenant_name(made_), made_);
  ++made_;
}

}  // namespace masthead::sim
