// What the API server does to an object on its way into the store, whatever its kind: names and
// metadata are checked, bookkeeping is set and cannot be set by clients, status and spec are
// written through their own endpoints, ownership of fields is recorded.
#pragma once

#include <string>
#include <string_view>

#include "base/random.h"
#include "sim/api_status.h"
#include "sim/document.h"
#include "sim/resource_type.h"

namespace masthead::sim {

struct WriteContext {
  const ResourceType& type;
  std::string version;      // of the request
  std::string subresource;  // "" or "status"
  std::string manager;
  std::string operation;  // Update or Apply
  int64_t now_ms = 0;
  base::Random& random;
  bool patch = false;   // the object was made of the old one: what does not fit is said so
  bool strict = false;  // fieldValidation=Strict
};

// A new object, from what the client sent. Checks kind, apiVersion, namespace and name.
Outcome<void> prepare_create(const WriteContext& context, std::string_view ns, Document& object);

// `object` becomes what is stored after an update of `old`: bookkeeping of `old` is kept, the part
// that this endpoint does not write too, generation rises when the specification changed. Returns
// false when nothing changed: then nothing is written and the resourceVersion stays.
Outcome<bool> prepare_update(const WriteContext& context, const Document& old, Document& object);

// Lower-case RFC 1123 subdomain, as most kinds' names; empty text when it is one.
std::string name_problem(std::string_view name);

// managedFields after `context.manager` has written `now`; `old` is null for a new object.
void record_ownership(const WriteContext& context, const Document& old, Document& now);

std::string new_uid(base::Random& random);

}  // namespace masthead::sim
