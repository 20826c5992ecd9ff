#include "pki/open.h"

#include "base/assert.h"
#include "base/encoding.h"
#include "base/text.h"
#include "pki/p256.h"
#include "pki/paths.h"
#include "pki/readers.h"
#include "pki/store.h"
#include "pki/unseal.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>

namespace ducksnest::pki {

namespace {

constexpr std::size_t encryption_key_size = 32;

bool owns(const auto& entry, std::string_view node) {
    return std::ranges::find(entry.owners, node) != entry.owners.end();
}

OpenedFile public_file(std::string path, ByteView bytes) {
    return {.path = std::move(path), .content = Secret(bytes), .user = {}, .is_private = false};
}

/// One key to open: a certificate's or a secret's.
struct Job {
    const CertificateEntry* certificate = nullptr;
    const SecretEntry* secret = nullptr;

    const std::string& name() const { return certificate ? certificate->name : secret->name; }
    const std::string& user() const { return certificate ? certificate->user : secret->user; }
};

class Opener {
public:
    Opener(const Tree& tree, const Store& store, const std::vector<age::Identity>& identities)
        : tree_(tree)
        , store_(store)
        , identities_(identities) {}

    Result<OpenedFile> open(const Job& job) const {
        const std::string path = sealed_key_path(job.name());
        const auto sealed = tree_.find(path);
        if (sealed == tree_.end()) {
            return fail(ErrorCode::not_found, "`" + path + "` is missing");
        }
        Secret key = TRY(unseal(
            sealed->second.bytes,
            identities_,
            path,
            "give the machine's own host key with `--host-key FILE`"
        ));
        OpenedFile file{.path = opened_key_path(job.name()), .content = {}, .user = job.user()};
        if (job.certificate != nullptr) {
            TRY(check_pair(job.name(), key));
        } else if (job.secret->kind == SecretKind::encryption_key) {
            if (key.size() != encryption_key_size) {
                return fail(ErrorCode::corrupt, "`" + path + "` holds no key of 32 bytes");
            }
            file.path = opened_encryption_path(job.name());
            key = encryption_configuration(key.view());
        }
        file.content = std::move(key);
        return file;
    }

private:
    Result<void> check_pair(const std::string& name, const Secret& text) const {
        const auto certificate = store_.certificates.find(name);
        const PrivateKey key =
            TRY(PrivateKey::parse_pem(text.view()).with("`" + sealed_key_path(name) + "`"));
        if (certificate == store_.certificates.end() ||
            certificate->second.fields.public_key != key.public_point()) {
            return fail(
                ErrorCode::corrupt,
                "the key in `" + sealed_key_path(name) + "` is not the one of `" +
                    certificate_path(name) + "`"
            );
        }
        return {};
    }

    const Tree& tree_;
    const Store& store_;
    const std::vector<age::Identity>& identities_;
};

std::vector<Job> jobs_of(const Index& index, std::string_view node) {
    std::vector<Job> jobs;
    for (const CertificateEntry& entry : index.certificates) {
        if (owns(entry, node)) {
            jobs.push_back({.certificate = &entry});
        }
    }
    for (const SecretEntry& entry : index.secrets) {
        if (owns(entry, node)) {
            jobs.push_back({.secret = &entry});
        }
    }
    return jobs;
}

std::unexpected<Error> unknown_node(const Index& index, std::string_view node) {
    std::set<std::string> known;
    for (const CertificateEntry& entry : index.certificates) {
        known.insert(entry.owners.begin(), entry.owners.end());
    }
    const std::vector<std::string> names(known.begin(), known.end());
    const std::optional<std::string> meant = closest(node, names);
    return fail(
        ErrorCode::not_found,
        "nothing here belongs to a node called `" + std::string(node) + "`",
        meant.has_value() ? "did you mean `" + *meant + "`?"
                          : "add it to homelab.toml, then run `ducksnest certs renew`"
    );
}

/// What goes to the node as it is: certificates, public halves, bundles.
Result<void>
add_public_files(const Tree& tree, const std::vector<Job>& jobs, std::vector<OpenedFile>& files) {
    for (const Job& job : jobs) {
        const bool is_certificate = job.certificate != nullptr;
        if (!is_certificate && job.secret->public_digest.empty()) {
            continue;
        }
        const std::string from =
            is_certificate ? certificate_path(job.name()) : public_key_path(job.name());
        const std::string to =
            is_certificate ? opened_certificate_path(job.name()) : public_key_path(job.name());
        files.push_back(public_file(to, tree.at(from).bytes));
    }
    for (const Authority authority : all_authorities) {
        const auto bundle = tree.find(bundle_path(authority));
        if (bundle == tree.end()) {
            return fail(ErrorCode::not_found, "`" + bundle_path(authority) + "` is missing");
        }
        files.push_back(public_file(bundle_path(authority), bundle->second.bytes));
    }
    return {};
}

} // namespace

Result<std::vector<OpenedFile>> open_node(
    const Tree& tree,
    std::string_view node,
    const std::vector<age::Identity>& identities,
    Parallel& parallel
) {
    const Store store = TRY(read_store(tree, parallel));
    TRY(refuse_problems(store.problems));
    const std::vector<Job> jobs = jobs_of(store.index, node);
    if (jobs.empty()) {
        return unknown_node(store.index, node);
    }
    const Opener opener(tree, store, identities);
    std::vector<std::optional<Result<OpenedFile>>> opened(jobs.size());
    parallel.for_each(jobs.size(), [&](std::size_t index) {
        opened[index] = opener.open(jobs[index]);
    });
    std::vector<OpenedFile> files;
    for (std::optional<Result<OpenedFile>>& result : opened) {
        files.push_back(TRY(std::move(*result)));
    }
    TRY(add_public_files(tree, jobs, files));
    std::ranges::sort(files, {}, &OpenedFile::path);
    return files;
}

Result<std::string> node_of(const Tree& tree, const age::Identity& identity) {
    const Index index = TRY(read_index(tree));
    const std::string id = reader_id(identity.recipient());
    for (const CertificateEntry& entry : index.certificates) {
        if (entry.owners.size() == 1 &&
            std::ranges::find(entry.key.recipients, id) != entry.key.recipients.end()) {
            // An operator's key opens everybody's files; a node's only its own.
            for (const CertificateEntry& other : index.certificates) {
                if (!owns(other, entry.owners.front()) &&
                    std::ranges::find(other.key.recipients, id) != other.key.recipients.end()) {
                    return std::string();
                }
            }
            return entry.owners.front();
        }
    }
    return std::string();
}

Secret encryption_configuration(ByteView key) {
    constexpr std::string_view before =
        R"({"apiVersion":"apiserver.config.k8s.io/v1","kind":"EncryptionConfiguration",)"
        R"("resources":[{"providers":[{"secretbox":{"keys":[{"name":"key-1","secret":")";
    constexpr std::string_view after = R"("}]}},{"identity":{}}],"resources":["secrets"]}]})"
                                       "\n";
    std::string text = encode_base64(key);
    Secret out(before.size() + text.size() + after.size());
    const std::span<std::uint8_t> span = out.span();
    std::ranges::copy(as_bytes(before), span.begin());
    std::ranges::copy(as_bytes(text), span.subspan(before.size()).begin());
    std::ranges::copy(as_bytes(after), span.subspan(before.size() + text.size()).begin());
    wipe(text.data(), text.size());
    return out;
}

} // namespace ducksnest::pki
