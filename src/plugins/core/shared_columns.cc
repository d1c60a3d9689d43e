// Columns that several kinds share, as `kubectl get -o wide` prints them.
#include <fmt/ranges.h>

#include <algorithm>
#include <map>
#include <vector>

#include "base/time_format.h"
#include "plugins/core/kinds.h"

namespace masthead::plugins::core {

using cache::ColumnType;

void add_container_columns(host::Kind& kind) {
  kind.columns.push_back(
      {"containers", "Containers", ColumnType::kText, false, 160, "", "container"});
  kind.columns.push_back({"images", "Images", ColumnType::kText, false, 260, "", "image"});
}

void fill_containers(const json::Value& pod_spec, cache::RowBuilder& row) {
  std::string names, images;
  for (const json::Value container : pod_spec["containers"].items()) {
    if (!names.empty()) names += ", ";
    if (!images.empty()) images += ", ";
    names += container["name"].str();
    images += container["image"].str();
  }
  row.text("containers", names);
  row.text("images", images);
}

std::string map_text(const json::Value& map) {
  std::string text;
  for (const auto& [key, value] : map.members()) {
    if (!text.empty()) text += ",";
    text += key;
    text += "=";
    text += value.str();
  }
  return text;
}

namespace {

std::string in_words(const json::Value& expression) {
  const std::string key(expression["key"].str());
  const auto op = expression["operator"].str();
  if (op == "Exists") return key;
  if (op == "DoesNotExist") return "!" + key;
  std::vector<std::string_view> values;
  for (const json::Value value : expression["values"].items()) values.push_back(value.str());
  std::ranges::sort(values);
  return fmt::format("{} {} ({})", key, op == "NotIn" ? "notin" : "in", fmt::join(values, ","));
}

}  // namespace

// As labels.Selector writes itself: by key, values in their order.
std::string selector_text(const json::Value& selector) {
  std::multimap<std::string, std::string> terms;
  for (const auto& [key, value] : selector["matchLabels"].members()) {
    terms.emplace(key, fmt::format("{}={}", key, value.str()));
  }
  for (const json::Value expression : selector["matchExpressions"].items()) {
    terms.emplace(expression["key"].str(), in_words(expression));
  }
  std::string text;
  for (const auto& [key, term] : terms) {
    if (!text.empty()) text += ",";
    text += term;
  }
  return text;
}

bool fill_terminating(const json::Value& object, k8s::StatusValue& status) {
  const auto deleting = object["metadata"]["deletionTimestamp"];
  if (!deleting.exists()) return false;
  status.status = k8s::Status::kTerminating;
  status.since_ms = base::rfc3339_or_zero(deleting.str());
  status.since_exact = status.since_ms != 0;
  return true;
}

}  // namespace masthead::plugins::core
