#include "helm/manifest.h"

#include <fmt/format.h>

#include <algorithm>
#include <map>

#include "base/limits.h"
#include "yaml/yaml.h"

namespace masthead::helm {
namespace {

std::string_view next_line(std::string_view& rest) {
  const size_t end = rest.find('\n');
  const std::string_view line = rest.substr(0, end == std::string_view::npos ? end : end + 1);
  rest.remove_prefix(line.size());
  return line;
}

bool separates(std::string_view line) {
  return line.starts_with("---") &&
         (line.size() == 3 || std::string_view(" \t\r\n").contains(line[3]));
}

ManifestObject read_object(std::string_view text) {
  ManifestObject object;
  std::string_view rest = text;
  while (rest.starts_with('#')) object.comment += next_line(rest);
  auto json = yaml::to_json(text);
  const auto document = json ? json::Document::parse(*json) : std::unexpected(json.error());
  if (!document) {
    object.problem = document.error().text;
    return object;
  }
  const json::Value root = document->root();
  if (root.is_null()) return object;
  object.api_version = root["apiVersion"].str();
  object.ref = {std::string(k8s::group_of(object.api_version)), std::string(root["kind"].str()),
                std::string(root["metadata"]["namespace"].str()),
                std::string(root["metadata"]["name"].str())};
  object.json = std::move(*json);
  return object;
}

std::vector<std::string_view> lines_of(std::string_view text) {
  std::vector<std::string_view> lines;
  while (!text.empty()) {
    std::string_view line = next_line(text);
    if (line.ends_with('\n')) line.remove_suffix(1);
    lines.push_back(line);
  }
  return lines;
}

// The longest common subsequence, from its end.
std::vector<DiffLine> compare(const std::vector<std::string_view>& a,
                              const std::vector<std::string_view>& b) {
  const size_t width = b.size() + 1;
  std::vector<uint16_t> common((a.size() + 1) * width, 0);
  for (size_t i = a.size(); i-- > 0;) {
    for (size_t j = b.size(); j-- > 0;) {
      uint16_t& here = common[i * width + j];
      const uint16_t down = common[(i + 1) * width + j], right = common[i * width + j + 1];
      here = a[i] == b[j] ? static_cast<uint16_t>(common[(i + 1) * width + j + 1] + 1)
                          : std::max(down, right);
    }
  }
  std::vector<DiffLine> lines;
  size_t i = 0, j = 0;
  while (i < a.size() || j < b.size()) {
    if (i < a.size() && j < b.size() && a[i] == b[j]) {
      lines.push_back({' ', std::string(a[i])});
      ++i, ++j;
    } else if (i < a.size() &&
               (j == b.size() || common[(i + 1) * width + j] >= common[i * width + j + 1])) {
      lines.push_back({'-', std::string(a[i++])});
    } else {
      lines.push_back({'+', std::string(b[j++])});
    }
  }
  return lines;
}

// Lines far from every change become one '@'.
std::vector<DiffLine> shortened_context(std::vector<DiffLine> lines) {
  constexpr size_t kAround = 3;
  std::vector<bool> near(lines.size(), false);
  for (size_t i = 0; i < lines.size(); ++i) {
    if (lines[i].mark == ' ') continue;
    const size_t from = i > kAround ? i - kAround : 0;
    const size_t to = std::min(lines.size(), i + kAround + 1);
    std::fill(near.begin() + static_cast<ptrdiff_t>(from),
              near.begin() + static_cast<ptrdiff_t>(to), true);
  }
  std::vector<DiffLine> out;
  for (size_t i = 0; i < lines.size(); ++i) {
    if (near[i]) {
      out.push_back(std::move(lines[i]));
    } else if (out.empty() || out.back().mark != '@') {
      out.push_back({'@', ""});
    }
  }
  return out;
}

ObjectDiff one_sided(const ManifestObject& object, ObjectDiff::Change change,
                     const Masking& masking) {
  ObjectDiff diff{object, change, {}};
  const std::string yaml = masked_yaml(masking, object);
  const char mark = change == ObjectDiff::Change::kAdded ? '+' : '-';
  for (const std::string_view line : lines_of(yaml))
    diff.lines.push_back({mark, std::string(line)});
  return diff;
}

}  // namespace

std::string ManifestObject::id() const {
  return fmt::format("{} {} {}/{}", ref.group, ref.kind, ref.ns, ref.name);
}

std::vector<ManifestObject> read_manifest(std::string_view yaml) {
  std::vector<ManifestObject> objects;
  std::string text;
  const auto end_object = [&] {
    if (text.find_first_not_of(" \t\r\n") != std::string::npos) {
      ManifestObject object = read_object(text);
      if (!object.json.empty() || !object.problem.empty()) objects.push_back(std::move(object));
    }
    text.clear();
  };
  while (!yaml.empty()) {
    const std::string_view line = next_line(yaml);
    if (separates(line)) {
      end_object();
    } else {
      text += line;
    }
  }
  end_object();
  return objects;
}

void add_secrets(Masking& masking, const std::vector<ManifestObject>& objects) {
  for (const ManifestObject& object : objects) {
    if (object.ref.kind != "Secret") continue;
    const auto document = json::Document::parse(object.json);
    if (document) masking.add_secret_object(document->root());
  }
}

std::string masked_yaml(const Masking& masking, const ManifestObject& object) {
  const std::string comment = masking.text(object.comment);
  if (object.json.empty()) {
    // Its reader's words name a place, not what stands there.
    return comment + "# This object is not shown: it could not be read, and may hold a Secret.\n";
  }
  const auto document = json::Document::parse(object.json);
  if (!document) return comment;
  json::Writer out;
  masking.copy_object(out, document->root());
  const auto masked = json::Document::parse(std::move(out).finish());
  return masked ? comment + yaml::from_json(masked->root()) : comment;
}

std::vector<DiffLine> diff_lines(std::string_view before, std::string_view after) {
  std::vector<std::string_view> a = lines_of(before), b = lines_of(after);
  std::vector<DiffLine> head, tail;
  size_t same = 0;
  while (same < a.size() && same < b.size() && a[same] == b[same]) {
    head.push_back({' ', std::string(a[same++])});
  }
  a.erase(a.begin(), a.begin() + static_cast<ptrdiff_t>(same));
  b.erase(b.begin(), b.begin() + static_cast<ptrdiff_t>(same));
  while (!a.empty() && !b.empty() && a.back() == b.back()) {
    tail.push_back({' ', std::string(a.back())});
    a.pop_back();
    b.pop_back();
  }
  if (a.size() > limits::kDiffLines || b.size() > limits::kDiffLines) {
    // Too long to be compared: all of the one, then all of the other.
    for (const auto line : a) head.push_back({'-', std::string(line)});
    for (const auto line : b) head.push_back({'+', std::string(line)});
  } else {
    std::ranges::move(compare(a, b), std::back_inserter(head));
  }
  head.insert(head.end(), tail.rbegin(), tail.rend());
  return shortened_context(std::move(head));
}

std::vector<ObjectDiff> diff_manifests(const std::vector<ManifestObject>& before,
                                       const std::vector<ManifestObject>& after,
                                       const Masking& masking) {
  using Change = ObjectDiff::Change;
  std::map<std::string, const ManifestObject*> old;
  for (const ManifestObject& object : before) old.emplace(object.id(), &object);
  std::vector<ObjectDiff> diffs;
  for (const ManifestObject& object : after) {
    const auto found = old.find(object.id());
    if (found == old.end()) {
      diffs.push_back(one_sided(object, Change::kAdded, masking));
      continue;
    }
    const ManifestObject& was = *found->second;
    old.erase(found);
    if (was.json == object.json) continue;
    const std::string one = masked_yaml(masking, was), other = masked_yaml(masking, object);
    if (one == other) {
      diffs.push_back({object, Change::kMasked, {}});
    } else {
      diffs.push_back({object, Change::kChanged, diff_lines(one, other)});
    }
  }
  for (const ManifestObject& object : before) {
    const auto gone = old.find(object.id());
    if (gone != old.end() && gone->second == &object) {
      diffs.push_back(one_sided(object, Change::kRemoved, masking));
    }
  }
  return diffs;
}

}  // namespace masthead::helm
