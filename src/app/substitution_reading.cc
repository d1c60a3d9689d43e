#include "app/substitution_reading.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include "app/object_reading.h"
#include "base/limits.h"
#include "cache/row.h"
#include "host/console_view.h"
#include "json/value.h"
#include "json/writer.h"
#include "k8s/known_kinds.h"

namespace masthead::app {
namespace {

using base::ErrorCode;
using Question = access::Rights::Question;

constexpr std::string_view kWhat = "The variables";

// kustomize-controller, internal/controller: "^[_[:alpha:]][_[:alpha:][:digit:]]*$".
bool is_variable_name(std::string_view name) {
  const auto is_letter = [](char c) {
    return c == '_' || (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
  };
  return !name.empty() && is_letter(name.front()) &&
         std::ranges::all_of(name, [&](char c) { return is_letter(c) || (c >= '0' && c <= '9'); });
}

// The controller takes values without their line breaks.
std::string one_line(std::string_view text) {
  std::string line(text);
  std::erase(line, '\n');
  return line;
}

class Reading : public std::enable_shared_from_this<Reading> {
 public:
  using Done = std::move_only_function<void(base::Result<std::string>)>;
  Reading(kube::Client& client, std::shared_ptr<access::Rights> rights, host::SnapshotPtr snapshot,
          std::string ns, std::string name, std::weak_ptr<const void> asker, Done done)
      : client_(client),
        rights_(std::move(rights)),
        snapshot_(std::move(snapshot)),
        ns_(std::move(ns)),
        name_(std::move(name)),
        asker_(std::move(asker)),
        done_(std::move(done)) {}

  void begin() {
    const auto path = served_path(*snapshot_, k8s::table_id(k8s::kKustomizeGroup, "kustomizations"),
                                  "Kustomizations", ns_, name_);
    if (!path) return done_(std::unexpected(path.error()));
    get(*path,
        [](Reading& self, const base::Result<std::string>& body) { self.on_kustomization(body); });
  }

 private:
  using Take = std::function<void(Reading&, const base::Result<std::string>&)>;
  enum class State { kRead, kAbsent, kUnread };
  // One entry of substituteFrom; the last is `substitute`, which wins over all of them.
  struct Origin {
    std::string kind, name;
    bool optional = false;
    State state = State::kUnread;
    std::map<std::string, std::optional<std::string>> variables = {};  // no value: a Secret's
  };

  void get(std::string path, Take take) {
    kube::Request request;
    request.path = std::move(path);
    read_body(client_, asker_, std::move(request),
              [self = shared_from_this(), take](const auto& body) { take(*self, body); });
  }

  void on_kustomization(const base::Result<std::string>& body) {
    if (!body) return done_(std::unexpected(body.error()));
    const auto document = json::Document::parse(*body);
    if (!document) return done_(std::unexpected(document.error()));
    const auto post_build = document->root()["spec"]["postBuild"];
    std::vector<Question> questions;
    for (const json::Value from : post_build["substituteFrom"].items()) {
      Origin origin{std::string(from["kind"].str()), std::string(from["name"].str()),
                    from["optional"].boolean()};
      const bool known = origin.kind == "ConfigMap" || origin.kind == "Secret";
      if (!known || origin.name.empty()) continue;
      questions.push_back(question_of(origin));
      origins_.push_back(std::move(origin));
    }
    Origin inline_ones{"", "", false, State::kRead};
    for (const auto& [name, value] : post_build["substitute"].members()) {
      inline_ones.variables.emplace(name, one_line(value.str()));
    }
    origins_.push_back(std::move(inline_ones));
    rights_->ask(questions, [self = shared_from_this()] {
      if (!self->asker_.expired()) self->on_rights();
    });
  }

  Question question_of(const Origin& origin) const {
    return input_question(origin.kind, ns_, origin.name);
  }

  void on_rights() {
    open_ = 1;
    for (size_t i = 0; i + 1 < origins_.size(); ++i) {
      const Question question = question_of(origins_[i]);
      if (rights_->last(question) == access::Right::kDenied) {
        missing_.push_back(missing_input(question, kWhat));
        continue;
      }
      ++open_;
      get(input_path(question),
          [i](Reading& self, const base::Result<std::string>& body) { self.take(i, body); });
    }
    one_less();
  }

  void take(size_t i, const base::Result<std::string>& body) {
    Origin& origin = origins_[i];
    const auto document = body ? json::Document::parse(*body) : std::unexpected(body.error());
    if (document) {
      origin.state = State::kRead;
      for (const auto& [key, value] : document->root()["data"].members()) {
        std::optional<std::string>& known = origin.variables[std::string(key)];
        if (origin.kind == "ConfigMap") known = one_line(value.str());
      }
    } else if (document.error().code == ErrorCode::kNotFound) {
      origin.state = State::kAbsent;
    } else if (document.error().code == ErrorCode::kForbidden) {
      missing_.push_back(missing_input(question_of(origin), kWhat));
    } else {
      missing_.push_back({"", ns_, document.error().text, "", ""});
    }
    one_less();
  }

  void one_less() {
    if (--open_ == 0) done_(answer());
  }

  std::string answer() const {
    json::Writer out;
    out.begin_object().key("origins").begin_array();
    for (const Origin& origin : origins_) write_origin(out, origin);
    out.end_array();
    write_variables(out);
    out.key("problems").begin_array();
    for (const std::string& problem : problems()) out.string(problem);
    out.end_array().key("missing");
    host::write_missing(out, missing_);
    out.end_object();
    return std::move(out).finish();
  }

  void write_origin(json::Writer& out, const Origin& origin) const {
    static constexpr const char* kStates[] = {"read", "absent", "unread"};
    out.begin_object().key("state").string(kStates[static_cast<size_t>(origin.state)]);
    if (!origin.name.empty()) {
      out.key("ref");
      cache::write_ref(out, {"", origin.kind, ns_, origin.name});
    }
    if (origin.optional) out.key("optional").boolean(true);
    out.end_object();
  }

  // Each once, with the last origin that gives it; those before are told as well.
  void write_variables(json::Writer& out) const {
    std::map<std::string_view, std::vector<size_t>> given_by;
    for (size_t i = 0; i < origins_.size(); ++i) {
      for (const auto& [name, value] : origins_[i].variables) given_by[name].push_back(i);
    }
    size_t count = 0;
    out.key("variables").begin_array();
    for (const auto& [name, origins] : given_by) {
      if (++count > limits::kValuesShown) break;
      out.begin_object().key("name").string(name).key("origin").integer(origins.back());
      const auto& value = origins_[origins.back()].variables.find(std::string(name))->second;
      if (value) out.key("value").string(*value);
      if (origins.size() > 1) {
        out.key("overrides").begin_array();
        for (size_t i = 0; i + 1 < origins.size(); ++i) out.integer(origins[i]);
        out.end_array();
      }
      out.end_object();
    }
    out.end_array().key("cut").boolean(given_by.size() > limits::kValuesShown);
  }

  // Why the controller refuses them, in its words.
  std::vector<std::string> problems() const {
    std::vector<std::string> found;
    for (const Origin& origin : origins_) {
      if (origin.state == State::kAbsent && !origin.optional) {
        found.push_back(fmt::format(
            "substitute from '{}/{}' error: {} \"{}\" not found", origin.kind, origin.name,
            origin.kind == "Secret" ? "secrets" : "configmaps", origin.name));
      }
    }
    // It names one, so one is named here.
    for (const Origin& origin : origins_) {
      for (const auto& [name, value] : origin.variables) {
        if (is_variable_name(name)) continue;
        found.push_back(fmt::format(
            "'{}' var name is invalid, must match '^[_[:alpha:]][_[:alpha:][:digit:]]*$'", name));
        return found;
      }
    }
    return found;
  }

  kube::Client& client_;
  std::shared_ptr<access::Rights> rights_;
  const host::SnapshotPtr snapshot_;
  const std::string ns_, name_;
  const std::weak_ptr<const void> asker_;
  Done done_;
  std::vector<Origin> origins_;
  std::vector<host::Missing> missing_;
  size_t open_ = 0;
};

}  // namespace

void read_substitutions(kube::Client& client, const std::shared_ptr<access::Rights>& rights,
                        host::SnapshotPtr snapshot, std::string ns, std::string name,
                        std::weak_ptr<const void> asker, Reading::Done done) {
  std::make_shared<Reading>(client, rights, std::move(snapshot), std::move(ns), std::move(name),
                            std::move(asker), std::move(done))
      ->begin();
}

}  // namespace masthead::app
