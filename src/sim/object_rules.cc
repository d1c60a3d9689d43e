#include "sim/object_rules.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/time_format.h"
#include "sim/body_decoding.h"
#include "sim/kind_decoding.h"
#include "sim/kind_validation.h"
#include "sim/metadata_rules.h"
#include "sim/names.h"

namespace masthead::sim {
namespace {

std::string seconds_text(int64_t ms) {
  return base::format_rfc3339(ms / 1000 * 1000);
}

bool name_is_path_segment(const ResourceType& type) {
  // RBAC objects may be named "system:node"; only path segments are checked.
  return type.group == "rbac.authorization.k8s.io";
}

using Causes = std::vector<ApiStatus::Cause>;

// Nothing may be said of an object without a name.
Outcome<void> check_named(const ResourceType& type, const std::string& name) {
  if (!name.empty()) return {};
  return refuse(invalid(type, "",
                        {{"FieldValueRequired", "Required value: name or generateName is required",
                          "metadata.name"}}));
}

std::string name_problem_of(const ResourceType& type, const std::string& name) {
  if (name_is_path_segment(type)) {
    return name.find_first_of("/%") != std::string::npos ? "may not contain '/' or '%'" : "";
  }
  if (type.custom || !type.group.empty() || type.plural != "namespaces") return name_problem(name);
  if (name.size() > 63) return "must be no more than 63 characters";
  if (name.find('.') != std::string::npos) return "must not contain dots";
  return label_name_problem(name);
}

void check_name(Causes& causes, const ResourceType& type, const std::string& name) {
  const std::string problem = name_problem_of(type, name);
  if (problem.empty()) return;
  causes.push_back({"FieldValueInvalid", fmt::format("Invalid value: \"{}\": {}", name, problem),
                    "metadata.name"});
}

void append(Causes& causes, Causes more) {
  std::move(more.begin(), more.end(), std::back_inserter(causes));
}

// Everything but metadata and status: what metadata.generation counts.
bool same_specification(const Document& a, const Document& b) {
  const auto bare = [](const Document& object) {
    Fields fields = object.as_object();
    fields.erase("metadata");
    fields.erase("status");
    fields.erase("apiVersion");
    fields.erase("kind");
    return Document(std::move(fields));
  };
  return bare(a) == bare(b);
}

void keep(const Document& old, Fields& metadata, std::string_view key) {
  const Document* was = find(old, {"metadata", key});
  if (was == nullptr) {
    metadata.erase({key.data(), key.size()});
  } else {
    metadata[{key.data(), key.size()}] = *was;
  }
}

void drop_empty(Fields& metadata, std::string_view key) {
  const Document* value = metadata.if_contains({key.data(), key.size()});
  if (value == nullptr) return;
  const bool empty = value->is_null() || (value->is_object() && value->get_object().empty()) ||
                     (value->is_array() && value->get_array().empty());
  if (empty) metadata.erase({key.data(), key.size()});
}

// A client that leaves out a Service's address does not give it back.
void keep_allocated(const ResourceType& type, const Document& old, Document& object) {
  if (type.plural != "services" || !type.group.empty()) return;
  Fields& spec = object_in(object.get_object(), "spec");
  for (const std::string_view key : {"clusterIP", "clusterIPs", "ipFamilies", "ipFamilyPolicy"}) {
    const Document* had = find(old, {"spec", key});
    if (had != nullptr && !spec.contains({key.data(), key.size()})) {
      spec[{key.data(), key.size()}] = *had;
    }
  }
}

// Definitions' objects are refused by the name of their resource here, not of their kind.
ResourceType of_resource(const ResourceType& type) {
  ResourceType named = type;
  named.kind = type.plural;
  return named;
}

ApiStatus fixed_metadata(const ResourceType& type, const std::string& name, const char* field,
                         std::string_view value) {
  return invalid(
      type, name,
      {{"FieldValueInvalid", fmt::format("Invalid value: \"{}\": field is immutable", value),
        fmt::format("metadata.{}", field)}});
}

// How the layer below begins its refusals of kinds that are stored under their plain names.
std::string storage_error(const ResourceType& type, const Document& old) {
  if (type.custom || !type.namespaced) return {};
  return fmt::format(
      "StorageError: invalid object, Code: 4, Key: /registry/{}/{}/{}, ResourceVersion: 0, "
      "AdditionalErrorMsg: ",
      type.plural, text_at(old, {"metadata", "namespace"}), text_at(old, {"metadata", "name"}));
}

Outcome<void> check_preconditions(const WriteContext& context, const Document& old,
                                  const Document& object) {
  const std::string name(text_at(old, {"metadata", "name"}));
  const std::string_view uid = text_at(object, {"metadata", "uid"});
  const std::string_view old_uid = text_at(old, {"metadata", "uid"});
  if (!uid.empty() && uid != old_uid) {
    if (context.patch) return refuse(fixed_metadata(context.type, name, "uid", uid));
    return refuse(conflict(
        context.type, name,
        fmt::format("{}Precondition failed: UID in precondition: {}, UID in object meta: {}",
                    storage_error(context.type, old), uid, old_uid)));
  }
  const std::string_view ended = text_at(object, {"metadata", "deletionTimestamp"});
  if (context.patch && ended != text_at(old, {"metadata", "deletionTimestamp"}) && !ended.empty()) {
    return refuse(fixed_metadata(context.type, name, "deletionTimestamp", ended));
  }
  const std::string_view version = text_at(object, {"metadata", "resourceVersion"});
  if (!std::all_of(version.begin(), version.end(), [](char c) { return c >= '0' && c <= '9'; })) {
    return refuse(
        internal_error(fmt::format("strconv.ParseUint: parsing \"{}\": invalid syntax", version)));
  }
  if (version.empty() || version == "0") {
    if (!context.type.custom) return {};
    return refuse(
        invalid(of_resource(context.type), name,
                {{"FieldValueInvalid", "Invalid value: 0: must be specified for an update",
                  "metadata.resourceVersion"}}));
  }
  if (version == text_at(old, {"metadata", "resourceVersion"})) return {};
  return refuse(conflict(context.type, name,
                         "the object has been modified; please apply your changes to the latest "
                         "version and try again"));
}

}  // namespace

std::string name_problem(std::string_view name) {
  static constexpr std::string_view kRule =
      "a lowercase RFC 1123 subdomain must consist of lower case alphanumeric characters, '-' or "
      "'.', and must start and end with an alphanumeric character (e.g. 'example.com', regex used "
      "for validation is "
      "'[a-z0-9]([-a-z0-9]*[a-z0-9])?(\\.[a-z0-9]([-a-z0-9]*[a-z0-9])?)*')";
  if (name.size() > 253) return "must be no more than 253 characters";
  const auto alphanumeric = [](char c) { return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9'); };
  bool label_open = true;  // at the beginning of a label
  for (size_t i = 0; i < name.size(); ++i) {
    const char c = name[i];
    const bool ends_label = i + 1 == name.size() || name[i + 1] == '.';
    if (c == '.' ? label_open : !(alphanumeric(c) || (c == '-' && !label_open && !ends_label))) {
      return std::string(kRule);
    }
    label_open = c == '.';
  }
  return name.empty() || label_open ? std::string(kRule) : "";
}

std::string new_uid(base::Random& random) {
  const uint64_t a = random.next();
  const uint64_t b = random.next();
  return fmt::format("{:08x}-{:04x}-4{:03x}-{:04x}-{:012x}", a >> 32, (a >> 16) & 0xffff, a & 0xfff,
                     0x8000 | ((b >> 48) & 0x3fff), b & 0xffffffffffff);
}

Outcome<void> prepare_create(const WriteContext& context, std::string_view ns, Document& object) {
  if (auto good = check_kind(context, object); !good) return good;
  const ResourceType& type = context.type;
  Fields& fields = object.get_object();
  fields["kind"] = type.kind;
  fields["apiVersion"] = type.api_version(type.storage_version());
  Fields& metadata = object_in(fields, "metadata");
  const std::string_view own_ns = text_at(object, {"metadata", "namespace"});
  if (type.namespaced && !own_ns.empty() && own_ns != ns) {
    return refuse(bad_request(
        "the namespace of the provided object does not match the namespace sent on the request"));
  }
  if (type.namespaced) {
    metadata["namespace"] = std::string(ns);
  } else {
    metadata.erase("namespace");
  }
  if (!text_at(object, {"metadata", "resourceVersion"}).empty()) {
    return refuse(internal_error("resourceVersion should not be set on objects to be created"));
  }
  const std::string prefix(text_at(object, {"metadata", "generateName"}));
  if (text_at(object, {"metadata", "name"}).empty() && !prefix.empty()) {
    static constexpr std::string_view kLetters = "bcdfghjklmnpqrstvwxz2456789";
    std::string name = prefix.substr(0, 58);
    for (int i = 0; i < 5; ++i) name += kLetters[context.random.below(kLetters.size())];
    metadata["name"] = name;
  }
  const std::string name(text_at(object, {"metadata", "name"}));
  if (auto good = check_named(type, name); !good) return good;
  if (auto good = decode_body(context, object); !good) return good;
  for (const std::string_view empty : {"labels", "annotations", "finalizers", "ownerReferences"}) {
    drop_empty(metadata, empty);
  }
  for (const char* bookkeeping :
       {"deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields"}) {
    metadata.erase(bookkeeping);
  }
  metadata["uid"] = new_uid(context.random);
  metadata["creationTimestamp"] = seconds_text(context.now_ms);
  if (type.has_generation) metadata["generation"] = 1;
  set_defaults(type, object);
  Causes causes;
  check_name(causes, type, name);
  append(causes, metadata_problems(type, object));
  append(causes, specification_problems(type, object));
  if (!causes.empty()) return refuse(invalid(type, name, std::move(causes)));
  // "status" of a create is ignored where the kind has the subresource.
  if (type.has_status) fields.erase("status");
  record_ownership(context, Document(), object);
  set_beginnings(type, object, context.random, context.now_ms);
  return {};
}

Outcome<bool> prepare_update(const WriteContext& context, const Document& old, Document& object) {
  if (auto good = check_kind(context, object); !good) return refuse(good.error());
  const ResourceType& type = context.type;
  const std::string name(text_at(old, {"metadata", "name"}));
  const std::string_view new_name = text_at(object, {"metadata", "name"});
  if (new_name.empty()) {
    return refuse(bad_request(fmt::format(
        "the name of the object ({} based on URL) was undeterminable: name must be provided",
        name)));
  }
  const std::string_view ns = text_at(object, {"metadata", "namespace"});
  if (!ns.empty() && ns != text_at(old, {"metadata", "namespace"})) {
    return refuse(bad_request(
        "the namespace of the provided object does not match the namespace sent on the request"));
  }
  if (new_name != name) {
    return refuse(bad_request(fmt::format(
        "the name of the object ({}) does not match the name on the URL ({})", new_name, name)));
  }
  if (auto good = check_preconditions(context, old, object); !good) return refuse(good.error());
  if (auto good = decode_body(context, object); !good) return refuse(good.error());
  if (context.subresource.empty()) {
    keep_allocated(type, old, object);
    set_defaults(type, object);
  }
  Causes causes = metadata_problems(type, object);
  if (causes.empty()) {
    if (auto good = check_finalizers(type, old, object); !good) return refuse(good.error());
  }
  if (context.subresource.empty()) {
    append(causes, specification_problems(type, object));
    append(causes, immutable_problems(type, old, object));
  }
  if (!causes.empty()) return refuse(invalid(type, name, std::move(causes)));
  Fields& fields = object.get_object();
  fields["kind"] = type.kind;
  fields["apiVersion"] = type.api_version(type.storage_version());
  Fields& metadata = object_in(fields, "metadata");
  for (const std::string_view kept :
       {"name", "namespace", "uid", "creationTimestamp", "deletionTimestamp",
        "deletionGracePeriodSeconds", "generation", "managedFields", "resourceVersion"}) {
    keep(old, metadata, kept);
  }
  metadata.erase("selfLink");
  if (context.subresource == "status") {
    Document status = fields.contains("status") ? fields["status"] : Document();
    Fields whole = old.as_object();
    if (fields.contains("status")) {
      whole["status"] = std::move(status);
    } else {
      whole.erase("status");
    }
    object = Document(std::move(whole));
  } else {
    for (const std::string_view empty :
         {"labels", "annotations", "finalizers", "ownerReferences"}) {
      drop_empty(metadata, empty);
    }
    if (type.has_status) {
      const Document* status = find(old, {"status"});
      if (status == nullptr) {
        fields.erase("status");
      } else {
        fields["status"] = *status;
      }
    }
  }
  if (object == old) return false;
  Fields& final_metadata = object_in(object.get_object(), "metadata");
  if (type.has_generation && context.subresource.empty() && !same_specification(old, object)) {
    final_metadata["generation"] = number_at(old, {"metadata", "generation"}, 1) + 1;
  }
  record_ownership(context, old, object);
  return true;
}

}  // namespace masthead::sim
