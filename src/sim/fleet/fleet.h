// The life of the embedded cluster: small controllers that do what Flux's and Kubernetes' own do to
// the objects of the fleet, at their pace, and react to what a person changes.
//
// The same code makes the past: fill() runs the controllers through time up to now, so that ages,
// events and histories are those of things that happened.
//
// Threading: everything on the loop of the API server, fill() before it runs.
//
//   fleet.cc              the queue, events, what wakes whom
//   source_controller.cc  GitRepository, OCIRepository, HelmRepository, Bucket, HelmChart
//   kustomize_controller.cc, helm_controller.cc, helm_actions.cc, releases.h
//   applying.cc           what both apply, prune and wait for
//   satellites.cc         notification, images, generated artifacts, Flux Operator
//   satellite_controllers.cc  what is written into those
//   workload_controller.cc  Deployments down to pods
//   revisioned_pods.cc    StatefulSets, DaemonSets
//   jobs.cc, cron_schedule.h, pods.cc
//   tenant_copies.h       how it gets large
//   recorder.cc           events
//   controller_logs.cc    what controllers write
//   flux_controllers.cc   their Deployments
//   garbage.cc            dependents, finalizers, namespaces
//   definitions.cc        Flux's CustomResourceDefinitions
//   inventory.h           who is in the cluster
//   scenario.cc, incidents.cc, daily_life.cc  its past, what is wrong, what goes on
#pragma once

#include <deque>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "sim/api_server.h"
#include "sim/fleet/inventory.h"
#include "sim/fleet/objects.h"
#include "sim/fleet/world.h"

namespace masthead::sim {

class CronSchedule;
class TenantCopies;
struct Release;
struct ReleaseChart;
struct ReleaseEnd;

const std::vector<std::string>& node_names();
Fields owner_reference(const Document& owner, const ResourceType& type);
// Settings before what reads them, as controllers apply them.
// The object that a workload is, without its apiVersion and kind.
Document built(const std::string& ns, const Workload& workload);
// Gives the Deployment of one of Flux's controllers its labels and flags; others stay as they are.
void dress_controller(const Workload& workload, Document& deployment);
// The controllers of a Flux of 2023.
void age_controllers(std::vector<Workload>& folder);
std::vector<Workload> in_apply_order(const std::vector<Workload>& workloads);
// The namespace that a Kustomization applies to.
std::string target_of(const Document& kustomization);

class Fleet final : public PodRuntime {
 public:
  struct Options {
    std::string scenario = "outage";  // one of scenario_names()
    // At least so many: tenants are copied until there are. 0: the teams of inventory.h alone.
    size_t pods = 0;
  };
  explicit Fleet(Options options);
  ~Fleet() override;

  static const std::vector<std::string>& scenario_names();
  static std::vector<User> users();

  // Makes everything, up to now. Once, before the server is reachable.
  void fill(ApiServer& server);
  // Copies one more tenant; false when there are as many pods as wanted.
  bool grow();
  // From here on things move by themselves.
  void live();
  void stop() { timer_.cancel(); }
  // Does what is due until then; live() calls it at every tick.
  void advance_to(int64_t wall_ms);

  std::vector<Line> log(const LogRequest& request) override;

 private:
  struct Key {
    ResourceTypePtr type;
    std::string ns, name;
    bool operator<(const Key& other) const;
  };
  using Edit = std::function<void(Document&)>;

  // fleet.cc
  ResourceTypePtr type(std::string_view kind) const;
  int64_t now_ms() const { return server_->now_ms(); }
  // Earlier wins over later.
  void enqueue(const Key& key, int64_t delay_ms);
  // Only those whose text has `mention` are read: there may be thousands.
  void enqueue_all(std::string_view kind, int64_t delay_ms, std::string_view mention,
                   const std::function<bool(const Document&)>& which);
  void reconcile(const Key& key);
  void reconcile_flux(const Key& key, const Document& object);
  void on_change(const StoreEvent& event);
  // nullptr when there is none.
  std::shared_ptr<const Document> get(std::string_view kind, std::string_view ns,
                                      std::string_view name) const;
  // Puts an object of a kind; `manager` is the field manager.
  void make(std::string_view kind, std::string_view ns, Document object,
            const std::string& manager = "kustomize-controller");
  void change_status(const Key& key, const std::string& manager, const Edit& edit);
  // The same at the end of a pass: the generation is observed, a request handled.
  void write_status(const Key& key, const std::string& manager, const Edit& edit);
  void edit(std::string_view kind, std::string_view ns, std::string_view name,
            const std::string& manager, const Edit& edit);
  void check_accepted(const ApiStatus* refusal) const;
  // recorder.cc
  void record(const Document& about, const ResourceTypePtr& type, bool warning,
              const std::string& reason, const std::string& message, const std::string& component,
              Fields annotations = {});
  // controller_logs.cc
  void write_log(const Document& about, const ResourceTypePtr& of, bool failure,
                 const std::string& message, const std::string& component,
                 const Fields& annotations);
  std::optional<std::vector<Line>> controller_log(const LogRequest& request) const;
  // requestedAt, observedGeneration: common to all of Flux's controllers.
  static bool has_request(const Document& object);
  static void mark_handled(Document& object);
  // Nothing but the handling of a request.
  void skip_suspended(const Key& key, const Document& object, const std::string& manager);
  static bool suspended(const Document& object) { return flag_at(object, {"spec", "suspend"}); }
  int64_t interval_ms(const Document& object, std::string_view field, int64_t otherwise) const;

  // source_controller.cc
  struct Fetched {
    std::string revision, subject, failure, reason;
    bool warns = true;
    bool ends = false;  // nothing but a change helps: Stalled
  };
  Fetched fetch(const Key& key, const Document& object) const;
  Fetched fetch_git(const Document& object) const;
  Fetched fetch_oci(const Document& object) const;
  Fetched fetch_chart(const Key& key, const Document& object) const;
  void announce_fetch(const Key& key, const Document& object, const Fetched& got);
  void fail_fetch(const Key& key, const Document& object, const Fetched& got);
  void store_artifact(const Key& key, Document& now, const std::string& revision) const;
  void wake_readers(const Key& key);
  void reconcile_source(const Key& key);

  // kustomize_controller.cc
  struct Attempt {
    std::string revision;
    std::vector<Workload> workloads;  // in the order they are applied
    int64_t began_ms = 0;
  };
  void reconcile_kustomization(const Key& key);
  std::optional<ConditionValue> unmet_prerequisite(const Document& object,
                                                   std::string& revision) const;
  void postpone_kustomization(const Key& key, const Document& object, const ConditionValue& unmet,
                              const std::string& revision);
  bool read_folder(const Document& object, std::vector<Workload>& workloads) const;
  std::string missing_variables(const Document& object) const;
  bool apply_kustomization(const Key& key, const Document& object, const Attempt& attempt);
  void watch_health(const Key& key, const Document& object, const Attempt& attempt);
  void fail_kustomization(const Key& key, const Document& object, const Attempt& attempt,
                          const char* doing, const char* reason, const std::string& message);
  void end_kustomization(const Key& key, const Document& object, const Attempt& attempt);

  // applying.cc
  std::vector<std::string> apply_workloads(const Document& owner, const std::string& ns,
                                           const std::vector<Workload>& workloads,
                                           const std::string& label_group);
  void apply_by_hand(const App& app);
  static Document inventory_of(const std::string& ns, const std::vector<Workload>& workloads);
  std::vector<std::string> prune(const Document& object, const Document& kept);
  std::string unhealthy(const std::string& ns, const std::vector<Workload>& workloads) const;

  // helm_controller.cc
  void reconcile_release(const Key& key);
  bool find_chart(const Key& key, const Document& object, ReleaseChart& chart,
                  ConditionValue& problem);
  std::optional<ConditionValue> unready_dependency(const Document& object) const;
  void postpone_release(const Key& key, const Document& object, const ConditionValue& problem);
  void begin_attempt(const Key& key, const Document& object, const ReleaseChart& chart, bool reset,
                     bool forced);

  // helm_actions.cc
  std::vector<Workload> workloads_of(const std::string& chart, const std::string& version);
  void end_attempt(const Key& key, const Document& object, const ReleaseChart& chart);
  void succeed_release(const Key& key, const Document& object, const ReleaseChart& chart,
                       const ReleaseEnd& end, const Edit& finish);
  void fail_release(const Key& key, const Document& object, const ReleaseChart& chart,
                    const ReleaseEnd& end, const std::string& why, const Edit& finish);
  void remediate(const Key& key, const ReleaseChart& chart, const ReleaseEnd& end,
                 std::string& said);
  std::string drift_of(const Key& key, const ReleaseChart& chart) const;
  void look_for_drift(const Key& key, const Document& object, const ReleaseChart& chart);
  void correct_drift(const Key& key, const Document& object, const ReleaseChart& chart,
                     const std::string& release);
  void end_release(const Key& key, const Document& object);

  // release_storage.cc
  Document values_of(const Document& object) const;
  Document release_document(const Document& object, const Document& entry);
  void store_release(const Key& key);

  // workload_controller.cc
  void reconcile_workload(const Key& key);
  void reconcile_deployment(const Key& key, const Document& object, int64_t wanted);
  void reconcile_replica_set(const Key& key, const Document& object);
  void record_scaling(const Document& object, const ResourceTypePtr& of, const std::string& set,
                      int64_t from, int64_t to);
  void scale_pods(const Key& key, const Document& owner, const std::string& pod_prefix,
                  int64_t wanted);
  Document pod_of(const Document& owner, const ResourceTypePtr& owner_type,
                  const std::string& name) const;

  // revisioned_pods.cc
  void reconcile_revisioned(const Key& key, const Document& object);
  bool keep_ordinals(const Key& key, const Document& object, std::vector<Document>& pods);
  bool keep_one_a_node(const Key& key, const Document& object, const std::vector<Document>& pods);
  void roll_pods(const Key& key, const Document& object, const std::vector<Document>& pods);
  void make_revisioned_pod(const Key& key, const Document& object, const std::string& name,
                           const std::string& node);

  // jobs.cc
  void reconcile_job(const Key& key, const Document& object);
  void reconcile_cron_job(const Key& key, const Document& object);
  int64_t latest_due(const CronSchedule& schedule, int64_t seen) const;
  Document start_job(const Key& key, const Document& object, int64_t due);
  void forget_old_jobs(const Key& key, const Document& object, std::vector<Document>& jobs);
  // Those whose name begins with the owner's, as those of all controllers do.
  std::vector<Document> owned(std::string_view kind, const Key& owner,
                              const Document& object) const;

  // pods.cc
  void reconcile_pod(const Key& key);

  // garbage.cc
  void reconcile_namespace(const Key& key);
  void collect_garbage(const Key& owner, const std::string& uid);
  std::vector<Key> dependents_of(const Key& owner, std::string_view uid) const;
  static bool waits_for_dependents(const Document& object);
  void end_cascade(const Key& key, const Document& object);
  void drop_finalizer(const Key& key, const std::string& manager, std::string_view finalizer);
  bool end_orphan(const Key& key, const Document& object);
  bool finalize(const Key& key, const Document& object, const std::string& manager);

  // satellites.cc
  void make_satellites();
  void make_notification();
  void make_images();
  void make_operator();
  void break_satellites();
  bool reconcile_satellite(const Key& key, const Document& object);
  void reconcile_old_notification(const Key& key, const Document& object);
  void reconcile_receiver(const Key& key, const Document& object);
  void reconcile_image_repository(const Key& key, const Document& object);
  void reconcile_image_policy(const Key& key, const Document& object);
  void reconcile_image_automation(const Key& key, const Document& object);
  void reconcile_generator(const Key& key, const Document& object);
  bool make_external_artifact(const Key& generator, const std::string& name,
                              const std::string& sum);
  void reconcile_operator_kind(const Key& key, const Document& object);
  void fail_operator_kind(const Key& key, const Document& object, const char* reason,
                          const std::string& message);

  // definitions.cc, scenario.cc, scenario_rest.cc
  void install_definitions();
  void make_scenario();
  void make_namespaces_and_users();
  void make_sources();
  void make_kustomizations();
  void make_data(const char* kind, const std::string& ns, const std::string& name, Fields data);
  void give_values(const Release& release, Fields& spec);
  void give_variables(const App& app, Fields& spec);
  void make_releases();
  void make_rest();
  void make_past(int64_t now);
  void pass(int64_t from, int64_t duration_ms);
  void wake_everything();
  void break_tenant();
  void set_version(const char* ns, const char* release, const std::string& version);

  // incidents.cc
  void tell_story();
  void break_things();
  void break_more();
  void leave_behind();
  void move_folder(std::string_view repository, const std::string& path);
  void fail_chart(const char* chart, const char* ns, const char* version);
  void set_image(std::string_view repository, const std::string& ns, const std::string& folder,
                 const std::string& image);
  void begin_upgrades();
  void roll_images(size_t turn);

  // daily_life.cc
  void daily_life();
  void push(std::string_view repository, const std::string& subject);
  void forget_old_events();

  Options options_;
  ApiServer* server_ = nullptr;
  World world_;
  std::vector<App> apps_;                 // what is in this cluster of inventory.h
  std::unique_ptr<TenantCopies> copies_;  // while it grows
  std::multimap<int64_t, Key> due_;
  std::map<Key, int64_t> due_at_;
  struct SimilarEvents {
    std::set<std::string> texts;
    int64_t last_ms = 0;
  };
  std::map<std::string, std::string> event_names_;  // what is said again is counted
  std::map<std::string, SimilarEvents> similar_events_;
  std::map<std::string, std::deque<Line>> controller_logs_;
  net::Timer timer_;
  int64_t next_commit_ms_ = 0;
  int next_address_ = 1;
  size_t turn_ = 0;
  size_t day_ = 0;
};

}  // namespace masthead::sim
