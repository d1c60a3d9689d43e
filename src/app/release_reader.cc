#include "app/release_reader.h"

#include "app/release_gathering.h"
#include "app/substitution_reading.h"
#include "net/loop.h"

namespace masthead::app {

using base::ErrorCode;
using host::ReleaseAddress;

struct ReleaseReader::State : std::enable_shared_from_this<State> {
  State(net::Loop& the_loop, kube::Client& the_client, history::History* the_history,
        const base::Clock& the_clock, std::function<host::SnapshotPtr()> the_snapshot)
      : loop(the_loop),
        client(the_client),
        history(the_history),
        clock(the_clock),
        snapshot(std::move(the_snapshot)),
        rights(std::make_shared<access::Rights>(the_client, the_clock, nullptr)),
        work(the_clock) {}

  // Gathers on the cluster's loop and calls `answer` with the material on the worker.
  template <typename Done, typename Answer>
  void run(ReleaseWants wants, Done done, Answer answer);
  void write_reveal(const host::RevealRequest& request, HiddenValue value, JsonCallback done);

  net::Loop& loop;
  kube::Client& client;
  history::History* history;
  const base::Clock& clock;
  std::function<host::SnapshotPtr()> snapshot;
  std::shared_ptr<access::Rights> rights;
  net::Loop work;
};

template <typename Done, typename Answer>
void ReleaseReader::State::run(ReleaseWants wants, Done done, Answer answer) {
  loop.post([weak = weak_from_this(), wants = std::move(wants), done = std::move(done),
             answer = std::move(answer)]() mutable {
    const auto self = weak.lock();
    if (self == nullptr) return;
    gather_release(
        self->client, self->rights, self->snapshot(), std::move(wants), weak,
        [weak, done = std::move(done), answer = std::move(answer)](auto material) mutable {
          const auto state = weak.lock();
          if (state == nullptr) return;
          if (!material) return done(std::unexpected(material.error()));
          state->work.post(
              [material = std::move(*material), done = std::move(done),
               answer = std::move(answer)]() mutable { answer(*material, std::move(done)); });
        });
  });
}

ReleaseReader::ReleaseReader(net::Loop& loop, kube::Client& client, history::History* history,
                             const base::Clock& clock, std::function<host::SnapshotPtr()> snapshot)
    : state_(std::make_shared<State>(loop, client, history, clock, std::move(snapshot))) {
  state_->work.start("releases");
}

ReleaseReader::~ReleaseReader() {
  state_->work.stop();
  // Its thread may be about to post to our loop.
  if (state_->history != nullptr) state_->history->flush();
}

void ReleaseReader::contents(ReleaseAddress release, int64_t revision, ContentsCallback done) {
  state_->run({std::move(release), {revision}, true}, std::move(done),
              [revision](const ReleaseMaterial& material, ContentsCallback answered) {
                answered(release_contents(material, revision));
              });
}

void ReleaseReader::values(ReleaseAddress release, int64_t revision, JsonCallback done) {
  // What the HelmRelease is given can be shown without a stored release.
  state_->run({std::move(release), {revision}, revision != 0}, std::move(done),
              [revision](const ReleaseMaterial& material, JsonCallback answered) {
                answered(release_values(material, revision));
              });
}

void ReleaseReader::diff(ReleaseAddress release, int64_t from, int64_t to, JsonCallback done) {
  state_->run({std::move(release), {from, to}, true}, std::move(done),
              [from, to](const ReleaseMaterial& material, JsonCallback answered) {
                answered(release_diff(material, from, to));
              });
}

void ReleaseReader::reveal(host::RevealRequest request, JsonCallback done) {
  if (state_->history == nullptr) {
    return done(
        base::fail(ErrorCode::kUnavailable, "There is no audit log, so no value is revealed."));
  }
  ReleaseWants wants{request.release, {}, true};
  if (request.revision != 0) wants.revisions.push_back(request.revision);
  state_->run(std::move(wants), std::move(done),
              [weak = std::weak_ptr(state_), request](const ReleaseMaterial& material,
                                                      JsonCallback answered) {
                const auto state = weak.lock();
                if (state == nullptr) return;
                auto value = hidden_value(material, request.revision, request.path);
                if (!value) return answered(std::unexpected(value.error()));
                state->write_reveal(request, std::move(*value), std::move(answered));
              });
}

void ReleaseReader::substitutions(ReleaseAddress kustomization, JsonCallback done) {
  state_->loop.post([weak = std::weak_ptr(state_), address = std::move(kustomization),
                     done = std::move(done)]() mutable {
    const auto state = weak.lock();
    if (state == nullptr) return;
    read_substitutions(state->client, state->rights, state->snapshot(), std::move(address.ns),
                       std::move(address.name), weak, std::move(done));
  });
}

// The entry is on disk before the value leaves.
void ReleaseReader::State::write_reveal(const host::RevealRequest& request, HiddenValue value,
                                        JsonCallback done) {
  const host::SnapshotPtr now = snapshot();
  history::AuditEntry entry;
  entry.at_ms = clock.wall_ms();
  entry.user = now->user;
  entry.action = "reveal";
  entry.title = "Reveal a value";
  entry.ref = {"", "Secret", value.ns, value.secret};
  entry.reason = value.path + " of HelmRelease " + request.release.ns + "/" + request.release.name;
  const auto held = std::make_shared<JsonCallback>(std::move(done));
  history->audit(now->uid, std::move(entry),
                 [held, json = std::move(value.json), log = history,
                  now_ms = clock.wall_ms()](base::Result<int64_t> written) {
                   if (!written) return (*held)(std::unexpected(written.error()));
                   log->audit_outcome(*written, {"succeeded", "", "", now_ms});
                   json::Writer out;
                   out.begin_object().key("value");
                   if (json.starts_with('"')) {
                     out.string(helm::scalar_text(json));
                   } else {
                     out.raw(json);
                   }
                   out.end_object();
                   (*held)(std::move(out).finish());
                 });
}

}  // namespace masthead::app
