// What happened to one object, as its detail tells it. Controllers say the same again and again
// with ever other numbers in it, a temporary folder or a duration: that is counted together here.
//
// Functions of rows and of one Scope's view; on the thread of that view.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "cache/table_view.h"
#include "json/writer.h"

namespace masthead::host {

struct ObjectEvent {
  std::string type, reason, message, source, revision;
  std::string subject;  // of the revision's commit, where another event in the Scope tells it
  int64_t count = 0;
  int64_t first_ms = 0, last_ms = 0;
};

// Events of one type, reason, source and revision become one where their messages differ in digits
// alone (without_numbers): the counts are added, and the message is that of the newest. Different
// revisions stay apart, since each is a change of its own. `rows`: of `events`, the newest first.
std::vector<ObjectEvent> merged_events(const cache::TableView& events,
                                       const std::vector<cache::RowPtr>& rows);
void write_event(json::Writer& out, const ObjectEvent& event);

// A text with "#" in place of each run of digits. Hashes keep their letters: two revisions are not
// the same.
std::string without_numbers(std::string_view text);

// A message without "(combined from similar events): ", which recorders write before it when they
// have told many like it one by one.
std::string_view without_mark(std::string_view message);

// From "stored artifact for commit 'fix the port'", the only place where a commit's subject is
// told; empty where the message is another one.
std::string commit_subject(std::string_view message);

}  // namespace masthead::host
