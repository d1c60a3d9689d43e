// Which minor release of Flux serves which versions of its kinds, and of which release a
// controller's version is: read from the definitions and manifests of each release.
//
// A release is named by its minor: 7 is Flux 2.7. Flux before 2.0 is kBeforeFlux2.
// Pure; any thread.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace masthead::flux {

inline constexpr int kBeforeFlux2 = -1;
inline constexpr int kNewestKnownMinor = 9;

// "2.7", or "before 2.0".
std::string release_name(int minor);

// Of "v2.7.3", "2.7.x" or "v0.41.2"; nothing when it is no release of Flux that can be known.
std::optional<int> release_of_flux_version(std::string_view version);
// Of the version of one of its controllers: helm-controller v1.4.3 belongs to Flux 2.7.
std::optional<int> release_of_controller(std::string_view component, std::string_view version);

// The first release that does not serve that version any more; nothing when there is none that is
// known, or the version was never served.
std::optional<int> removed_in(std::string_view group, std::string_view kind,
                              std::string_view version);

// The newest version that a release serves, and the first release that serves a version; nothing
// when none is known.
std::optional<std::string_view> newest_version(std::string_view group, std::string_view kind,
                                               int release);
std::optional<int> served_from(std::string_view group, std::string_view kind,
                               std::string_view version);

// The oldest and the newest release that would serve exactly those versions; nothing when none
// would. What it does not know of (Flux Operator's kinds) says nothing.
using ServedVersions = std::map<std::pair<std::string, std::string>, std::vector<std::string>>;
std::optional<std::pair<int, int>> releases_that_serve(const ServedVersions& served);

}  // namespace masthead::flux
