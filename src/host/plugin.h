// What a plugin is: kinds, navigation sections, and what it concludes from the objects of a Scope.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "cache/table_view.h"
#include "host/kind.h"
#include "k8s/health.h"
#include "k8s/identifiers.h"

namespace masthead::host {

// Something that moved and may explain what came after.
struct ChangeBefore {
  int64_t at_ms = 0;
  std::string text;
  std::string revision;
  std::string subject;  // of the commit
  std::optional<k8s::ObjectRef> ref;
};

// One line of Home: something broken that nothing else explains.
struct Cause {
  k8s::ObjectRef ref;
  k8s::StatusValue status;
  std::vector<k8s::ObjectRef> waiting;
  std::optional<ChangeBefore> before;
};

// The tables of one Scope, as a plugin's Analyst reads them. By table id; a kind that is not served
// has none.
using Views = std::map<std::string, std::unique_ptr<cache::TableView>, std::less<>>;

// Concludes what single objects do not say: corrected statuses and causes. One per Scope, on the
// server's loop.
class Analyst {
 public:
  virtual ~Analyst() = default;
  // The tables whose change makes the conclusions old.
  virtual const std::vector<std::string>& reads() const = 0;
  // Corrects statuses in the views and returns the causes, worst first.
  virtual std::vector<Cause> analyse(Views& views, int64_t now_ms) = 0;
};

class ConsoleView;

class Plugin {
 public:
  virtual ~Plugin() = default;
  virtual std::string_view id() const = 0;
  virtual const std::vector<Section>& sections() const = 0;
  virtual const std::vector<Kind>& kinds() const = 0;
  virtual std::unique_ptr<Analyst> make_analyst() const = 0;
  // What reconciles its kinds and what they need, as JSON; nothing when it has no such page.
  virtual std::optional<std::string> controllers_json(const ConsoleView& console) const {
    (void)console;
    return std::nullopt;
  }
  // The tables that this reads beside those of its own kinds; those that nobody watches are watched
  // while somebody looks.
  virtual std::vector<std::string_view> controllers_read() const { return {}; }
};

}  // namespace masthead::host
