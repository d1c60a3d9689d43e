#include <fmt/format.h>

#include "app/commands.h"
#include "app/license_files.h"
#include "base/terminal.h"
#include "server/page.h"

namespace masthead::app {
namespace {

struct Notice {
  const char* name;
  const char* license;
  const char* holder;
};

// Libraries the program links or includes; the texts of their licences follow them.
constexpr Notice kNotices[] = {
    {"Boost (Asio, JSON, Sort, Unordered)", "BSL-1.0", "the Boost contributors"},
    {"CLI11", "BSD-3-Clause", "University of Cincinnati, Henry Schreiner and contributors"},
    {"{fmt}", "MIT", "Victor Zverovich and contributors"},
    {"LibYAML", "MIT", "Kirill Simonov, Ingy döt Net and contributors"},
    {"nghttp2", "MIT", "Tatsuhiro Tsujikawa and nghttp2 contributors"},
    {"OpenSSL", "Apache-2.0", "the OpenSSL Project Authors"},
    {"simdjson", "Apache-2.0", "the simdjson authors"},
    {"SQLite", "public domain", "the SQLite authors"},
    {"zlib", "Zlib", "Jean-loup Gailly and Mark Adler"},
    {"Zstandard", "BSD-3-Clause", "Meta Platforms, Inc. and affiliates"},
};

}  // namespace

const char* version() {
  return MASTHEAD_VERSION;
}

std::string license_texts() {
  std::string text = fmt::format(
      "Masthead {}\nLicensed under the Apache License, Version 2.0, whose text is below.\n\n"
      "Third parties in the program:\n\n",
      version());
  for (const Notice& notice : kNotices) {
    text += fmt::format("{} — {} — Copyright {}\n", notice.name, notice.license, notice.holder);
  }
  for (const LicenseFile& file : license_files()) {
    text += fmt::format("\n---- {} ----\n\n{}", file.id, file.text);
  }
  if (const auto* page = server::find_page_file("third-party-notices.txt")) {
    text += "\nThird parties in the page:\n\n";
    text += page->bytes;
  }
  return text;
}

int licenses() {
  fmt::print("{}", license_texts());
  return kExitWell;
}

int fail_with(const base::Error& error, int exit_code) {
  fmt::print(stderr, "masthead: {}\n", base::for_terminal(error.text, 2));
  if (!error.hint.empty()) fmt::print(stderr, "  {}\n", base::for_terminal(error.hint, 2));
  return exit_code;
}

}  // namespace masthead::app
