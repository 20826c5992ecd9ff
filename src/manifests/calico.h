#pragma once

#include "base/result.h"
#include "manifests/object.h"

#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::manifests {

/// Where Calico's custom resource definitions come from. They are 300 kB of another project's text,
/// so they are not kept here but pinned: a local copy and a download are accepted alike if the
/// bytes are these.
struct PinnedFile {
    std::string_view name{}; ///< What it is called on disk.
    std::string_view url{};
    std::string_view sha256{}; ///< Lower-case hexadecimal.
};
const PinnedFile& calico_definitions();

/// The definitions as objects of phase `definitions`. `corrupt` when the bytes are not the pinned
/// ones.
Result<std::vector<Object>> read_calico_definitions(std::string_view text);

} // namespace ducksnest::manifests
