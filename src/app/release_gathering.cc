#include "app/release_gathering.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>

#include "app/cluster_texts.h"
#include "app/object_reading.h"
#include "base/base64.h"
#include "base/limits.h"
#include "base/utf8.h"
#include "k8s/known_kinds.h"
#include "kube/url.h"

namespace masthead::app {
namespace {

using base::ErrorCode;
using Question = access::Rights::Question;

constexpr std::string_view kWhat = "Values";

constexpr std::string_view kNotStored =
    "Masthead reads Helm's usual storage, Secrets. With the storage driver ConfigMap or SQL there "
    "is nothing for it to read.";

int64_t number_of(std::string_view text) {
  int64_t number = 0;
  std::from_chars(text.data(), text.data() + text.size(), number);
  return number;
}

// ConfigMaps hold texts, and bytes in base64 beside them; Secrets base64 alone.
helm::ValuesInput input_of(const std::string& kind, const json::Value& object) {
  helm::ValuesInput input{helm::ValuesInput::State::kFound, {}};
  for (const auto& [key, value] : object["data"].members()) {
    if (kind == "ConfigMap") {
      input.data.emplace(key, value.str());
    } else if (auto bytes = base::decode_base64(value.str())) {
      input.data.emplace(key, std::move(*bytes));
    }
  }
  return input;
}

std::vector<StoredRevision> revisions_of(const json::Value& list) {
  std::vector<StoredRevision> revisions;
  for (const json::Value item : list["items"].items()) {
    const auto labels = item["metadata"]["labels"];
    StoredRevision one;
    one.revision = number_of(labels["version"].str());
    one.status = labels["status"].str();
    const int64_t modified = number_of(labels["modifiedAt"].str());
    one.changed_ms = 1'000 * (modified != 0 ? modified : number_of(labels["createdAt"].str()));
    if (one.revision > 0) revisions.push_back(std::move(one));
  }
  return revisions;
}

std::vector<StoredRevision> revisions_in_history(const json::Value& helm_release) {
  std::vector<StoredRevision> revisions;
  for (const json::Value entry : helm_release["status"]["history"].items()) {
    const int64_t revision = entry["version"].integer_or(0);
    if (revision > 0) revisions.push_back({revision, std::string(entry["status"].str()), 0});
  }
  return revisions;
}

class Gathering : public std::enable_shared_from_this<Gathering> {
 public:
  using Done = std::move_only_function<void(base::Result<MaterialPtr>)>;
  Gathering(kube::Client& client, std::shared_ptr<access::Rights> rights, ReleaseWants wants,
            host::SnapshotPtr snapshot, std::weak_ptr<const void> asker, Done done)
      : client_(client),
        rights_(std::move(rights)),
        wants_(std::move(wants)),
        asker_(std::move(asker)),
        done_(std::move(done)) {
    material_->snapshot = std::move(snapshot);
  }

  void begin() {
    const auto path =
        served_path(*material_->snapshot, k8s::table_id(k8s::kHelmGroup, "helmreleases"),
                    "HelmReleases", wants_.release.ns, wants_.release.name);
    if (!path) return done_(std::unexpected(path.error()));
    get(*path, [](Gathering& self, base::Result<std::string> body) {
      if (!body) return self.done_(std::unexpected(body.error()));
      auto document = json::Document::parse(*body);
      if (!document) return self.done_(std::unexpected(document.error()));
      self.material_->helm_release = std::move(*document);
      self.on_helm_release();
    });
  }

 private:
  using Take = std::function<void(Gathering&, base::Result<std::string>)>;

  void get(std::string path, Take take, bool metadata_only = false) {
    kube::Request request;
    request.path = std::move(path);
    if (metadata_only) {
      request.headers.emplace_back(
          "accept", "application/json;as=PartialObjectMetadataList;g=meta.k8s.io;v=v1");
    }
    read_body(client_, asker_, std::move(request),
              [self = shared_from_this(), take](auto body) { take(*self, std::move(body)); });
  }

  void fail(ErrorCode code, std::string text, std::string hint = {}) {
    done_(base::fail(code, std::move(text), std::move(hint)));
  }

  void on_helm_release() {
    const json::Value object = material_->helm_release.root();
    material_->storage = helm::storage_of(object);
    const helm::Storage& storage = material_->storage;
    if (!storage.remote_cluster.empty()) {
      return fail(ErrorCode::kUnsupported, "The release is stored on the cluster that " +
                                               storage.remote_cluster +
                                               " names, which Masthead does not read.");
    }
    const std::string selector = kube::escape_component("owner=helm,name=" + storage.release);
    const std::string fields = kube::escape_component("type=" + std::string(helm::kStorageType));
    get(
        fmt::format("/api/v1/namespaces/{}/secrets?labelSelector={}&fieldSelector={}",
                    kube::escape_component(storage.ns), selector, fields),
        [](Gathering& self, base::Result<std::string> body) {
          const auto document = body ? json::Document::parse(*body) : std::unexpected(body.error());
          self.material_->listed = document.has_value();
          self.on_revisions(document ? revisions_of(document->root())
                                     : revisions_in_history(self.material_->helm_release.root()));
        },
        /*metadata_only=*/true);
  }

  void on_revisions(std::vector<StoredRevision> revisions) {
    std::ranges::sort(revisions, std::greater(), &StoredRevision::revision);
    if (revisions.size() > limits::kRevisionsShown) revisions.resize(limits::kRevisionsShown);
    material_->revisions = std::move(revisions);
    const helm::Storage& storage = material_->storage;
    std::vector<Question> questions;
    for (int64_t revision : wants_.revisions) {
      if (revision == 0 && material_->revisions.empty()) {
        if (!wants_.must_have) continue;
        return fail(
            ErrorCode::kNotFound,
            fmt::format("No release '{}' is stored in namespace {}.", storage.release, storage.ns),
            std::string(kNotStored));
      }
      if (revision == 0) revision = material_->revisions.front().revision;
      material_->secrets.emplace(revision, std::string());
      questions.push_back(secret_question(storage.ns, secret_name(revision)));
    }
    for (const auto& reference : helm::references_of(material_->helm_release.root())) {
      if (reference.kind != "Secret" && reference.kind != "ConfigMap") continue;
      material_->inputs[{reference.kind, reference.name}];
      questions.push_back(question_of(reference.kind, reference.name));
    }
    rights_->ask(questions, [self = shared_from_this()] {
      if (!self->asker_.expired()) self->on_rights();
    });
  }

  std::string secret_name(int64_t revision) const {
    return helm::storage_name(material_->storage.release, revision);
  }
  static Question secret_question(const std::string& ns, const std::string& name) {
    return input_question("Secret", ns, name);
  }
  Question question_of(const std::string& kind, const std::string& name) const {
    return input_question(kind, wants_.release.ns, name);
  }
  bool denied(const Question& question) {
    return rights_->last(question) == access::Right::kDenied;
  }

  void on_rights() {
    open_ = 1;
    for (auto& [revision, secret] : material_->secrets) {
      const std::string& ns = material_->storage.ns;
      const std::string name = secret_name(revision);
      const Question question = secret_question(ns, name);
      if (denied(question)) {
        secret = std::unexpected(missing_secret_right(ns, name));
        continue;
      }
      ++open_;
      get(input_path(question),
          [wanted = revision](Gathering& self, base::Result<std::string> body) {
            self.take_secret(wanted, std::move(body));
          });
    }
    for (const auto& [id, input] : material_->inputs) {
      const Question question = question_of(id.first, id.second);
      if (denied(question)) {
        material_->missing.push_back(missing_input(question, kWhat));
        continue;
      }
      ++open_;
      get(input_path(question), [input_id = id](Gathering& self, base::Result<std::string> body) {
        self.take_input(input_id, body);
      });
    }
    one_less();
  }

  void take_secret(int64_t revision, base::Result<std::string> body) {
    if (!body && body.error().code == ErrorCode::kForbidden) {
      body = std::unexpected(missing_secret_right(material_->storage.ns, secret_name(revision)));
    } else if (!body && body.error().code == ErrorCode::kNotFound) {
      body = base::fail(ErrorCode::kNotFound,
                        fmt::format("Revision {} of release '{}' is not stored in namespace {} any "
                                    "more.",
                                    revision, material_->storage.release, material_->storage.ns),
                        std::string(kNotStored));
    }
    material_->secrets.at(revision) = std::move(body);
    one_less();
  }

  void take_input(const std::pair<std::string, std::string>& id,
                  const base::Result<std::string>& body) {
    helm::ValuesInput& input = material_->inputs.at(id);
    if (body) {
      if (const auto document = json::Document::parse(*body)) {
        input = input_of(id.first, document->root());
      }
    } else if (body.error().code == ErrorCode::kNotFound) {
      input.state = helm::ValuesInput::State::kNotFound;
    } else if (body.error().code == ErrorCode::kForbidden) {
      material_->missing.push_back(missing_input(question_of(id.first, id.second), kWhat));
    } else {
      material_->missing.push_back({"", wants_.release.ns, body.error().text, "", ""});
    }
    one_less();
  }

  void one_less() {
    if (--open_ > 0) return;
    for (const auto& [revision, secret] : material_->secrets) {
      if (!secret && wants_.must_have) return done_(std::unexpected(secret.error()));
    }
    done_(material_);
  }

  kube::Client& client_;
  std::shared_ptr<access::Rights> rights_;
  const ReleaseWants wants_;
  const std::weak_ptr<const void> asker_;
  Done done_;
  MaterialPtr material_ = std::make_shared<ReleaseMaterial>();
  size_t open_ = 0;
};

}  // namespace

base::Error missing_secret_right(const std::string& ns, const std::string& name) {
  return {
      ErrorCode::kForbidden,
      fmt::format("You may not get Secret {} in namespace {}.", name, ns),
      "Helm keeps releases in Secrets; the rest of this page does not need them.",
      {{"right", "get secrets in " + ns}, {"role", role_for("", "secrets", ns, {"get", "list"})}},
      0};
}

void gather_release(kube::Client& client, const std::shared_ptr<access::Rights>& rights,
                    host::SnapshotPtr snapshot, ReleaseWants wants, std::weak_ptr<const void> asker,
                    Gathering::Done done) {
  std::make_shared<Gathering>(client, rights, std::move(wants), std::move(snapshot),
                              std::move(asker), std::move(done))
      ->begin();
}

}  // namespace masthead::app
