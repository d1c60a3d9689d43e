// Every served version of every kind, in the states its objects come in, held against what a list
// and a detail show of it: testdata/KIND.VERSION.json is the object with a status a state, and
// testdata/KIND.VERSION.txt what is shown. Of every state but the first only what differs from the
// first is written. That a version has the fields its object has was checked by decoding each
// strictly, unknown fields refused, into the Go types of that version: of the controllers' API
// modules of Flux 2.6 for the versions that are gone since, and of Flux 2.9 for the rest. The
// objects of Flux Operator were not checked in this way. With MASTHEAD_RENEW_TESTDATA set the texts
// are written anew, to be read by whoever changes them.
#include <gtest/gtest.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/time_format.h"
#include "plugins/flux/console_fixture.h"

namespace masthead::plugins::flux {
namespace {

using fixture::Cluster;
using fixture::Lines;

const std::filesystem::path kFolder =
    std::filesystem::path(MASTHEAD_SOURCE_DIR) / "src/plugins/flux/testdata";

std::string read(const std::filesystem::path& file) {
  std::ostringstream text;
  text << std::ifstream(file).rdbuf();
  return std::move(text).str();
}

// What a file does not hold, since it is the same for every kind.
struct State {
  std::string name;
  std::string status{};    // JSON; empty: none
  std::string metadata{};  // more members of it
  bool hostile = false;    // also in its name, its addresses and its annotations
};

constexpr const char* kUnheard =
    R"({"observedGeneration":3,"conditions":[{"type":"Ready","status":"Perhaps",)"
    R"("reason":"Unheard","message":"Nobody has said this before.",)"
    R"("lastTransitionTime":"2026-08-02T09:00:00Z"},{"type":"Ripened","status":"True",)"
    R"("reason":"Autumn","message":"","lastTransitionTime":"2026-08-02T09:00:00Z"}]})";
constexpr const char* kHostileStatus =
    R"({"conditions":[{"type":"Ready","status":"False","reason":"<b>","message":)"
    R"("\u001b[2J\u202e<img src=x onerror=alert(1)>\n\u0000","lastTransitionTime":"yesterday"},)"
    R"(null,7,{"type":{},"status":[]}],"artifact":"none","history":{},"inventory":[]})";

std::vector<State> states_of(const json::Value& file) {
  std::vector<State> states;
  for (const auto& [name, status] : file["statuses"].members()) {
    states.push_back({std::string(name), status.to_json()});
  }
  CHECK(!states.empty(), "a file has a state");
  states.push_back({"being deleted", states.front().status,
                    R"("deletionTimestamp":"2026-08-02T09:30:00Z",)"
                    R"("finalizers":["finalizers.fluxcd.io","example.com/keep"],)"});
  states.push_back({"without status"});
  states.push_back({"unheard of", kUnheard});
  states.push_back({"hostile", kHostileStatus, "", true});
  return states;
}

bool is_address(std::string_view field) {
  return field == "url" || field == "address" || field == "endpoint";
}

std::string object_of(const json::Value& file, const State& state) {
  json::Writer out;
  out.begin_object();
  out.key("apiVersion").string(file["apiVersion"].str()).key("kind").string(file["kind"].str());
  std::string metadata = file["metadata"].to_json();
  metadata.insert(1, state.metadata);
  if (state.hostile) {
    metadata = R"({"name":"\"><script>","namespace":"..","annotations":)"
               R"({"reconcile.fluxcd.io/requestedAt":"\u0007","<i>":"\\u202e"}})";
  }
  out.key("metadata").raw(metadata).key("spec").begin_object();
  for (const auto& [name, value] : file["spec"].members()) {
    out.key(name);
    if (state.hostile && name == "image") {
      out.string("javascript:alert(1)");
    } else if (state.hostile && is_address(name)) {
      out.string("javascript:alert(1)//user:hush@host/?token=hush");
    } else {
      out.raw(value.to_json());
    }
  }
  out.end_object();
  if (!state.status.empty()) out.key("status").raw(state.status);
  out.end_object();
  return std::move(out).finish();
}

std::string said(const json::Value& linked) {
  const json::Value ref = linked["ref"];
  return k8s::said({"", std::string(ref["kind"].str()), std::string(ref["namespace"].str()),
                    std::string(ref["name"].str())});
}

std::string time_text(const json::Value& ms) {
  return ms.is_number() ? base::format_rfc3339(ms.integer_or(0)) : "at no time";
}

// In words and times one can read.
std::string shown(const json::Value& value, std::string_view type) {
  if (type == "time") return time_text(value);
  if (type == "duration") return std::to_string(value.integer_or(0) / 1000) + " s";
  if (type == "ref") return said(value);
  std::string text;
  if (type == "refs") {
    for (const json::Value one : value.items()) text += (text.empty() ? "" : ", ") + said(one);
    return text;
  }
  if (type == "entries") {
    for (const json::Value one : value.items()) {
      text += (text.empty() ? "" : ", ") + one["text"].to_json() + " " + time_text(one["at"]);
    }
    return text;
  }
  return value.to_json();
}

void add_status(const json::Value& status, Lines& lines) {
  std::string line = "status: " + std::string(status["status"].str());
  if (status["word"].exists()) line += " " + status["word"].to_json();
  for (const json::Value badge : status["badges"].items()) {
    line += " [" + std::string(badge.str()) + "]";
  }
  for (const char* key : {"reason", "message"}) {
    if (status[key].exists()) line += " | " + status[key].to_json();
  }
  if (const int64_t since = status["since"].integer_or(0); since != 0) {
    line += std::string(status["sinceExact"].boolean() ? " | since " : " | since at least ") +
            base::format_rfc3339(since);
  }
  lines.push_back(std::move(line));
}

void add_cells(const cache::TableView& list, const cache::Row& row, Lines& lines) {
  json::Writer out;
  row.write_cells(list.table().schema(), out);
  const auto cells = json::Document::parse(std::move(out).finish());
  const auto& columns = list.table().schema().columns();
  for (size_t i = 0; i < columns.size(); ++i) {
    const json::Value cell = cells->root().at(i);
    if (columns[i].id == "status" || cell.is_null()) continue;
    lines.push_back("list, " + columns[i].title + ": " +
                    shown(cell, cache::column_type_name(columns[i].type)));
  }
}

void add_detail(const json::Value& detail, Lines& lines) {
  for (const json::Value section : detail["sections"].items()) {
    for (const json::Value field : section["fields"].items()) {
      lines.push_back(std::string(section["title"].str()) + ", " +
                      std::string(field["label"].str()) + ": " +
                      shown(field["value"], field["type"].str()));
    }
  }
  for (const json::Value condition : detail["conditions"].items()) {
    std::string line = "condition";
    for (const char* key : {"type", "status", "reason", "good", "message"}) {
      if (!condition[key].exists()) continue;
      line += (std::string_view(key) == "good" ? " good " : " ") + condition[key].to_json();
    }
    lines.push_back(std::move(line));
  }
  for (const json::Value link : detail["related"].items()) {
    lines.push_back(std::string(link["relation"].str()) + " " + said(link));
  }
  for (const json::Value finalizer : detail["finalizers"].items()) {
    lines.push_back("finalizer " + std::string(finalizer.str()));
  }
}

Lines shown_of(const std::string& kind, const std::string& object) {
  Cluster cluster;
  cluster.add_object(kind, object);
  const cache::TableView& list = cluster.list(kind);
  Lines lines;
  list.for_each([&](const cache::Row& row) {
    const auto detail = json::Document::parse(
        cluster.view().detail_json(list.table().id(), row.ns().text(), row.name()).value());
    CHECK(detail.has_value(), "a detail is JSON");
    add_status(detail->root()["status"], lines);
    add_cells(list, row, lines);
    add_detail(detail->root(), lines);
  });
  CHECK(!lines.empty(), "no object is dropped");
  return lines;
}

// What turns a line round would do so where this text is read, too.
std::string readable(std::string text) {
  constexpr std::string_view kTurn = "\xe2\x80\xae";
  for (size_t at = text.find(kTurn); at != std::string::npos; at = text.find(kTurn, at)) {
    text.replace(at, kTurn.size(), "\\u202e");
  }
  return text;
}

std::string text_of(const json::Value& file) {
  std::string text =
      std::string(file["kind"].str()) + " " + std::string(file["apiVersion"].str()) + "\n";
  Lines first;
  for (const State& state : states_of(file)) {
    Lines lines = shown_of(std::string(file["kind"].str()), object_of(file, state));
    text += "\n" + state.name + "\n";
    for (const std::string& line : lines) {
      if (line.starts_with("status: ") || std::ranges::find(first, line) == first.end()) {
        text += "  " + line + "\n";
      }
    }
    if (first.empty()) first = std::move(lines);
  }
  return readable(std::move(text));
}

std::vector<std::filesystem::path> files() {
  std::vector<std::filesystem::path> found;
  for (const auto& entry : std::filesystem::directory_iterator(kFolder)) {
    if (entry.path().extension() == ".json") found.push_back(entry.path());
  }
  std::ranges::sort(found);
  return found;
}

TEST(Versions, of_every_kind_show_what_they_have_in_every_state) {
  const bool renew = std::getenv("MASTHEAD_RENEW_TESTDATA") != nullptr;
  for (std::filesystem::path path : files()) {
    const auto file = json::Document::parse(read(path));
    ASSERT_TRUE(file.has_value()) << path;
    const std::string text = text_of(file->root());
    EXPECT_FALSE(text.contains("hush")) << path << " shows what is masked";
    path.replace_extension(".txt");
    if (renew) {
      std::ofstream(path) << text;
    } else {
      EXPECT_EQ(text, read(path)) << path;
    }
  }
}

TEST(Versions, are_those_that_flux_has_served_since_2_0) {
  std::map<std::string, Lines> found;
  for (const std::filesystem::path& path : files()) {
    const auto file = json::Document::parse(read(path));
    const std::string version(file->root()["apiVersion"].str());
    const std::string kind(file->root()["kind"].str());
    EXPECT_EQ(path.stem().string(), kind + "." + version.substr(version.find('/') + 1));
    found[kind].push_back(version.substr(version.find('/') + 1));
  }
  const Lines three{"v1", "v1beta1", "v1beta2"};
  const Lines notification{"v1beta1", "v1beta2", "v1beta3"};
  const std::map<std::string, Lines> served{{"Alert", notification},
                                            {"ArtifactGenerator", {"v1beta1"}},
                                            {"Bucket", three},
                                            {"ExternalArtifact", {"v1"}},
                                            {"FluxInstance", {"v1"}},
                                            {"FluxReport", {"v1"}},
                                            {"GitRepository", three},
                                            {"HelmChart", three},
                                            {"HelmRelease", {"v2", "v2beta1", "v2beta2"}},
                                            {"HelmRepository", three},
                                            {"ImagePolicy", three},
                                            {"ImageRepository", three},
                                            {"ImageUpdateAutomation", three},
                                            {"Kustomization", three},
                                            {"OCIRepository", {"v1", "v1beta2"}},
                                            {"Provider", notification},
                                            {"Receiver", three},
                                            {"ResourceSet", {"v1"}},
                                            {"ResourceSetInputProvider", {"v1"}}};
  EXPECT_EQ(found, served);
}

}  // namespace
}  // namespace masthead::plugins::flux
