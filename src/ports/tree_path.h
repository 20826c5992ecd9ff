#pragma once

#include "base/result.h"

#include <algorithm>
#include <string>
#include <string_view>

namespace ducksnest {

/// Checks a path as a Tree has it: relative, `/` between non-empty names, no `.`, no `..`, no
/// control character. `invalid` says which rule it breaks.
inline Result<void> check_tree_path(std::string_view path) {
    const auto refuse = [&](std::string_view why) {
        return fail(ErrorCode::invalid, "path `" + std::string(path) + "` " + std::string(why));
    };
    if (path.empty()) {
        return fail(ErrorCode::invalid, "a path is empty");
    }
    if (path.front() == '/') {
        return refuse("is absolute");
    }
    for (std::size_t begin = 0; begin <= path.size();) {
        const std::size_t end = std::min(path.find('/', begin), path.size());
        const std::string_view name = path.substr(begin, end - begin);
        if (name.empty() || name == ".") {
            return refuse("has an empty part");
        }
        if (name == "..") {
            return refuse("leads out of its folder");
        }
        for (const char letter : name) {
            if (static_cast<unsigned char>(letter) < 0x20 || letter == 0x7f) {
                return refuse("has a control character");
            }
        }
        begin = end + 1;
    }
    return {};
}

} // namespace ducksnest
