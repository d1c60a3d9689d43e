// JSON Patch (RFC 6902), JSON Merge Patch (RFC 7386) and Kubernetes' strategic merge patch on a
// Document.
#pragma once

#include <expected>
#include <string>

#include "sim/document.h"

namespace masthead::sim {

void merge_patch(Document& target, const Document& patch);

// Applies all operations or returns the sentence why not; `target` is then in pieces.
std::expected<void, std::string> json_patch(Document& target, const Items& operations);

// As json_patch; for built-in kinds alone.
std::expected<void, std::string> strategic_patch(Document& target, const Document& patch);

}  // namespace masthead::sim
