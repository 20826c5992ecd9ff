#pragma once

#include "base/digest.h"
#include "base/result.h"
#include "cache/store_path.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::cache {

/// No narinfo is longer, in bytes: a path with 10,000 references takes 2.5 MB.
inline constexpr std::size_t narinfo_max = std::size_t{8} << 20U;

/// What a binary cache says about one store path: the file `HASH.narinfo`.
struct Narinfo {
    StorePath path;
    std::string url{};         ///< Key of the compressed archive: "nar/1w1f….nar.zst".
    std::string compression{}; ///< "zstd", "xz", "none", …
    std::optional<Sha256> file_hash{};
    std::optional<std::uint64_t> file_size{};
    Sha256 nar_hash{};
    std::uint64_t nar_size = 0;
    std::vector<StorePath> references{};   ///< Sorted, unique; may hold the path itself.
    std::string deriver{};                 ///< Last part of its path; empty when not known.
    std::vector<std::string> signatures{}; ///< "name:base64", as they stand there.
    std::string content_address{};         ///< Empty for paths named after their inputs.

    bool operator==(const Narinfo&) const = default;
};

/// `corrupt` names the line. Lines that nobody knows are skipped, as Nix does.
Result<Narinfo> parse_narinfo(std::string_view text);
std::string format_narinfo(const Narinfo& narinfo);

/// "0c4z….narinfo".
std::string narinfo_key(const StorePath& path);

/// What is signed: "1;/nix/store/…;sha256:…;SIZE;REFERENCE,REFERENCE" (Nix: ValidPathInfo).
std::string fingerprint(const Narinfo& narinfo);

} // namespace ducksnest::cache
