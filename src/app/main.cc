// masthead: a live console for Kubernetes clusters run by Flux.
#include <CLI/CLI.hpp>
#include <algorithm>
#include <cstdlib>

#include "app/commands.h"
#include "base/log.h"
#include "sim/embedded_cluster.h"

namespace {

namespace app = masthead::app;
namespace base = masthead::base;

// Flags given on the command line; what was not given leaves the configuration as it is.
struct Flags {
  std::string config_file;
  std::vector<std::function<void(app::Config&)>> apply;
};

void add_text(CLI::App& command, Flags& flags, const std::string& name,
              std::string app::Config::* to, const std::string& help) {
  command.add_option_function<std::string>(
      name,
      [&flags, to](const std::string& value) {
        flags.apply.push_back([to, value](app::Config& config) { config.*to = value; });
      },
      help);
}

void add_flag(CLI::App& command, Flags& flags, const std::string& name, bool app::Config::* to,
              const std::string& help) {
  command.add_flag_callback(
      name, [&flags, to] { flags.apply.push_back([to](app::Config& c) { c.*to = true; }); }, help);
}

void add_list(CLI::App& command, Flags& flags, const std::string& name,
              std::vector<std::string> app::Config::* to, const std::string& help) {
  command
      .add_option_function<std::vector<std::string>>(
          name,
          [&flags, to](const std::vector<std::string>& value) {
            flags.apply.push_back([to, value](app::Config& config) { config.*to = value; });
          },
          help)
      ->delimiter(',');
}

void add_cluster_flags(CLI::App& command, Flags& flags) {
  command.add_option("--config", flags.config_file, "Configuration file (YAML)");
  add_text(command, flags, "--kubeconfig", &app::Config::kubeconfig,
           "Kubeconfig file; without it $KUBECONFIG, ~/.kube/config, or the pod's service account");
  add_text(command, flags, "--context", &app::Config::context, "Context of the kubeconfig");
  add_list(command, flags, "--namespace", &app::Config::namespaces,
           "Namespaces to try where nothing may be listed everywhere");
  add_text(command, flags, "--state-dir", &app::Config::state_dir,
           "Folder for what must survive a restart");
  add_text(command, flags, "--log-level", &app::Config::log_level,
           "debug, info, warn, error or off");
  add_list(command, flags, "--allow-exec", &app::Config::allow_exec,
           "Credential plugins that may run besides the well-known ones");
}

base::Result<app::Config> configure(const Flags& flags) {
  app::Config config;
  if (!flags.config_file.empty()) {
    TRY_VOID(app::apply_config_file(flags.config_file, config));
  }
  TRY_VOID(app::apply_environment(
      [](const std::string& name) -> std::optional<std::string> {
        const char* value = std::getenv(name.c_str());
        return value == nullptr ? std::nullopt : std::optional<std::string>(value);
      },
      config));
  for (const auto& apply : flags.apply) apply(config);
  TRY_VOID(app::check_namespaces(config));
  if (!base::log::set_level(config.log_level)) {
    return base::fail(base::ErrorCode::kInvalid,
                      "There is no log level '" + config.log_level + "'.",
                      "The levels are debug, info, warn, error and off.");
  }
  return config;
}

// What is wrong with the command itself, in our words: the parser's would only ask for one.
std::optional<base::Error> wrong_command(const CLI::App& program, int argc, char** argv) {
  const std::string command = argc > 1 ? argv[1] : "";
  const auto known = program.get_subcommands({});
  const bool is_known =
      std::ranges::any_of(known, [&](const CLI::App* one) { return one->get_name() == command; });
  if (command.starts_with('-') || is_known) return {};
  return base::Error{
      base::ErrorCode::kInvalid,
      command.empty() ? "Which command?" : "There is no command '" + command + "'.",
      "The commands are serve, status, demo, doctor and licenses; masthead --help tells them.",
      {},
      0};
}

}  // namespace

int main(int argc, char** argv) {
  CLI::App program(
      "A live console for Kubernetes clusters run by Flux: what is broken, since when, "
      "because of what.");
  program.set_version_flag("--version", app::version());
  program.require_subcommand(1);
  Flags flags;

  CLI::App* serve = program.add_subcommand("serve", "Serve the console on loopback");
  add_cluster_flags(*serve, flags);
  add_text(*serve, flags, "--listen", &app::Config::listen, "Address, 127.0.0.1:8765 by default");
  add_text(*serve, flags, "--base-path", &app::Config::base_path, "Path to serve under");
  add_flag(*serve, flags, "--no-browser", &app::Config::no_browser, "Do not open a browser");
  add_flag(*serve, flags, "--read-only", &app::Config::read_only, "Refuse every write");

  app::StatusOptions status_options;
  std::string output = "text";
  CLI::App* status = program.add_subcommand(
      "status", "Say what is broken; exit 0 all well, 1 something broken, 2 could not tell");
  add_cluster_flags(*status, flags);
  status->add_option("-o,--output", output, "text or json")->check(CLI::IsMember({"text", "json"}));
  status->add_flag("--watch", status_options.watch, "Go on and say it again at each change");

  app::DemoOptions demo_options;
  CLI::App* demo =
      program.add_subcommand("demo", "Serve the console on an embedded cluster, to try it");
  demo->add_option_function<uint16_t>(
          "--port",
          [&flags](uint16_t port) {
            flags.apply.push_back([port](app::Config& config) {
              config.listen = "127.0.0.1:" + std::to_string(port);
            });
          },
          "Port of the console, 8765 by default, 0 for any")
      ->check(CLI::Range(0, 65535));
  add_flag(*demo, flags, "--no-browser", &app::Config::no_browser, "Do not open a browser");
  add_text(*demo, flags, "--log-level", &app::Config::log_level, "debug, info, warn, error or off");
  demo->add_option("--kubeconfig-out", demo_options.kubeconfig_out,
                   "Write a kubeconfig for the embedded cluster there");
  demo->add_option("--as", demo_options.user, "The user: admin, team-a to team-d, or nobody");
  demo->add_option("--scenario", demo_options.scenario, "What is going on in it; outage by default")
      ->check(CLI::IsMember(masthead::sim::EmbeddedCluster::scenarios()));
  demo->add_option("--seed", demo_options.seed, "The same seed makes the same cluster")
      ->check(CLI::Range(uint64_t{0}, UINT64_MAX));
  std::string size = "small";
  demo->add_option("--size", size, "small, or large: 100,000 pods and 5,000 Flux objects")
      ->check(CLI::IsMember({"small", "large"}));

  CLI::App* doctor = program.add_subcommand(
      "doctor", "Say what can be reached, what may be done, and what is missing");
  add_cluster_flags(*doctor, flags);
  CLI::App* licenses = program.add_subcommand("licenses", "Print the notices of third parties");

  if (const auto wrong = wrong_command(program, argc, argv)) return app::fail_with(*wrong);
  try {
    program.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const int code = program.exit(error);
    return code == 0 ? app::kExitWell : app::kExitUnknown;
  }
  if (licenses->parsed()) return app::licenses();
  const auto config = configure(flags);
  if (!config) return app::fail_with(config.error());
  if (status->parsed()) {
    status_options.json = output == "json";
    return app::status(*config, status_options);
  }
  if (demo->parsed()) {
    demo_options.large = size == "large";
    return app::demo(*config, demo_options);
  }
  if (doctor->parsed()) return app::doctor(*config);
  return serve->parsed() ? app::serve(*config) : app::kExitUnknown;
}
