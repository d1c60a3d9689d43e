#include "flux/written_in.h"

#include <tuple>

namespace masthead::flux {

WrittenIn written_in(const json::Value& object) {
  WrittenIn found;
  std::tuple<bool, std::string_view> best;
  for (const json::Value entry : object["metadata"]["managedFields"].items()) {
    const std::string_view version = entry["specVersion"].str();
    if (version.empty() || !entry["subresource"].str().empty()) continue;
    const std::tuple order(entry["operation"].str() == "Apply", entry["time"].str());
    if (!found.version.empty() && order < best) continue;
    best = order;
    found = {version.substr(version.find('/') + 1), entry["manager"].str()};
  }
  return found;
}

}  // namespace masthead::flux
