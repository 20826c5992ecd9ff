#include "pki/store.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "pki/paths.h"

#include <algorithm>

namespace ducksnest::pki {

namespace {

constexpr std::string_view restore_help = "take one whole generation of the folder from version "
                                          "control (`git checkout HEAD -- secrets`), "
                                          "or make everything new with `ducksnest certs recreate`";

/// Compares the tree with what the index lists, file by file.
class Comparison {
public:
    Comparison(const Tree& tree, Store& store)
        : tree_(tree)
        , store_(store) {
        for (const auto& [path, file] : tree) {
            unlisted_.insert(path);
        }
        unlisted_.erase(std::string(index_path));
    }

    void run() {
        for (const AuthorityEntry& entry : store_.index.authorities) {
            compare_authority(entry);
        }
        for (const CertificateEntry& entry : store_.index.certificates) {
            compare_certificate(entry);
        }
        for (const SecretEntry& entry : store_.index.secrets) {
            compare_secret(entry);
        }
        for (const std::string& path : unlisted_) {
            note(path, "is not listed in the index");
        }
        std::ranges::sort(store_.problems, {}, &Problem::path);
    }

private:
    enum class Absence : std::uint8_t { tolerated, problem };

    void note(const std::string& path, std::string_view message) {
        store_.problems.push_back({.path = path, .message = std::string(message)});
    }

    const Bytes* take(const std::string& path, Absence absence) {
        unlisted_.erase(path);
        const auto found = tree_.find(path);
        if (found != tree_.end()) {
            return &found->second.bytes;
        }
        if (absence == Absence::tolerated) {
            store_.missing.insert(path);
        } else {
            note(path, "is missing");
        }
        return nullptr;
    }

    void compare_digest(const std::string& path, const std::string& digest, Absence absence) {
        const Bytes* bytes = take(path, absence);
        if (bytes != nullptr && digest_of(*bytes) != digest) {
            note(path, "is not the file that the index lists");
        }
    }

    std::optional<Certificate>
    read_certificate(const std::string& path, const std::string& fingerprint, Absence absence) {
        const Bytes* bytes = take(path, absence);
        if (bytes == nullptr) {
            return std::nullopt;
        }
        if (as_text(*bytes).contains("<<<<<<< ")) {
            note(path, "has conflict markers");
            return std::nullopt;
        }
        Result<Certificate> parsed = parse_certificate_pem(*bytes);
        if (!parsed.has_value()) {
            note(path, "does not parse: " + parsed.error().message);
            return std::nullopt;
        }
        if (parsed->fingerprint() != fingerprint) {
            note(path, "is not the certificate that the index lists");
            return std::nullopt;
        }
        return std::move(*parsed);
    }

    void compare_authority(const AuthorityEntry& entry) {
        AuthorityCertificates& found = store_.authorities[entry.authority];
        const std::string name = authority_name(entry.authority);
        found.current = read_signing(name, entry.current);
        if (entry.next.has_value()) {
            found.next = read_signing(next_authority_name(entry.authority), *entry.next);
        }
        if (entry.previous.has_value()) {
            found.previous = read_certificate(
                certificate_path(previous_authority_name(entry.authority)),
                entry.previous->fingerprint,
                Absence::problem
            );
        }
        const std::string path = bundle_path(entry.authority);
        const Bytes* bundle = take(path, Absence::tolerated);
        if (bundle != nullptr && *bundle != encode_bundle(found.trusted())) {
            note(path, "does not hold exactly the authorities that the index lists");
        }
    }

    std::optional<Certificate> read_signing(const std::string& name, const AuthorityKey& key) {
        compare_digest(sealed_key_path(name), key.key.digest, Absence::problem);
        std::optional<Certificate> certificate =
            read_certificate(certificate_path(name), key.fingerprint, Absence::problem);
        if (certificate.has_value() && !certificate->fields.is_authority) {
            note(certificate_path(name), "is no authority");
        }
        return certificate;
    }

    void compare_certificate(const CertificateEntry& entry) {
        const std::string path = certificate_path(entry.name);
        compare_digest(sealed_key_path(entry.name), entry.key.digest, Absence::tolerated);
        std::optional<Certificate> certificate =
            read_certificate(path, entry.fingerprint, Absence::tolerated);
        if (!certificate.has_value()) {
            return;
        }
        if (certificate->fields.not_after != entry.not_after || certificate->fields.is_authority) {
            note(path, "says something else than the index");
        }
        store_.certificates.emplace(entry.name, std::move(*certificate));
    }

    void compare_secret(const SecretEntry& entry) {
        compare_digest(sealed_key_path(entry.name), entry.key.digest, Absence::problem);
        if (!entry.public_digest.empty()) {
            compare_digest(public_key_path(entry.name), entry.public_digest, Absence::problem);
        }
    }

    const Tree& tree_;
    Store& store_;
    std::set<std::string> unlisted_{};
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

Result<Store> read_store(const Tree& tree) {
    Store store;
    const auto found = tree.find(std::string(index_path));
    if (found == tree.end()) {
        if (tree.empty()) {
            return store;
        }
        return fail(
            ErrorCode::corrupt,
            "`secrets/` holds `" + tree.begin()->first + "` but no `index.json`",
            std::string(restore_help)
        );
    }
    store.index = TRY(parse_index(as_text(found->second.bytes))
                          .with("reading `secrets/index.json`")
                          .or_help(restore_help));
    const std::size_t count = store.index.authorities.size();
    if (count != all_authorities.size()) {
        return fail(
            ErrorCode::corrupt,
            "the index lists " + std::to_string(count) + " authorities instead of 3",
            std::string(restore_help)
        );
    }
    Comparison(tree, store).run();
    return store;
}

Result<void> refuse_problems(const Store& store) {
    if (store.problems.empty()) {
        return {};
    }
    const Problem& first = store.problems.front();
    std::string message = "`secrets/" + first.path + "` " + first.message;
    if (store.problems.size() > 1) {
        message += ", and " + std::to_string(store.problems.size() - 1) +
                   " more files disagree with the index";
    }
    return fail(ErrorCode::corrupt, std::move(message), std::string(restore_help));
}

std::string digest_of(ByteView bytes) {
    return encode_hex(sha256(bytes));
}

} // namespace ducksnest::pki
