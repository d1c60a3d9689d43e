// What we call ourselves to API servers.
#pragma once

namespace masthead::kube {

inline constexpr char kUserAgent[] = "masthead/" MASTHEAD_VERSION;

}  // namespace masthead::kube
