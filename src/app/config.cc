#include "app/config.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "base/limits.h"
#include "base/split.h"
#include "json/value.h"
#include "yaml/yaml.h"

namespace masthead::app {
namespace {

using base::ErrorCode;
using base::fail;

struct Key {
  const char* name;  // as in the file and, with dashes, as a flag
  std::string Config::* text = nullptr;
  bool Config::* flag = nullptr;
  std::vector<std::string> Config::* list = nullptr;
};

const std::vector<Key>& keys() {
  static const std::vector<Key> all{{"kubeconfig", &Config::kubeconfig, nullptr, nullptr},
                                    {"context", &Config::context, nullptr, nullptr},
                                    {"namespace", nullptr, nullptr, &Config::namespaces},
                                    {"listen", &Config::listen, nullptr, nullptr},
                                    {"base-path", &Config::base_path, nullptr, nullptr},
                                    {"state-dir", &Config::state_dir, nullptr, nullptr},
                                    {"log-level", &Config::log_level, nullptr, nullptr},
                                    {"allow-exec", nullptr, nullptr, &Config::allow_exec},
                                    {"read-only", nullptr, &Config::read_only, nullptr},
                                    {"no-browser", nullptr, &Config::no_browser, nullptr}};
  return all;
}

// The line on which a top-level (or, with `indented`, a nested) key stands, counted from 1.
int line_of(const std::string& text, std::string_view key, bool indented) {
  std::istringstream lines(text);
  std::string line;
  for (int number = 1; std::getline(lines, line); ++number) {
    std::string_view rest = line;
    const bool has_indent = !rest.empty() && (rest.front() == ' ' || rest.front() == '{');
    while (!rest.empty() && (rest.front() == ' ' || rest.front() == '"' || rest.front() == '\'')) {
      rest.remove_prefix(1);
    }
    if (has_indent != indented || !rest.starts_with(key)) continue;
    const std::string_view behind = rest.substr(key.size());
    if (!behind.empty() && std::string_view(": \t\"'").contains(behind.front())) return number;
  }
  return 1;
}

std::string known_names() {
  std::string names;
  for (const Key& key : keys()) names += std::string(names.empty() ? "" : ", ") + key.name;
  return names + ", plugins";
}

base::Result<void> apply_value(const Key& key, const json::Value& value, const std::string& where,
                               Config& config) {
  const auto wrong = [&](const char* wanted) {
    return fail(ErrorCode::kInvalid, fmt::format("{}: {} must be {}.", where, key.name, wanted));
  };
  if (key.text != nullptr) {
    if (!value.is_string()) return wrong("a text");
    config.*key.text = std::string(value.str());
  } else if (key.flag != nullptr) {
    if (!value.is_bool()) return wrong("true or false");
    config.*key.flag = value.boolean();
  } else {
    std::vector<std::string> items;
    for (const json::Value item : value.items()) {
      if (!item.is_string()) return wrong("a list of texts");
      items.emplace_back(item.str());
    }
    if (value.is_string()) items.emplace_back(value.str());
    if (items.empty()) return wrong("a list of texts");
    config.*key.list = std::move(items);
  }
  return {};
}

base::Result<void> apply_plugins(const json::Value& plugins, const std::string& text,
                                 const std::string& path, Config& config) {
  if (!plugins.is_object()) {
    return fail(ErrorCode::kInvalid,
                fmt::format("{}:{}: plugins must be a map.", path, line_of(text, "plugins", false)),
                "Write `plugins: {flux: false}`.");
  }
  for (const auto& [plugin, on] : plugins.members()) {
    const std::string id(plugin);
    const std::string where = fmt::format("{}:{}", path, line_of(text, plugin, true));
    if (!config.plugins.contains(id)) {
      return fail(ErrorCode::kInvalid, fmt::format("{}: there is no plugin '{}'.", where, id),
                  "The plugins are core and flux.");
    }
    if (!on.is_bool()) {
      return fail(ErrorCode::kInvalid, fmt::format("{}: {} must be true or false.", where, id));
    }
    config.plugins[id] = on.boolean();
  }
  return {};
}

std::optional<bool> truth(std::string_view text) {
  if (text == "true" || text == "1" || text == "yes") return true;
  if (text == "false" || text == "0" || text == "no") return false;
  return std::nullopt;
}

}  // namespace

base::Result<void> apply_config_text(const std::string& text, const std::string& path,
                                     Config& config) {
  const auto bytes = yaml::to_json(text);
  if (!bytes) {
    base::Error error = bytes.error().within(path);
    error.hint = "The file is not valid YAML. Write one `name: value` a line.";
    return std::unexpected(std::move(error));
  }
  const auto document = json::Document::parse(*bytes);
  if (!document) return std::unexpected(document.error().within(path));
  const json::Value root = document->root();
  if (root.is_null()) return {};  // nothing but comments
  if (!root.is_object()) {
    return fail(ErrorCode::kInvalid, path + " does not hold settings.",
                "Write one `name: value` a line; the settings are " + known_names() + ".");
  }
  for (const auto& [name, value] : root.members()) {
    if (name == "plugins") {
      TRY_VOID(apply_plugins(value, text, path, config));
      continue;
    }
    const std::string where = fmt::format("{}:{}", path, line_of(text, name, false));
    const auto key = std::find_if(keys().begin(), keys().end(),
                                  [&](const Key& one) { return name == one.name; });
    if (key == keys().end()) {
      return fail(ErrorCode::kInvalid, fmt::format("{}: there is no setting '{}'.", where, name),
                  "The settings are " + known_names() + ".");
    }
    TRY_VOID(apply_value(*key, value, where, config));
  }
  return {};
}

base::Result<void> apply_config_file(const std::string& path, Config& config) {
  std::ifstream file(path, std::ios::binary);
  std::string text;
  text.resize(limits::kConfigBytes + 1);
  file.read(text.data(), static_cast<std::streamsize>(text.size()));
  if (!file && !file.eof()) {
    return fail(ErrorCode::kNotFound, "The configuration file " + path + " cannot be read.",
                "Check the path after --config and its rights.");
  }
  text.resize(static_cast<size_t>(file.gcount()));
  if (text.size() > limits::kConfigBytes) {
    return fail(ErrorCode::kTooLarge, "The configuration file " + path + " is larger than 1 MiB.");
  }
  return apply_config_text(text, path, config);
}

base::Result<void> apply_environment(const Getenv& getenv, Config& config) {
  for (const Key& key : keys()) {
    std::string name = "MASTHEAD_";
    for (const char* c = key.name; *c != '\0'; ++c) {
      name += *c == '-' ? '_' : static_cast<char>(std::toupper(*c));
    }
    const auto value = getenv(name);
    if (!value) continue;
    if (key.text != nullptr) config.*key.text = *value;
    if (key.list != nullptr) config.*key.list = base::split(*value, ',');
    if (key.flag != nullptr) {
      const auto on = truth(*value);
      if (!on) return fail(ErrorCode::kInvalid, name + " must be true or false.");
      config.*key.flag = *on;
    }
  }
  return {};
}

base::Result<ListenAddress> parse_listen(const std::string& text) {
  const auto wrong = fail(ErrorCode::kInvalid, "'" + text + "' is no address to listen on.",
                          "Write 127.0.0.1:8765 or [::1]:8765; port 0 picks a free one.");
  const size_t colon = text.rfind(':');
  if (colon == std::string::npos) return wrong;
  ListenAddress out;
  out.address = text.substr(0, colon);
  if (out.address.size() > 2 && out.address.front() == '[' && out.address.back() == ']') {
    out.address = out.address.substr(1, out.address.size() - 2);
  }
  if (out.address == "localhost" || out.address.empty()) out.address = "127.0.0.1";
  const char* end = text.data() + text.size();
  const auto [at, failed] = std::from_chars(text.data() + colon + 1, end, out.port);
  if (failed != std::errc() || at != end) return wrong;
  return out;
}

base::Result<std::string> parse_base_path(const std::string& text) {
  std::string path = text;
  if (path.empty() || path.front() != '/') path.insert(0, "/");
  if (path.back() != '/') path += '/';
  const bool allowed = std::all_of(path.begin(), path.end(), [](char c) {
    return std::isalnum(static_cast<unsigned char>(c)) != 0 ||
           std::string_view("-_.~/").find(c) != std::string_view::npos;
  });
  if (!allowed || path.find("//") != std::string::npos || path.find("/.") != std::string::npos) {
    return fail(ErrorCode::kInvalid, "'" + text + "' is no base path.",
                "Write letters, digits, '-', '_' and '/', such as /tools/masthead/.");
  }
  return path;
}

base::Result<std::string> state_directory(const Config& config, const Getenv& getenv) {
  std::string path = config.state_dir;
  if (path.empty()) {
    const auto state_home = getenv("XDG_STATE_HOME");
    const auto home = getenv("HOME");
    if (state_home && !state_home->empty()) {
      path = *state_home + "/masthead";
    } else if (home && !home->empty()) {
      path = *home + "/.local/state/masthead";
    } else {
      return fail(ErrorCode::kNotFound, "There is no home folder to keep state in.",
                  "Name one with --state-dir.");
    }
  }
  std::error_code failed;
  const bool made = std::filesystem::create_directories(path, failed);
  if (failed) {
    return fail(ErrorCode::kUnavailable,
                "The state folder " + path + " cannot be made: " + failed.message() + ".",
                "Name another with --state-dir.");
  }
  if (made) {
    std::filesystem::permissions(path, std::filesystem::perms::owner_all, failed);
  }
  return path;
}

base::Result<void> check_namespaces(const Config& config) {
  for (const std::string& name : config.namespaces) {
    // RFC 1123: a label.
    const bool good =
        !name.empty() && name.size() <= 63 && !name.starts_with('-') && !name.ends_with('-') &&
        name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-") == std::string::npos;
    if (good) continue;
    return fail(ErrorCode::kInvalid, "'" + name + "' is no name of a namespace.",
                "Names are of a to z, 0 to 9 and '-'; several are written A,B.");
  }
  return {};
}

}  // namespace masthead::app
