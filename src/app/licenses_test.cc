#include <gtest/gtest.h>

#include "app/commands.h"
#include "app/license_files.h"

namespace masthead::app {
namespace {

TEST(Licenses, every_notice_has_the_text_of_its_licence) {
  const std::string all = license_texts();
  for (const LicenseFile& file : license_files()) {
    EXPECT_GT(file.text.size(), 500u) << file.id;
    EXPECT_NE(all.find(file.text), std::string::npos) << file.id;
  }
  for (const char* library : {"OpenSSL", "nghttp2", "SQLite", "simdjson", "LibYAML", "zlib"}) {
    EXPECT_NE(all.find(library), std::string::npos) << library;
  }
}

}  // namespace
}  // namespace masthead::app
