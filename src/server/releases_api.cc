#include "server/releases_api.h"

#include <charconv>

#include "base/limits.h"
#include "host/console_view.h"
#include "json/value.h"
#include "k8s/known_kinds.h"

namespace masthead::server {
namespace {

using base::ErrorCode;

Answer refusal(ErrorCode code, std::string text) {
  return problem(http_status_of(code), {code, std::move(text), {}, {}, 0});
}

int64_t number_of(const Target& target, std::string_view name) {
  const std::string text = target.value(name);
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

base::Result<host::RevealRequest> parse_reveal(std::string_view body) {
  const json::Document document = TRY(json::Document::parse(body));
  const json::Value root = document.root();
  host::RevealRequest request;
  request.release = {std::string(root["namespace"].str()), std::string(root["name"].str())};
  request.revision = root["revision"].integer_or(0);
  for (const json::Value part : root["path"].items()) {
    if (part.is_string()) {
      request.path.emplace_back(std::string(part.str()));
    } else if (const auto index = part.integer(); index && *index >= 0) {
      request.path.emplace_back(static_cast<size_t>(*index));
    } else {
      return base::fail(ErrorCode::kInvalid, "A path is made of keys and places in lists.");
    }
  }
  if (request.release.name.empty() || request.path.empty() || request.revision < 0) {
    return base::fail(ErrorCode::kInvalid, "Name a HelmRelease and the path of a value.");
  }
  return request;
}

}  // namespace

// A callback for any thread that answers on the loop, if there still is somebody to answer.
template <typename T, typename Write>
auto ReleasesApi::later(HttpServer::Reply reply, Write write) {
  return [&loop = loop_, alive = std::weak_ptr(alive_), reply = std::move(reply),
          write = std::move(write)](base::Result<T> result) mutable {
    loop.post([alive, reply = std::move(reply), write = std::move(write),
               result = std::move(result)]() mutable {
      if (alive.expired()) return;
      if (!result) return reply(problem(http_status_of(result.error().code), result.error()));
      Answer answer;
      answer.body = write(std::move(*result));
      reply(std::move(answer));
    });
  };
}

std::string ReleasesApi::contents_json(const host::ReleaseContents& contents) const {
  const host::ConsoleView& view = hub_.view();
  json::Writer out;
  out.begin_object().key("release").raw(contents.json).key("objects").begin_array();
  for (const k8s::ObjectRef& ref : contents.objects) {
    const std::string_view table = k8s::known_table_id(ref.group, ref.kind);
    const host::Kind* kind = view.kind(table);
    const cache::RowPtr row = view.find(ref);
    out.begin_object().key("ref");
    cache::write_ref(out, ref);
    if (row != nullptr && kind != nullptr && kind->has_status) {
      out.key("status").string(k8s::status_name(row->status().status));
    }
    if (row == nullptr && view.lists(ref)) out.key("missing").boolean(true);
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

void ReleasesApi::get(const Target& target, HttpServer::Reply reply) {
  host::ReleaseAddress release{target.value("namespace"), target.value("name")};
  if (releases_ == nullptr) {
    return reply(refusal(ErrorCode::kUnsupported, "Releases are not read here."));
  }
  if (release.ns.empty() || release.name.empty()) {
    return reply(refusal(ErrorCode::kInvalid, "Name an object by namespace and name."));
  }
  const auto as_it_is = [](std::string json) { return json; };
  const int64_t revision = number_of(target, "revision");
  if (target.path == "api/release/contents") {
    releases_->contents(std::move(release), revision,
                        later<host::ReleaseContents>(std::move(reply), [this](auto contents) {
                          return contents_json(contents);
                        }));
  } else if (target.path == "api/release/values") {
    releases_->values(std::move(release), revision, later<std::string>(std::move(reply), as_it_is));
  } else if (target.path == "api/substitutions") {
    releases_->substitutions(std::move(release), later<std::string>(std::move(reply), as_it_is));
  } else if (target.path == "api/release/diff") {
    const int64_t from = number_of(target, "from"), to = number_of(target, "to");
    if (from <= 0 || to <= 0) {
      return reply(refusal(ErrorCode::kInvalid, "Name the two revisions."));
    }
    releases_->diff(std::move(release), from, to, later<std::string>(std::move(reply), as_it_is));
  } else {
    reply(refusal(ErrorCode::kNotFound, "There is no such address."));
  }
}

void ReleasesApi::post(std::string_view path, std::string_view body, HttpServer::Reply reply) {
  if (path != "api/release/reveal") {
    return reply(refusal(ErrorCode::kNotFound, "There is no such address."));
  }
  if (releases_ == nullptr) {
    return reply(refusal(ErrorCode::kUnsupported, "Releases are not read here."));
  }
  auto request = parse_reveal(body);
  if (!request) return reply(problem(http_status_of(request.error().code), request.error()));
  releases_->reveal(std::move(*request),
                    later<std::string>(std::move(reply), [](std::string json) { return json; }));
}

}  // namespace masthead::server
