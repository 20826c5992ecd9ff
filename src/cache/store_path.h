#pragma once

#include "base/result.h"

#include <compare>
#include <cstddef>
#include <string>
#include <string_view>

namespace ducksnest::cache {

inline constexpr std::string_view store_folder = "/nix/store";
inline constexpr std::size_t store_hash_size = 32; ///< Digits before the dash.
inline constexpr std::size_t store_name_max = 211; ///< Nix: `StorePath::MaxPathLen`.

/// A path of the Nix store by its last part: "0c4z…-hello-2.12". What is in one passed all rules.
class StorePath {
public:
    /// "0c4z…-hello-2.12". `invalid` says which rule it breaks.
    static Result<StorePath> parse_name(std::string_view name);
    /// "/nix/store/0c4z…-hello-2.12", nothing behind it.
    static Result<StorePath> parse(std::string_view path);

    const std::string& full_name() const { return full_name_; }
    /// The digits alone: what narinfos are called after.
    std::string_view hash() const { return std::string_view(full_name_).substr(0, 32); }
    std::string_view name() const { return std::string_view(full_name_).substr(33); }
    std::string text() const { return std::string(store_folder) + "/" + full_name_; }

    auto operator<=>(const StorePath&) const = default;

private:
    explicit StorePath(std::string_view full_name)
        : full_name_(full_name) {}
    std::string full_name_;
};

/// Whether a text is the hash of a store path: 32 digits of Nix's base 32.
bool is_store_hash(std::string_view text);

} // namespace ducksnest::cache
