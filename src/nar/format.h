#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <cstdint>
#include <string_view>

/// The Nix archive format, as the Nix manual specifies it ("Nix Archive (NAR) Format"): every token
/// is a string, written as its length in 8 bytes (little-endian), its bytes, and zeros up to a
/// multiple of 8.
namespace ducksnest::nar {

inline constexpr std::string_view magic_token = "nix-archive-1";

/// Longest name of a directory entry on Linux: NAME_MAX (limits.h(0p)).
inline constexpr std::size_t name_max = 255;
/// Longest target of a symbolic link on Linux: PATH_MAX without its NUL (symlink(2)).
inline constexpr std::size_t target_max = 4095;

/// Zeros that follow a string of so many bytes.
constexpr std::size_t padding_of(std::uint64_t size) {
    return static_cast<std::size_t>((8 - size % 8) % 8);
}

/// Bytes that a string of so many bytes takes.
constexpr std::uint64_t token_size(std::uint64_t size) {
    return 8 + size + padding_of(size);
}

void append_length(Bytes& out, std::uint64_t length);
void append_token(Bytes& out, std::string_view text);

/// Whether a directory entry may be called so: not empty, not "." or "..", no `/`, no NUL, not
/// longer than `name_max`.
bool is_entry_name(std::string_view name);

} // namespace ducksnest::nar
