#pragma once

#include "plan/plan.h"
#include "ports/files.h"

#include <string>
#include <vector>

namespace ducksnest::render {

/// Everything that follows from the plan and is committed beside homelab.toml.
Tree render_tree(const plan::Plan& plan);

/// One rendered file that is not on disk as it should be.
struct StaleFile {
    std::string path{};
    bool is_missing = false;
    std::size_t line = 0; ///< The first that differs, counted from 1; 0 when the file is missing.
    std::string found{};  ///< That line; empty past the end.
    std::string wanted{};

    bool operator==(const StaleFile&) const = default;
};

/// Compares what should be with what is; in the order of paths.
std::vector<StaleFile> stale_files(const Tree& wanted, const Tree& found);

} // namespace ducksnest::render
