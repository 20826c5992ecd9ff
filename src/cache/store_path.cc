#include "cache/store_path.h"

#include "cache/base32.h"

#include <algorithm>

namespace ducksnest::cache {
namespace {

bool is_name_letter(char letter) {
    return (letter >= '0' && letter <= '9') || (letter >= 'a' && letter <= 'z') ||
           (letter >= 'A' && letter <= 'Z') ||
           std::string_view("+-._?=").find(letter) != std::string_view::npos;
}

/// Why a name cannot stand behind the dash; empty when it can.
std::string_view mistake_in(std::string_view name) {
    if (name.empty()) {
        return "has no name behind its hash";
    }
    if (name.size() > store_name_max) {
        return "has a name longer than 211 letters";
    }
    if (!std::ranges::all_of(name, is_name_letter)) {
        return "has a letter that store paths must not have";
    }
    const std::string_view first = name.substr(0, name.find('-'));
    if (first == "." || first == "..") {
        return "has a name that looks like a way up";
    }
    return "";
}

} // namespace

bool is_store_hash(std::string_view text) {
    return text.size() == store_hash_size && std::ranges::all_of(text, [](char letter) {
               return base32_digits.find(letter) != std::string_view::npos;
           });
}

Result<StorePath> StorePath::parse_name(std::string_view name) {
    const auto refuse = [&](std::string_view why) {
        return fail(
            ErrorCode::invalid, "store path `" + std::string(name) + "` " + std::string(why)
        );
    };
    if (name.size() <= store_hash_size || name[store_hash_size] != '-' ||
        !is_store_hash(name.substr(0, store_hash_size))) {
        return refuse("does not begin with a hash of 32 digits and a dash");
    }
    const std::string_view mistake = mistake_in(name.substr(store_hash_size + 1));
    if (!mistake.empty()) {
        return refuse(mistake);
    }
    return StorePath(name);
}

Result<StorePath> StorePath::parse(std::string_view path) {
    const std::size_t slash = path.rfind('/');
    if (slash == std::string_view::npos || path.substr(0, slash) != store_folder) {
        return fail(ErrorCode::invalid, "`" + std::string(path) + "` is not a path of /nix/store");
    }
    return parse_name(path.substr(slash + 1));
}

} // namespace ducksnest::cache
