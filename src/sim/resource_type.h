// What kinds of objects the embedded API server serves: a table of built-in ones, and one entry for
// each CustomResourceDefinition that it holds. Plain values.
#pragma once

#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "sim/document.h"

namespace masthead::sim {

struct PrinterColumn {
  std::string name, type, format, description, json_path;
  int priority = 0;
};

struct ResourceVersionServed {
  std::string name;
  std::vector<PrinterColumn> columns;  // of a CustomResourceDefinition
  bool deprecated = false;
  std::string deprecation_warning;
};

struct ResourceType {
  std::string group;
  std::vector<ResourceVersionServed> versions;  // preferred first; objects are stored in the first
  std::string plural, singular, kind;
  bool namespaced = true;
  std::vector<std::string> short_names;
  std::vector<std::string> categories;
  bool has_status = false;
  bool has_scale = false;
  bool custom = false;
  // metadata.generation is kept: it rises with each change of anything but metadata and status.
  bool has_generation = false;
  // Only POST: reviews, whose answer is computed and never stored.
  bool review = false;
  // Where .spec.replicas and .status.replicas are (scale).
  std::string label_selector_path;
  // Paths for field selectors besides metadata.name and metadata.namespace.
  std::vector<std::string> field_labels;

  std::string qualified() const { return group.empty() ? plural : plural + "." + group; }
  std::string api_version(const std::string& version) const {
    return group.empty() ? version : group + "/" + version;
  }
  const std::string& storage_version() const { return versions.front().name; }
  const ResourceVersionServed* version(std::string_view name) const;
  // "/api/v1" names its resources so: "pods", "pods/status".
  std::vector<std::string> verbs() const;
};

using ResourceTypePtr = std::shared_ptr<const ResourceType>;

class ResourceTypes {
 public:
  ResourceTypes();  // the built-in ones

  // nullptr when it is not served.
  ResourceTypePtr find(std::string_view group, std::string_view version,
                       std::string_view plural) const;
  ResourceTypePtr find(std::string_view group, std::string_view plural) const;
  ResourceTypePtr by_kind(std::string_view group, std::string_view kind) const;
  std::vector<ResourceTypePtr> all() const;
  // Raised with each change of what is served; the ETag of discovery.
  uint64_t revision() const { return revision_; }

  // From a CustomResourceDefinition (apiextensions.k8s.io/v1); replaces what it defined before.
  void define(const Document& crd);
  void undefine(std::string_view group, std::string_view plural);

 private:
  std::map<std::pair<std::string, std::string>, ResourceTypePtr> types_;  // by group, plural
  uint64_t revision_ = 1;
};

}  // namespace masthead::sim
