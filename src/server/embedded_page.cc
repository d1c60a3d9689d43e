// The table that cmake/embed_page.cmake writes, as PageFiles.
#include "server/page.h"

extern "C" {
struct MastheadPageEntry {
  const char* path;
  const char* begin;
  const char* end;
  const char* gzip_begin;
  const char* gzip_end;
};
extern const MastheadPageEntry masthead_page_table[];
}

namespace masthead::server {
namespace {

std::string_view between(const char* begin, const char* end) {
  return begin == nullptr ? std::string_view()
                          : std::string_view(begin, static_cast<size_t>(end - begin));
}

}  // namespace

const std::vector<PageFile>& page_files() {
  static const std::vector<PageFile> files = [] {
    std::vector<PageFile> all;
    for (const MastheadPageEntry* entry = masthead_page_table; entry->path != nullptr; ++entry) {
      all.push_back({entry->path, between(entry->begin, entry->end),
                     between(entry->gzip_begin, entry->gzip_end)});
    }
    return all;
  }();
  return files;
}

}  // namespace masthead::server
