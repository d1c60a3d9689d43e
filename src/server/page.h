// The page's files, embedded in the binary by cmake/embed_page.cmake.
#pragma once

#include <string_view>
#include <vector>

namespace masthead::server {

struct PageFile {
  std::string_view path;   // "index.html", "assets/main-4f2c.js"
  std::string_view bytes;  // as built
  std::string_view gzip;   // compressed, or empty where that does not pay
};

// All of them, sorted by path; empty in a build without the page.
const std::vector<PageFile>& page_files();
const PageFile* find_page_file(std::string_view path);
std::string_view media_type(std::string_view path);

}  // namespace masthead::server
