#include "sim/presentation.h"

#include <fmt/format.h>

#include "json/writer.h"

namespace masthead::sim {
namespace {

// "application/json;as=Table;v=v1;g=meta.k8s.io;q=0.8"
struct MediaType {
  std::string type, as, group, version;
};

std::string_view trimmed(std::string_view text) {
  while (!text.empty() && text.front() == ' ') text.remove_prefix(1);
  while (!text.empty() && text.back() == ' ') text.remove_suffix(1);
  return text;
}

MediaType read_media_type(std::string_view text) {
  MediaType out;
  for (bool first = true; !text.empty(); first = false) {
    const size_t end = std::min(text.find(';'), text.size());
    const std::string_view part = trimmed(text.substr(0, end));
    if (first) out.type = part;
    if (part.starts_with("as=")) out.as = part.substr(3);
    if (part.starts_with("g=")) out.group = part.substr(2);
    if (part.starts_with("v=")) out.version = part.substr(2);
    text.remove_prefix(std::min(end + 1, text.size()));
  }
  return out;
}

std::string partial_json(const Presentation& as, const ResourceType& type, const Stored& object) {
  const Document whole = object.document(type);
  Fields partial;
  partial["kind"] = "PartialObjectMetadata";
  partial["apiVersion"] = as.meta_version;
  const Document* metadata = find(whole, {"metadata"});
  if (metadata != nullptr) partial["metadata"] = *metadata;
  return to_text(Document(std::move(partial)));
}

void write_columns(json::Writer& out, const Presentation& as, const ResourceType& type) {
  out.begin_array();
  for (const TableColumn& column : table_columns(type, as.version)) {
    out.begin_object().key("name").string(column.name).key("type").string(column.type);
    out.key("format").string(column.format).key("description").string(column.description);
    out.key("priority").integer(column.priority).end_object();
  }
  out.end_array();
}

void write_row(json::Writer& out, const Presentation& as, const ResourceType& type,
               const Stored& object, int64_t now_ms) {
  const Document document = object.document(type);
  out.begin_object().key("cells").raw(
      to_text(Document(table_cells(type, as.version, document, now_ms))));
  if (as.include == Presentation::Include::kMetadata) {
    out.key("object").raw(partial_json(as, type, object));
  } else if (as.include == Presentation::Include::kObject) {
    out.key("object").raw(object.json(type, as.version));
  } else {
    out.key("object").null();
  }
  out.end_object();
}

std::string table(const Presentation& as, const ResourceType& type,
                  const std::vector<StoredPtr>& objects, const ListMeta& meta, bool with_columns,
                  int64_t now_ms) {
  json::Writer out;
  out.begin_object().key("kind").string("Table").key("apiVersion").string(as.meta_version);
  out.key("metadata").begin_object();
  if (meta.revision > 0) out.key("resourceVersion").string(std::to_string(meta.revision));
  if (!meta.continue_token.empty()) out.key("continue").string(meta.continue_token);
  if (meta.remaining) out.key("remainingItemCount").integer(*meta.remaining);
  out.end_object().key("columnDefinitions");
  if (with_columns) {
    write_columns(out, as, type);
  } else {
    out.null();
  }
  out.key("rows").begin_array();
  for (const StoredPtr& object : objects) write_row(out, as, type, *object, now_ms);
  out.end_array().end_object();
  return std::move(out).finish();
}

}  // namespace

std::optional<Presentation> read_accept(std::string_view accept, std::string_view version) {
  Presentation as;
  as.version = version;
  if (trimmed(accept).empty()) return as;
  while (!accept.empty()) {
    const size_t end = std::min(accept.find(','), accept.size());
    const MediaType media = read_media_type(accept.substr(0, end));
    accept.remove_prefix(std::min(end + 1, accept.size()));
    if (media.type != "application/json" && media.type != "*/*") continue;
    if (media.as.empty()) return as;
    if (media.group != "meta.k8s.io") continue;
    if (media.version == "v1beta1") as.meta_version = "meta.k8s.io/v1beta1";
    if (media.as == "Table") as.form = Presentation::Form::kTable;
    if (media.as == "PartialObjectMetadata" || media.as == "PartialObjectMetadataList") {
      as.form = Presentation::Form::kPartial;
      as.of_list = media.as == "PartialObjectMetadataList";
    }
    if (as.form != Presentation::Form::kWhole) return as;
  }
  return std::nullopt;
}

std::string present_one(const Presentation& as, const ResourceType& type, const Stored& object,
                        int64_t now_ms, bool first) {
  switch (as.form) {
    case Presentation::Form::kWhole:
      return object.json(type, as.version);
    case Presentation::Form::kPartial:
      return partial_json(as, type, object);
    case Presentation::Form::kTable: {
      const StoredPtr one(&object, [](const Stored*) {});
      return table(as, type, {one}, {object.revision, "", std::nullopt}, first, now_ms);
    }
  }
  return {};
}

std::string present_list(const Presentation& as, const ResourceType& type,
                         const std::vector<StoredPtr>& objects, const ListMeta& meta,
                         int64_t now_ms) {
  if (as.form == Presentation::Form::kTable) {
    return table(as, type, objects, meta, /*with_columns=*/true, now_ms);
  }
  const bool partial = as.form == Presentation::Form::kPartial;
  json::Writer out;
  out.begin_object();
  out.key("kind").string(partial ? "PartialObjectMetadataList" : type.kind + "List");
  out.key("apiVersion").string(partial ? as.meta_version : type.api_version(as.version));
  out.key("metadata").begin_object().key("resourceVersion").string(std::to_string(meta.revision));
  if (!meta.continue_token.empty() || type.custom) out.key("continue").string(meta.continue_token);
  if (meta.remaining) out.key("remainingItemCount").integer(*meta.remaining);
  out.end_object().key("items").begin_array();
  for (const StoredPtr& object : objects) {
    if (partial) {
      out.raw(partial_json(as, type, *object));
    } else if (type.custom) {
      out.raw(object->json(type, as.version));
    } else {
      out.raw("{" + object->rest);  // built-in kinds leave kind and apiVersion to the list
    }
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

}  // namespace masthead::sim
