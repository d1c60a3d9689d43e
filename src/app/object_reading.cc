#include "app/object_reading.h"

#include <fmt/format.h>

#include <utility>

#include "app/cluster_texts.h"
#include "app/operation_run.h"
#include "kube/url.h"

namespace masthead::app {

void read_body(kube::Client& client, std::weak_ptr<const void> asker, kube::Request request,
               std::move_only_function<void(base::Result<std::string>)> take) {
  client.request(std::move(request),
                 [asker = std::move(asker), take = std::move(take)](auto response) mutable {
                   // As the Client goes, it answers what is outstanding: nothing more may be asked
                   // of it.
                   if (asker.expired()) return;
                   if (response) {
                     take(std::move(response->body));
                   } else {
                     take(std::unexpected(response.error()));
                   }
                 });
}

base::Result<std::string> served_path(const host::ClusterSnapshot& snapshot, std::string_view table,
                                      std::string_view title, const std::string& ns,
                                      const std::string& name) {
  const auto served = served_table(snapshot, table);
  if (!served) {
    return base::fail(base::ErrorCode::kNotFound,
                      fmt::format("This cluster does not serve {}.", title));
  }
  kube::ApiResource resource;
  resource.gvr = {served->kind->group_kind.group, served->version, served->kind->resource};
  resource.namespaced = true;
  return resource.path(ns) + "/" + kube::escape_component(name);
}

access::Rights::Question input_question(std::string_view kind, const std::string& ns,
                                        const std::string& name) {
  return {"get", "", kind == "Secret" ? "secrets" : "configmaps", ns, name};
}

std::string input_path(const access::Rights::Question& question) {
  return fmt::format("/api/v1/namespaces/{}/{}/{}", kube::escape_component(question.ns),
                     question.resource, kube::escape_component(question.name));
}

host::Missing missing_input(const access::Rights::Question& question, std::string_view what) {
  return {"", question.ns,
          fmt::format("{} of {} {} are not shown: you may not get it.", what,
                      question.resource == "secrets" ? "Secret" : "ConfigMap", question.name),
          fmt::format("get {} in {}", question.resource, question.ns),
          role_for("", question.resource, question.ns, {"get"})};
}

}  // namespace masthead::app
