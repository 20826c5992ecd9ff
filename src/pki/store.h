#pragma once

#include "pki/certificate.h"
#include "pki/index.h"
#include "ports/files.h"
#include "ports/parallel.h"

#include <array>
#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::pki {

inline constexpr std::array all_authorities{
    Authority::cluster, Authority::etcd, Authority::front_proxy
};

/// A place where the files and the index tell different stories.
struct Problem {
    std::string path{};
    std::string message{}; ///< "is not listed in the index".
};

/// The certificates of one authority, as far as they exist.
struct AuthorityCertificates {
    std::optional<Certificate> current{};
    std::optional<Certificate> next{};
    std::optional<Certificate> previous{};

    /// What peers are checked against, the signing one first.
    std::vector<Certificate> trusted() const;
};

/// The secrets folder, read and compared with its index.
struct Store {
    Index index{};
    std::map<Authority, AuthorityCertificates> authorities{};
    std::map<std::string, Certificate, std::less<>> certificates{}; ///< By name.
    std::set<std::string> missing{}; ///< Listed files that `certs renew` can make again.
    std::vector<Problem> problems{}; ///< Sorted by path.

    bool is_empty() const { return index.authorities.empty(); }
};

/// Paths of an authority's other generations: "authorities/cluster.next", ".previous".
std::string next_authority_name(Authority authority);
std::string previous_authority_name(Authority authority);

/// The index of a secrets folder; empty for an empty folder.
Result<Index> read_index(const Tree& tree);

/// Reads a whole secrets folder; an empty one gives an empty store. An index that is missing beside
/// files, or that cannot be read, is an error; every other disagreement is one of the problems.
Result<Store> read_store(const Tree& tree, Parallel& parallel);

/// Where a tree disagrees with this index, without keeping what was read.
std::vector<Problem> find_problems(const Tree& tree, const Index& index, Parallel& parallel);

/// Fails with the first of the problems, and counts the rest.
Result<void> refuse_problems(const std::vector<Problem>& problems);

/// SHA-256 in lower-case hexadecimal, as the index has it.
std::string digest_of(ByteView bytes);

} // namespace ducksnest::pki
