// In which form a client wants objects: whole, as rows of a Table (what `kubectl get` prints), or
// their metadata alone (PartialObjectMetadata).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "sim/api_status.h"
#include "sim/document.h"
#include "sim/resource_type.h"
#include "sim/store.h"

namespace masthead::sim {

struct Presentation {
  enum class Form { kWhole, kTable, kPartial };
  enum class Include { kNone, kMetadata, kObject };  // the object beside its row
  Form form = Form::kWhole;
  bool of_list = false;                         // PartialObjectMetadataList was asked for
  std::string version;                          // the objects' own, as asked for
  std::string meta_version = "meta.k8s.io/v1";  // of Tables and partial objects
  Include include = Include::kMetadata;
};

// From the Accept header; nothing when none of what it accepts is offered.
std::optional<Presentation> read_accept(std::string_view accept, std::string_view version);

// One object as it stands in an answer or a watch event. `first`: the column definitions are
// written (later events of a watch leave them out).
std::string present_one(const Presentation& as, const ResourceType& type, const Stored& object,
                        int64_t now_ms, bool first);

struct ListMeta {
  uint64_t revision = 0;
  std::string continue_token;
  std::optional<int64_t> remaining;
};
std::string present_list(const Presentation& as, const ResourceType& type,
                         const std::vector<StoredPtr>& objects, const ListMeta& meta,
                         int64_t now_ms);

// The cells of a row; see table_columns.cc.
struct TableColumn {
  std::string name, type, format, description;
  int priority = 0;
};
std::vector<TableColumn> table_columns(const ResourceType& type, const std::string& version);
Items table_cells(const ResourceType& type, const std::string& version, const Document& object,
                  int64_t now_ms);

}  // namespace masthead::sim
