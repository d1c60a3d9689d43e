// A sink that keeps what a cache would: the test's own idea of the state, from events alone.
#pragma once

#include <map>
#include <string>
#include <vector>

#include "json/value.h"
#include "k8s/reflector_event.h"

namespace masthead::kube {

class RecordingSink : public k8s::ReflectorSink {
 public:
  void on_event(const k8s::ReflectorEvent& event) override {
    using Type = k8s::ReflectorEvent::Type;
    switch (event.type) {
      case Type::kResetBegin:
        staging = true;
        staged.clear();
        log += "[";
        return;
      case Type::kResetEnd:
        staging = false;
        objects.swap(staged);
        ++resets;
        version = event.resource_version;
        log += "]";
        return;
      case Type::kUpsert:
      case Type::kDelete:
        return change(event);
      case Type::kBookmark:
        ++bookmarks;
        version = event.resource_version;
        return;
      case Type::kFreshness:
        if (states.empty() || states.back() != event.freshness->state) {
          states.push_back(event.freshness->state);
        }
        freshness = *event.freshness;
        return;
    }
  }

  std::map<std::string, std::string> objects, staged;  // "namespace/name" → resourceVersion
  std::string log;                                     // "[++]+-": what came, in short
  std::string version;
  std::vector<k8s::Freshness::State> states;  // without repetitions
  k8s::Freshness freshness;
  bool staging = false;
  int resets = 0, bookmarks = 0, duplicates = 0, backwards = 0;
  size_t bytes = 0;

 private:
  void change(const k8s::ReflectorEvent& event) {
    bytes += event.object.size();
    const auto document = json::Document::parse(event.object);
    const json::Value metadata = document ? document->root()["metadata"] : json::Value();
    const std::string key =
        std::string(metadata["namespace"].str()) + "/" + std::string(metadata["name"].str());
    auto& into = staging ? staged : objects;
    if (event.type == k8s::ReflectorEvent::Type::kDelete) {
      log += "-";
      into.erase(key);
      return;
    }
    log += "+";
    const auto known = into.find(key);
    if (known != into.end()) {
      if (known->second == event.resource_version) ++duplicates;
      if (std::stoll("0" + known->second) > std::stoll("0" + std::string(event.resource_version))) {
        ++backwards;
      }
    }
    into[key] = event.resource_version;
  }
};

}  // namespace masthead::kube
