// How the fleet gets large: what the controllers made of a tenant is cut into pieces at everything
// that differs in another tenant (names, UIDs, hashes, times, addresses), and put together again
// around other values, as text. So a copy is what the controllers would have made, for a
// thousandth of the work.
//
// Threading: the loop of the API server, while it holds requests.
#pragma once

#include <array>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/random.h"
#include "sim/api_server.h"
#include "sim/fleet/world.h"

namespace masthead::sim {

// What differs from copy to copy, and which value stands for it.
class Tokens {
 public:
  struct Token {
    std::string text;
    size_t slot;
  };
  void add(std::string text, size_t slot);
  // The longest that `text` begins with; nullptr when it begins with none.
  const Token* at(std::string_view text) const;

 private:
  std::array<std::vector<Token>, 256> by_first_byte_;
};

// A text cut at its tokens: each gap takes one of a list of values.
class Stencil {
 public:
  Stencil(std::string_view text, const Tokens& tokens);
  std::string fill(const std::vector<std::string>& values) const;

 private:
  std::vector<Tokens::Token> pieces_;  // a text, and what stands behind it
  std::string rest_;
};

// One tenant, cut.
class TenantPattern {
 public:
  TenantPattern(ApiServer& server, const World& world, std::string ns);
  // Puts a copy of that name into the store and into the world.
  void copy(ApiServer& server, World& world, const std::string& ns, size_t number) const;

 private:
  // What a gap takes, in the order in which the values are made: later ones may hold earlier ones.
  struct Slot {
    enum class Kind { kRevision, kName, kUid, kTime, kCommit, kNode, kAddress, kHash, kPod };
    Kind kind;
    std::string was;
    size_t uid = 0;                 // kPod: the slot of its UID
    std::shared_ptr<Stencil> from;  // kHash: the pod template; kPod: the name without its suffix
  };
  struct Part {
    ResourceTypePtr type;
    Stencil name, uid, rest;
    std::vector<std::pair<std::string, Stencil>> labels;
    bool same_labels;  // as the part before
  };
  void add_slot(Slot::Kind kind, std::string was, size_t uid = 0,
                std::shared_ptr<Stencil> from = nullptr);
  void find_common(const ResourceType& type, const Document& object, const std::string& text);
  void find_in_pod(const Document& pod);
  void add_part(const ResourceTypePtr& type, const Stored& object, const std::string& text,
                const Labels* labels_before);
  std::vector<std::string> values_for(ApiServer& server, const std::string& ns,
                                      size_t number) const;

  std::string ns_;
  std::vector<Slot> slots_;
  Tokens tokens_;
  std::vector<Part> parts_;
  World::Repository repository_;
};

class TenantCopies {
 public:
  // Of both tenants of inventory.h, one of fifty ill; or of the one that is well.
  TenantCopies(ApiServer& server, World& world, bool all_well);
  ~TenantCopies();
  void add();

 private:
  ApiServer& server_;
  World& world_;
  std::unique_ptr<TenantPattern> well_, ill_;
  size_t made_ = 0;
};

}  // namespace masthead::sim
