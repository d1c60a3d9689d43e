// JSON Patch (RFC 6902) and JSON Merge Patch (RFC 7386) on a Document.
#pragma once

#include <expected>
#include <string>

#include "sim/document.h"

namespace masthead::sim {

void merge_patch(Document& target, const Document& patch);

// Applies all operations or returns the sentence why not; `target` is then in pieces.
std::expected<void, std::string> json_patch(Document& target, const Items& operations);

}  // namespace masthead::sim
