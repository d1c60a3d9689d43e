// The texts of the licences, as they are in the tree. Constant; any thread.
#pragma once

#include <span>
#include <string_view>

namespace masthead::app {

struct LicenseFile {
  std::string_view id;  // SPDX: "MIT"
  std::string_view text;
};
std::span<const LicenseFile> license_files();

}  // namespace masthead::app
