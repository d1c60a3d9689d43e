#include "server/operations_api.h"

#include <algorithm>
#include <charconv>

#include "base/limits.h"
#include "host/console_view.h"
#include "json/value.h"

namespace masthead::server {
namespace {

using base::ErrorCode;

base::Error error(ErrorCode code, std::string text, std::string hint = {}) {
  return {code, std::move(text), std::move(hint), {}, 0};
}

Answer problem_of(const base::Error& why) {
  return problem(http_status_of(why.code), why);
}

base::Result<host::OperationRequest> parse_request(std::string_view body) {
  const json::Document document = TRY(json::Document::parse(body));
  const json::Value root = document.root();
  host::OperationRequest request;
  request.action = std::string(root["action"].str());
  request.reason = std::string(root["reason"].str());
  request.until_ms = root["until"].integer_or(0);
  for (const json::Value object : root["objects"].items()) {
    request.objects.push_back({std::string(object["table"].str()),
                               std::string(object["namespace"].str()),
                               std::string(object["name"].str())});
    const host::ObjectAddress& last = request.objects.back();
    if (last.table.empty() || last.name.empty()) {
      return base::fail(ErrorCode::kInvalid, "An object is named by its table and its name.");
    }
  }
  if (request.action.empty() || request.objects.empty()) {
    return base::fail(ErrorCode::kInvalid, "Name an action and at least one object.");
  }
  if (request.objects.size() > limits::kOperationObjects) {
    return base::fail(ErrorCode::kTooLarge, "At most " + std::to_string(limits::kOperationObjects) +
                                                " objects at a time.");
  }
  return request;
}

std::string started_json(const std::vector<base::Result<int64_t>>& started) {
  json::Writer out;
  out.begin_object().key("results").begin_array();
  for (const auto& result : started) {
    out.begin_object();
    if (result) {
      out.key("id").integer(*result);
    } else {
      out.key("problem");
      host::write_problem(out, result.error());
    }
    out.end_object();
  }
  out.end_array().end_object();
  return std::move(out).finish();
}

void write_entry(json::Writer& out, const history::AuditEntry& entry) {
  const auto text = [&](const char* key, const std::string& value) {
    if (!value.empty()) out.key(key).string(value);
  };
  out.begin_object().key("id").integer(entry.id).key("at").integer(entry.at_ms);
  out.key("user").string(entry.user).key("action").string(entry.action);
  out.key("title").string(entry.title).key("ref");
  cache::write_ref(out, entry.ref);
  text("before", entry.before);
  text("reason", entry.reason);
  if (entry.until_ms != 0) out.key("until").integer(entry.until_ms);
  out.key("outcome").string(entry.outcome);
  text("message", entry.message);
  text("revision", entry.revision);
  if (entry.ended_ms != 0) out.key("ended").integer(entry.ended_ms);
  out.end_object();
}

int64_t number_of(const Target& target, std::string_view name) {
  const std::string text = target.value(name);
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

}  // namespace

bool OperationsApi::takes(std::string_view path) {
  return path == "api/offers" || path == "api/operations" || path == "api/operations/give-up";
}

void OperationsApi::post(std::string_view path, std::string_view body, HttpServer::Reply reply) {
  if (source_.snapshot()->read_only) {
    return reply(problem_of(error(ErrorCode::kForbidden, "Masthead was started with --read-only.",
                                  "Start it without to change anything.")));
  }
  if (operations_ == nullptr) {
    return reply(problem_of(error(ErrorCode::kUnsupported, "Nothing can be done here.")));
  }
  if (path == "api/operations/give-up") {
    const auto document = json::Document::parse(body);
    const int64_t id = document ? document->root()["id"].integer_or(0) : 0;
    if (id <= 0) return reply(problem_of(error(ErrorCode::kInvalid, "Name an operation.")));
    operations_->give_up(id);
    Answer answer;
    answer.body = "{}";
    return reply(std::move(answer));
  }
  auto request = parse_request(body);
  if (!request) return reply(problem_of(request.error()));
  if (path == "api/offers") {
    offers(std::move(*request), std::move(reply));
  } else {
    start(std::move(*request), std::move(reply));
  }
}

// Answered when the rights are known, so that the page does not have to ask twice.
void OperationsApi::offers(host::OperationRequest request, HttpServer::Reply reply) {
  const auto held = std::make_shared<HttpServer::Reply>(std::move(reply));
  const auto objects = request.objects;
  // Once makes the plans' own questions known, the second time they are answered.
  (void)hub_.view().offers_json(request.action, objects);
  operations_->ask_rights(objects, [this, alive = std::weak_ptr(alive_), held,
                                    request = std::move(request), &loop = loop_] {
    loop.post([this, alive, held, request] {
      if (alive.expired()) return;
      Answer answer;
      answer.body = hub_.view().offers_json(request.action, request.objects);
      (*held)(std::move(answer));
    });
  });
}

void OperationsApi::start(host::OperationRequest request, HttpServer::Reply reply) {
  const auto held = std::make_shared<HttpServer::Reply>(std::move(reply));
  operations_->start(std::move(request), [alive = std::weak_ptr(alive_), held,
                                          &loop = loop_](host::Operations::Started started) {
    loop.post([alive, held, started = std::move(started)] {
      if (alive.expired()) return;
      if (!started) return (*held)(problem_of(started.error()));
      Answer answer;
      answer.body = started_json(*started);
      (*held)(std::move(answer));
    });
  });
}

Answer OperationsApi::audit(const Target& target) {
  if (history_ == nullptr) {
    return problem_of(error(ErrorCode::kUnsupported, "There is no audit log here."));
  }
  history::AuditQuery query;
  query.before_id = number_of(target, "before");
  query.since_ms = number_of(target, "since");
  query.until_ms = number_of(target, "until");
  query.user = target.value("user");
  query.action = target.value("action");
  query.outcome = target.value("outcome");
  query.object = target.value("object");
  const int64_t asked = number_of(target, "limit");
  query.limit =
      asked > 0 ? std::min(static_cast<size_t>(asked), limits::kAuditPage) : limits::kAuditPage;
  const history::AuditPage page = history_->audit_entries(source_.snapshot()->uid, query);
  json::Writer out;
  out.begin_object().key("total").integer(page.total).key("entries").begin_array();
  for (const history::AuditEntry& entry : page.entries) write_entry(out, entry);
  out.end_array().end_object();
  Answer answer;
  answer.body = std::move(out).finish();
  return answer;
}

}  // namespace masthead::server
