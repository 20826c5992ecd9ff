#pragma once

#include "pki/certs.h"
#include "pki/forge.h"
#include "pki/store.h"

#include <map>
#include <memory>
#include <optional>

namespace ducksnest::pki {

/// Carries decisions out on a copy of the secrets folder. One per run of a verb.
class Workshop {
public:
    Workshop(const Request& request, const Readers& readers, Store& store, Tools tools);

    /// The generation that a new authority begins with.
    void set_first_generation(std::int64_t generation) { first_generation_ = generation; }
    Result<void> carry_out(const Renewal& renewal);
    /// Makes the next generation of an authority beside the current one.
    Result<void> introduce(Authority authority);
    /// Lets the next generation sign; what the old one signed is then due for renewal.
    void promote(Authority authority);
    /// Ends the trust in the generation before.
    void drop_previous(Authority authority);

    /// Writes bundles and index, and tells what has to restart.
    Result<Outcome> finish();

private:
    /// A certificate to be worked on, and why.
    struct Job {
        const CertificateSpec* spec = nullptr;
        std::string reason{};
    };

    Result<void> renew_authority(Authority authority, const Decision& decision);
    Result<void> renew_certificates(const std::map<std::string, Decision>& decisions);
    /// Encrypts again what can be opened, and returns the jobs for which only issuing is left.
    Result<std::vector<Job>> reseal_certificates(const std::vector<Job>& jobs);
    Result<void> issue_certificates(const std::vector<Job>& jobs);
    Result<void> renew_secret(const SecretSpec& spec, const Decision& decision);
    void remove(const std::string& name);

    Result<const Issuer*> issuer(Authority authority);
    Result<Secret> open(const std::string& name);
    Result<SealedFile> reseal(const std::string& name, const std::vector<std::string>& owners);
    Result<void> reseal_authority(const std::string& name, AuthorityKey& key);

    AuthorityEntry& entry_of(Authority authority);
    void put(const std::string& path, Bytes bytes);
    void refresh_metadata();
    void note(ChangeKind kind, std::string name, std::string reason);
    void find_restarts(Outcome& outcome) const;

    const Request& request_;
    const Readers& readers_;
    Store& store_;
    Tools tools_;
    Order order_;
    std::int64_t first_generation_ = 1;
    Tree tree_;
    std::map<Authority, Issuer> issuers_{};
    std::vector<Change> changes_{};
};

} // namespace ducksnest::pki
