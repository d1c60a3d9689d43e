// Alert, Provider and Receiver as each served version writes them.
#include <gtest/gtest.h>

#include "flux/masking.h"
#include "host/kind_fixture.h"
#include "plugins/flux/kinds.h"

namespace masthead::plugins::flux {
namespace {

using host::fixture::detail_of;
using host::fixture::Filled;
using k8s::Status;

const base::ManualClock kClock;

std::string object(const char* version, const char* kind, const std::string& spec,
                   const std::string& status = "{}", const std::string& metadata = "") {
  return R"({"apiVersion":"notification.toolkit.fluxcd.io/)" + std::string(version) +
         R"(","kind":")" + kind +
         R"(","metadata":{"namespace":"flux-system","name":"one","resourceVersion":"7","generation":1,)"
         R"("creationTimestamp":"2026-08-01T09:00:00Z")" +
         metadata + R"(},"spec":)" + spec + R"(,"status":)" + status + "}";
}

constexpr const char* kInitialized =
    R"({"observedGeneration":1,"conditions":[{"type":"Ready","status":"True","reason":"Succeeded",)"
    R"("message":"Initialized","lastTransitionTime":"2026-08-01T09:00:05Z","observedGeneration":1}]})";

constexpr const char* kAlertSpec =
    R"({"providerRef":{"name":"chat"},"eventSeverity":"error","summary":"production",)"
    R"("eventSources":[{"kind":"Kustomization","name":"*"},)"
    R"({"kind":"HelmRelease","name":"*","namespace":"shop","matchLabels":{"app":"web"}},)"
    R"({"kind":"GitRepository","name":"fleet"}],"exclusionList":["^Dependencies.*"]})";

TEST(NotificationKinds, alerts_of_every_version_say_what_they_report_and_where) {
  for (const char* version : {"v1beta1", "v1beta2", "v1beta3"}) {
    const bool has_status = std::string_view(version) != "v1beta3";
    const std::string bytes =
        object(version, "Alert", kAlertSpec, has_status ? kInitialized : "{}");
    const host::Kind kind = alerts();
    const Filled filled(kind, bytes, kClock);
    EXPECT_EQ(filled.status().status, has_status ? Status::kReady : Status::kStatic) << version;
    EXPECT_EQ(
        filled.cell("reports"),
        R"("every Kustomization, every HelmRelease in shop with app=web, GitRepository fleet")");
    EXPECT_NE(filled.cell("provider").find(R"("name":"chat")"), std::string::npos);
    EXPECT_EQ(filled.cell("severity"), R"("error")");
    const std::string detail = detail_of(kind, bytes);
    for (const char* said : {"Dependencies", "production", "every HelmRelease in shop"}) {
      EXPECT_NE(detail.find(said), std::string::npos) << version << " " << said;
    }
    std::vector<std::string> links;
    for (const auto& link : cache::links_of(*filled.row())) {
      links.push_back(std::string(link.relation) + " " + link.ref.kind + " " + link.ref.ns + "/" +
                      link.ref.name);
    }
    EXPECT_EQ(links, (std::vector<std::string>{"provider Provider flux-system/chat",
                                               "reports Kustomization flux-system/*",
                                               "reports HelmRelease shop/*,app=web",
                                               "reports GitRepository flux-system/fleet"}));
  }
}

TEST(NotificationKinds, a_failed_or_suspended_one_says_so) {
  const host::Kind kind = alerts();
  const Filled failed(
      kind,
      object(
          "v1beta2", "Alert", kAlertSpec,
          R"({"conditions":[{"type":"Ready","status":"False","reason":"Unheard","message":"m"}]})"),
      kClock);
  EXPECT_EQ(failed.status().status, Status::kFailed);
  EXPECT_EQ(failed.status().reason.text(), "Unheard") << "shown as it is";
  const Filled suspended(kind, object("v1beta3", "Alert", R"({"suspend":true})"), kClock);
  EXPECT_EQ(suspended.status().status, Status::kSuspended);
  const Filled going(kind,
                     object("v1beta3", "Alert", kAlertSpec, "{}",
                            R"(,"deletionTimestamp":"2026-08-02T09:00:00Z","finalizers":["f"])"),
                     kClock);
  EXPECT_EQ(going.status().status, Status::kTerminating);
}

TEST(NotificationKinds, providers_of_every_version_keep_their_address_to_themselves) {
  const std::string spec =
      R"({"type":"slack","channel":"deployments","username":"flux",)"
      R"("address":"https://bot:pw-4711@hooks.example.com/services/T0/B0/s3cr3t-t0ken",)"
      R"("proxy":"http://someone:hush-hush@proxy.example.com:3128","secretRef":{"name":"chat-token"}})";
  for (const char* version : {"v1beta1", "v1beta2", "v1beta3"}) {
    const bool has_status = std::string_view(version) != "v1beta3";
    const std::string status =
        has_status
            ? R"({"conditions":[{"type":"Ready","status":"False","reason":"ValidationFailed","message":)"
              R"("cannot reach https://bot:pw-4711@hooks.example.com/services/T0/B0/s3cr3t-t0ken: EOF"}]})"
            : "{}";
    const std::string bytes = object(
        version, "Provider", spec, status,
        R"(,"annotations":{"kubectl.kubernetes.io/last-applied-configuration":"{\"spec\":)"
        R"({\"address\":\"https://bot:pw-4711@hooks.example.com/services/T0/B0/s3cr3t-t0ken\"}}",)"
        R"("note":"s3cr3t-t0ken alone is nothing we know"})");
    const host::Kind kind = providers();
    const Filled filled(kind, bytes, kClock);
    EXPECT_EQ(filled.status().status, has_status ? Status::kFailed : Status::kStatic);
    EXPECT_EQ(filled.cell("address"), R"("https://hooks.example.com/•••")");
    EXPECT_EQ(filled.cell("secret"), R"("chat-token")");
    const std::string kept = filled.object();
    ASSERT_NE(kept.find(R"("address":"https://hooks.example.com/•••")"), std::string::npos) << kept;
    const std::string everything = kept + detail_of(kind, bytes) + filled.status().message +
                                   std::string(filled.row()->search_text());
    for (const char* secret : {"pw-4711", "services/T0", "hush-hush", "someone"}) {
      EXPECT_EQ(everything.find(secret), std::string::npos) << version << " " << secret;
    }
    EXPECT_NE(everything.find("proxy.example.com:3128"), std::string::npos);
  }
}

TEST(NotificationKinds, receivers_of_every_version_keep_their_path_to_themselves) {
  const std::string spec =
      R"({"type":"github","events":["ping","push"],"secretRef":{"name":"push-token"},"interval":"10m",)"
      R"("resources":[{"apiVersion":"source.toolkit.fluxcd.io/v1","kind":"GitRepository","name":"fleet"},)"
      R"({"kind":"ImageRepository","name":"*","namespace":"shop"}]})";
  const std::string path = "/hook/bed6d00b5555b1603e1f59b94d7fdbca58089cb5663633fb83f2815dc626d92b";
  for (const char* version : {"v1beta1", "v1beta2", "v1"}) {
    const std::string field =
        std::string_view(version) == "v1beta1" ? R"("url")" : R"("webhookPath")";
    const std::string bytes = object(
        version, "Receiver", spec,
        "{" + field + R"(:")" + path +
            R"(","conditions":[{"type":"Ready","status":"True","reason":"Succeeded","message":)"
            R"("Receiver initialized for path: )" +
            path + R"("}]})");
    const host::Kind kind = receivers();
    const Filled filled(kind, bytes, kClock);
    EXPECT_EQ(filled.status().status, Status::kReady);
    EXPECT_EQ(filled.status().message, "Receiver initialized for path: /hook/•••");
    EXPECT_EQ(filled.cell("events"), R"("ping, push")");
    EXPECT_EQ(filled.cell("triggers"), R"("GitRepository fleet, every ImageRepository in shop")");
    const std::string everything =
        filled.object() + detail_of(kind, bytes) + std::string(filled.row()->search_text());
    EXPECT_EQ(everything.find("bed6d00b"), std::string::npos) << version;
    EXPECT_NE(detail_of(kind, bytes).find("/hook/•••"), std::string::npos) << version;
  }
}

TEST(NotificationKinds, hostile_addresses_show_nothing_that_could_be_a_secret) {
  for (const auto& [address, shown] : std::initializer_list<std::pair<const char*, const char*>>{
           {"https://hooks.example.com", "https://hooks.example.com"},
           {"https://hooks.example.com/", "https://hooks.example.com/"},
           {"https://hooks.example.com/•••", "https://hooks.example.com/•••"},
           {"https://hooks.example.com?token=x", "https://hooks.example.com/•••"},
           {"https://hooks.example.com#x", "https://hooks.example.com/•••"},
           {"https://hooks.example.com\\x", "https://hooks.example.com/•••"},
           {"https://user@a@host:8443/x", "https://host:8443/•••"},
           {"nats://u:p@[2001:db8::1]:4222", "nats://[2001:db8::1]:4222/•••"},
           {"https://to ken/x", "https://•••"},
           {"Endpoint=sb://x.example.com/;SharedAccessKey=k", "•••"},
           {"my-project", "•••"},
           {"", ""}}) {
    const std::string masked = masthead::flux::masked_address(address);
    EXPECT_EQ(masked, std::string(shown).ends_with("com/") ? "https://hooks.example.com" : shown);
  }
}

TEST(NotificationKinds, a_short_address_is_masked_where_it_stands_and_no_word_with_it) {
  const host::Kind kind = providers();
  const Filled filled(kind,
                      object("v1beta3", "Provider",
                             R"({"type":"googlepubsub","address":"one","channel":"phones"})"),
                      kClock);
  EXPECT_EQ(filled.row()->name(), "one");
  EXPECT_EQ(filled.cell("channel"), R"("phones")");
  EXPECT_NE(filled.object().find(R"("address":"•••")"), std::string::npos) << filled.object();
}

}  // namespace
}  // namespace masthead::plugins::flux
