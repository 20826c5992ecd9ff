#include "pki/store.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "pki/host_keys.h"
#include "pki/paths.h"

#include <algorithm>

namespace ducksnest::pki {

namespace {

constexpr std::string_view restore_help = "take one whole generation of the folder from version "
                                          "control (`git checkout HEAD -- secrets`), "
                                          "or make everything new with `ducksnest certs recreate`";

/// What it means that a listed file is not there.
enum class Absence : std::uint8_t { problem, tolerated };

/// One file that the index lists: what it must be, and what it was found to be.
struct Listed {
    std::string path{};
    std::string digest{};      ///< SHA-256 of the file; empty when it is a certificate.
    std::string fingerprint{}; ///< Of the certificate; empty otherwise.
    Absence absence = Absence::problem;
    const CertificateEntry* entry = nullptr;    ///< Of a leaf.
    std::optional<Certificate>* slot = nullptr; ///< Where an authority's certificate goes.

    const Bytes* bytes = nullptr;
    std::optional<Certificate> certificate{};
    std::string problem{};
};

void read_certificate(Listed& listed) {
    if (as_text(*listed.bytes).contains("<<<<<<< ")) {
        listed.problem = "has conflict markers";
        return;
    }
    Result<Certificate> parsed = parse_certificate_pem(*listed.bytes);
    if (!parsed.has_value()) {
        listed.problem = "does not parse: " + parsed.error().message;
    } else if (parsed->fingerprint() != listed.fingerprint) {
        listed.problem = "is not the certificate that the index lists";
    } else if (parsed->fields.is_authority != (listed.slot != nullptr) ||
               (listed.entry != nullptr && parsed->fields.not_after != listed.entry->not_after)) {
        listed.problem = "says something else than the index";
    } else {
        listed.certificate = std::move(*parsed);
    }
}

void examine(Listed& listed) {
    if (listed.bytes == nullptr) {
        listed.problem = listed.absence == Absence::tolerated ? "" : "is missing";
    } else if (!listed.fingerprint.empty()) {
        read_certificate(listed);
    } else if (digest_of(*listed.bytes) != listed.digest) {
        listed.problem = "is not the file that the index lists";
    }
}

/// Compares the tree with what the index lists, file by file.
class Comparison {
public:
    Comparison(const Tree& tree, const Index& index, Store& store)
        : tree_(tree)
        , index_(index)
        , store_(store) {}

    void run(Parallel& parallel) {
        list_files();
        parallel.for_each(files_.size(), [&](std::size_t index) { examine(files_[index]); });
        for (Listed& listed : files_) {
            conclude(listed);
        }
        for (const AuthorityEntry& entry : index_.authorities) {
            check_authority(entry);
        }
        find_unlisted();
        std::ranges::sort(store_.problems, {}, &Problem::path);
    }

private:
    void note(const std::string& path, std::string_view message) {
        store_.problems.push_back({.path = path, .message = std::string(message)});
    }

    void list(Listed listed) {
        const auto found = tree_.find(listed.path);
        listed.bytes = found == tree_.end() ? nullptr : &found->second.bytes;
        files_.push_back(std::move(listed));
    }

    void list_key(const std::string& name, const SealedKey& key, Absence absence) {
        list({.path = sealed_key_path(name), .digest = key.digest, .absence = absence});
    }

    void list_signing(
        const std::string& name, const AuthorityKey& key, std::optional<Certificate>& slot
    ) {
        list_key(name, key.key, Absence::problem);
        list({.path = certificate_path(name), .fingerprint = key.fingerprint, .slot = &slot});
    }

    void list_files() {
        files_.reserve(2 * index_.certificates.size() + 32);
        for (const AuthorityEntry& entry : index_.authorities) {
            AuthorityCertificates& slots = store_.authorities[entry.authority];
            list_signing(authority_name(entry.authority), entry.current, slots.current);
            if (entry.next.has_value()) {
                list_signing(next_authority_name(entry.authority), *entry.next, slots.next);
            }
            if (entry.previous.has_value()) {
                const std::string name = previous_authority_name(entry.authority);
                list(
                    {.path = certificate_path(name),
                     .fingerprint = entry.previous->fingerprint,
                     .slot = &slots.previous}
                );
            }
        }
        for (const CertificateEntry& entry : index_.certificates) {
            list_key(entry.name, entry.key, Absence::tolerated);
            list(
                {.path = certificate_path(entry.name),
                 .fingerprint = entry.fingerprint,
                 .absence = Absence::tolerated,
                 .entry = &entry}
            );
        }
        for (const SecretEntry& entry : index_.secrets) {
            list_key(entry.name, entry.key, Absence::problem);
            if (!entry.public_digest.empty()) {
                list({.path = public_key_path(entry.name), .digest = entry.public_digest});
            }
        }
    }

    void conclude(Listed& listed) {
        if (!listed.problem.empty()) {
            note(listed.path, listed.problem);
        } else if (listed.bytes == nullptr) {
            store_.missing.insert(listed.path);
        } else if (listed.certificate.has_value() && listed.slot != nullptr) {
            *listed.slot = std::move(listed.certificate);
        } else if (listed.certificate.has_value()) {
            store_.certificates.emplace_hint(
                store_.certificates.end(), listed.entry->name, std::move(*listed.certificate)
            );
        }
    }

    void check_authority(const AuthorityEntry& entry) {
        const std::vector<Certificate> trusted = store_.authorities[entry.authority].trusted();
        const std::string path = bundle_path(entry.authority);
        const auto bundle = tree_.find(path);
        if (bundle == tree_.end()) {
            store_.missing.insert(path);
        } else if (bundle->second.bytes != encode_bundle(trusted)) {
            note(path, "does not hold exactly the authorities that the index lists");
        }
    }

    void find_unlisted() {
        std::vector<std::string_view> listed{index_path};
        listed.reserve(files_.size() + 1);
        for (const Listed& file : files_) {
            listed.emplace_back(file.path);
        }
        std::ranges::sort(listed);
        for (const auto& [path, file] : tree_) {
            const bool is_bundle = std::ranges::any_of(all_authorities, [&](Authority authority) {
                return path == bundle_path(authority);
            });
            const bool is_ours = !is_bundle && !is_host_key_path(path);
            if (is_ours && !std::ranges::binary_search(listed, path)) {
                note(path, "is not listed in the index");
            }
        }
    }

    const Tree& tree_;
    const Index& index_;
    Store& store_;
    std::vector<Listed> files_{};
};

} // namespace

std::vector<Certificate> AuthorityCertificates::trusted() const {
    std::vector<Certificate> certificates;
    for (const std::optional<Certificate>* certificate : {&current, &next, &previous}) {
        if (certificate->has_value()) {
            certificates.push_back(**certificate);
        }
    }
    return certificates;
}

std::string next_authority_name(Authority authority) {
    return authority_name(authority) + ".next";
}

std::string previous_authority_name(Authority authority) {
    return authority_name(authority) + ".previous";
}

Result<Index> read_index(const Tree& tree) {
    const auto found = tree.find(std::string(index_path));
    if (found == tree.end()) {
        const auto other = std::ranges::find_if(tree, [](const auto& file) {
            return !is_host_key_path(file.first);
        });
        if (other == tree.end()) {
            return Index();
        }
        return fail(
            ErrorCode::corrupt,
            "`secrets/` holds `" + other->first + "` but no `index.json`",
            std::string(restore_help)
        );
    }
    Index index = TRY(parse_index(as_text(found->second.bytes))
                          .with("reading `secrets/index.json`")
                          .or_help(restore_help));
    if (index.authorities.size() != all_authorities.size()) {
        return fail(
            ErrorCode::corrupt,
            "the index lists " + std::to_string(index.authorities.size()) +
                " authorities instead of 3",
            std::string(restore_help)
        );
    }
    return index;
}

Result<Store> read_store(const Tree& tree, Parallel& parallel) {
    Store store;
    store.index = TRY(read_index(tree));
    Comparison(tree, store.index, store).run(parallel);
    return store;
}

std::vector<Problem> find_problems(const Tree& tree, const Index& index, Parallel& parallel) {
    Store scratch;
    Comparison(tree, index, scratch).run(parallel);
    return std::move(scratch.problems);
}

Result<void> refuse_problems(const std::vector<Problem>& problems) {
    if (problems.empty()) {
        return {};
    }
    const Problem& first = problems.front();
    std::string message = "`secrets/" + first.path + "` " + first.message;
    if (problems.size() > 1) {
        message +=
            ", and " + std::to_string(problems.size() - 1) + " more files disagree with the index";
    }
    return fail(ErrorCode::corrupt, std::move(message), std::string(restore_help));
}

std::string digest_of(ByteView bytes) {
    return encode_hex(sha256(bytes));
}

} // namespace ducksnest::pki
