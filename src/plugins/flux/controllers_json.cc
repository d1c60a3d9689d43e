// How the report on Flux's controllers is written for the page (api/openapi.yaml).
#include "flux/served_apis.h"
#include "plugins/flux/controllers_report.h"

namespace masthead::plugins::flux {

namespace rules = masthead::flux;

namespace {

std::string_view origin_name(rules::Controller::VersionFrom from) {
  using From = rules::Controller::VersionFrom;
  if (from == From::kDigest) return "digest";
  return from == From::kLabel ? "label" : "tag";
}

void write_refs(json::Writer& out, const std::vector<k8s::ObjectRef>& refs) {
  out.begin_array();
  for (const k8s::ObjectRef& ref : refs) cache::write_ref(out, ref);
  out.end_array();
}

void write_kind(json::Writer& out, const host::Kind& kind) {
  out.key("table").string(kind.table_id()).key("title").string(kind.title);
}

void write_pods(json::Writer& out, const ControllerLine& line) {
  out.key("restarts").integer(line.restarts.count);
  if (line.restarts.last_ms != 0) out.key("lastRestart").integer(line.restarts.last_ms);
  if (!line.restarts.last_exit.empty()) out.key("lastExit").string(line.restarts.last_exit);
  out.key("pods").begin_array();
  for (const auto& [ref, status] : line.pods) {
    out.begin_object().key("ref");
    cache::write_ref(out, ref);
    out.key("status").string(k8s::status_name(status)).end_object();
  }
  out.end_array();
}

void write_controller(json::Writer& out, const ControllerLine& line) {
  out.begin_object().key("component").string(line.component).key("status");
  cache::write_status(out, line.status);
  if (line.deployment) {
    out.key("ref");
    cache::write_ref(out, *line.deployment);
    out.key("ready").integer(line.told.ready).key("wanted").integer(line.told.wanted);
    if (!line.told.version.empty()) {
      out.key("version").string(line.told.version);
      out.key("versionFrom").string(origin_name(line.told.version_from));
    }
  }
  if (line.release) out.key("release").string(rules::release_name(*line.release));
  if (!line.shard.empty()) out.key("shard").string(line.shard);
  if (!line.watches.empty()) out.key("watches").string(line.watches);
  if (line.pods_known) write_pods(out, line);
  out.key("kinds").begin_array();
  for (const LookedAfter& one : line.kinds) {
    out.begin_object();
    write_kind(out, *one.kind);
    if (one.total) out.key("total").integer(*one.total);
    out.end_object();
  }
  out.end_array().key("flags").begin_array();
  for (const rules::ControllerFlag& flag : line.told.flags) {
    out.begin_object().key("flag").string(flag.text);
    if (!flag.meaning.empty()) out.key("meaning").string(flag.meaning);
    out.end_object();
  }
  out.end_array().end_object();
}

void write_unwatched(json::Writer& out, const Unwatched& one) {
  out.begin_object();
  write_kind(out, *one.kind);
  out.key("text").string(one.text).key("total").integer(static_cast<int64_t>(one.total));
  out.key("filter").string(one.filter).key("objects");
  write_refs(out, one.objects);
  out.end_object();
}

void write_api(json::Writer& out, const ServedApi& api) {
  out.begin_object();
  write_kind(out, *api.kind);
  out.key("group").string(api.kind->group_kind.group).key("versions").begin_array();
  for (const ServedApi::Version& version : api.versions) {
    out.begin_object().key("name").string(version.name);
    if (version.deprecated) out.key("deprecated").boolean(true);
    if (version.removed_in) out.key("removedIn").string(rules::release_name(*version.removed_in));
    out.end_object();
  }
  out.end_array();
  if (api.stored) {
    out.key("stored").begin_array();
    for (const std::string& version : *api.stored) out.string(version);
    out.end_array();
  }
  out.end_object();
}

void write_need(json::Writer& out, const UpgradeNeed& need) {
  out.begin_object();
  write_kind(out, *need.kind);
  out.key("release").string(rules::release_name(need.release)).key("next").boolean(need.next);
  out.key("version").string(need.version).key("text").string(need.text);
  out.key("total").integer(static_cast<int64_t>(need.total));
  if (need.by) {
    out.key("by");
    cache::write_ref(out, *need.by);
  }
  if (need.source) {
    out.key("source");
    cache::write_ref(out, *need.source);
  }
  out.key("filter").string(need.filter).key("objects");
  write_refs(out, need.objects);
  out.end_object();
}

}  // namespace

std::string controllers_json(const ControllersReport& report) {
  json::Writer out;
  out.begin_object().key("state").string(k8s::status_name(report.state));
  out.key("summary").string(report.summary).key("upgrade").string(report.upgrade);
  out.key("notes").begin_array();
  for (const auto& note : report.notes) {
    out.begin_object().key("attention").boolean(note.attention);
    out.key("text").string(note.text).end_object();
  }
  out.end_array().key("installations").begin_array();
  for (const Installation& one : report.installations) {
    out.begin_object().key("namespace").string(one.ns);
    if (!one.version.empty()) out.key("version").string(one.version);
    if (!one.version.empty()) out.key("knownBy").string(one.known_by);
    out.end_object();
  }
  out.end_array().key("controllers").begin_array();
  for (const ControllerLine& line : report.controllers) write_controller(out, line);
  out.end_array().key("unwatched").begin_array();
  for (const Unwatched& one : report.unwatched) write_unwatched(out, one);
  out.end_array().key("apis").begin_array();
  for (const ServedApi& api : report.apis) write_api(out, api);
  out.end_array().key("needs").begin_array();
  for (const UpgradeNeed& need : report.needs) write_need(out, need);
  out.end_array().end_object();
  return std::move(out).finish();
}

}  // namespace masthead::plugins::flux
