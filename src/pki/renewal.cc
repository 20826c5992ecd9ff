#include "pki/renewal.h"

#include "base/text.h"
#include "pki/forge.h"
#include "pki/paths.h"

#include <algorithm>
#include <optional>

namespace ducksnest::pki {

namespace {

using std::chrono::days;

std::vector<std::string>
missing_from(const std::vector<std::string>& some, const std::vector<std::string>& all) {
    std::vector<std::string> missing;
    for (const std::string& item : some) {
        if (std::ranges::find(all, item) == all.end()) {
            missing.push_back(item);
        }
    }
    return missing;
}

std::string days_text(Duration left) {
    const auto whole = std::chrono::floor<days>(left).count();
    if (left < Duration(0)) {
        return "has expired";
    }
    return "expires in " + count_of(static_cast<std::size_t>(whole), "day");
}

class Decider {
public:
    Decider(const TrustPlan& plan, const Store& store, const Readers& readers, Instant now)
        : plan_(plan)
        , store_(store)
        , readers_(readers)
        , now_(now) {}

    Renewal run() {
        for (const Authority authority : all_authorities) {
            decide_authority(authority);
        }
        for (const CertificateSpec& spec : plan_.certificates) {
            if (std::optional<Decision> decision = decide_certificate(spec)) {
                renewal_.needs_identity |= opens_a_key(*decision, spec.authority);
                renewal_.certificates.emplace(spec.name, std::move(*decision));
            }
        }
        for (const SecretSpec& spec : plan_.secrets) {
            decide_secret(spec);
        }
        find_removed();
        check_clock();
        return std::move(renewal_);
    }

private:
    /// What was made by a clock that was ahead, or is looked at by one that is behind.
    void check_clock() {
        Instant first = now_;
        std::size_t early = 0;
        for (const auto& [name, certificate] : store_.certificates) {
            const Instant begin = certificate.fields.not_before;
            if (begin > now_) {
                first = early == 0 ? begin : std::min(first, begin);
                ++early;
            }
        }
        if (early > 0) {
            renewal_.warnings.push_back(
                count_of(early, "certificate") + " will be valid only from " + format_time(first) +
                " on: either this machine's clock is behind, or that of the machine that made "
                "them was ahead; then run `ducksnest certs recreate`"
            );
        }
    }

    struct ReaderChange {
        std::vector<std::string> added{};
        std::vector<std::string> removed{};
    };

    ReaderChange
    compare_readers(const std::vector<std::string>& owners, const SealedKey& key) const {
        const std::vector<std::string> wanted = readers_.ids(owners);
        return {
            .added = missing_from(wanted, key.recipients),
            .removed = missing_from(key.recipients, wanted),
        };
    }

    std::string name_all(const std::vector<std::string>& ids) const {
        std::vector<std::string> names;
        for (const std::string& id : ids) {
            names.push_back("`" + readers_.name_of(id) + "`");
        }
        return join(names, ", ");
    }

    bool opens_a_key(const Decision& decision, Authority authority) const {
        return decision.action == Action::reseal || store_.index.find(authority) != nullptr;
    }

    /// The same key for other readers, and a warning about those who may keep it.
    std::optional<Decision> decide_reseal(const std::string& what, const ReaderChange& change) {
        if (change.added.empty() && change.removed.empty()) {
            return std::nullopt;
        }
        renewal_.needs_identity = true;
        if (change.removed.empty()) {
            return Decision{Action::reseal, "readable by " + name_all(change.added) + " as well"};
        }
        const bool is_authority = what.starts_with("authority ");
        renewal_.warnings.push_back(
            "the key of " + what + " stays the same, and " + name_all(change.removed) +
            " may have kept it: replace it with `ducksnest certs " +
            (is_authority ? "rotate-ca`" : "recreate`")
        );
        return Decision{Action::reseal, "no longer readable by " + name_all(change.removed)};
    }

    void decide_authority(Authority authority) {
        const AuthorityEntry* entry = store_.index.find(authority);
        if (entry == nullptr) {
            renewal_.authorities.emplace(authority, Decision{Action::issue, "new"});
            return;
        }
        const std::string name(to_string(authority));
        ReaderChange change = compare_readers({}, entry->current.key);
        if (entry->next.has_value()) {
            const ReaderChange next = compare_readers({}, entry->next->key);
            change.added = next.added.empty() ? change.added : next.added;
            change.removed = next.removed.empty() ? change.removed : next.removed;
        }
        if (std::optional<Decision> decision = decide_reseal("authority `" + name + "`", change)) {
            renewal_.authorities.emplace(authority, std::move(*decision));
        }
        const Duration left = entry->current.not_after - now_;
        if (left <= Duration(0)) {
            renewal_.warnings.push_back(
                "authority `" + name +
                "` has expired, and nothing it signs is accepted: run "
                "`ducksnest certs recreate`"
            );
        } else if (left <= days(plan_.leaf_days)) {
            renewal_.warnings.push_back(
                "authority `" + name + "` " + days_text(left) +
                ", and no certificate can outlive it: run `ducksnest certs rotate-ca`"
            );
        }
    }

    std::optional<Decision> decide_certificate(const CertificateSpec& spec) const {
        const CertificateEntry* entry = store_.index.find_certificate(spec.name);
        if (entry == nullptr) {
            return Decision{Action::issue, "new in the plan"};
        }
        if (store_.missing.contains(certificate_path(spec.name)) ||
            store_.missing.contains(sealed_key_path(spec.name))) {
            return Decision{Action::issue, "a file of it is missing"};
        }
        if (entry->spec_digest != spec_digest(plan_, spec)) {
            return Decision{Action::issue, describe_difference(spec, *entry)};
        }
        const AuthorityEntry* authority = store_.index.find(spec.authority);
        if (entry->generation != authority->current.generation) {
            return Decision{Action::issue, "another generation of its authority signs now"};
        }
        // Close to the authority's own end a new certificate would end no later.
        if (entry->not_after - now_ <= days(plan_.renew_before_days) &&
            entry->not_after < leaf_end(plan_, now_, authority->current.not_after)) {
            return Decision{Action::issue, days_text(entry->not_after - now_)};
        }
        const ReaderChange change = compare_readers(spec.owners, entry->key);
        if (!change.removed.empty()) {
            return Decision{
                Action::issue, name_all(change.removed) + " may no longer open its key"
            };
        }
        if (!change.added.empty()) {
            return Decision{Action::reseal, "readable by " + name_all(change.added) + " as well"};
        }
        return std::nullopt;
    }

    static std::string
    describe_difference(const CertificateSpec& spec, const CertificateEntry& entry) {
        std::vector<std::string> parts;
        for (const std::string& name : missing_from(names_of(spec), entry.names)) {
            parts.push_back("+ `" + name + "`");
        }
        for (const std::string& name : missing_from(entry.names, names_of(spec))) {
            parts.push_back("- `" + name + "`");
        }
        return parts.empty() ? "its subject, usage or lifetime changed"
                             : "its names changed: " + join(parts, ", ");
    }

    void decide_secret(const SecretSpec& spec) {
        const SecretEntry* entry = store_.index.find_secret(spec.name);
        if (entry == nullptr || entry->kind != spec.kind) {
            renewal_.secrets.emplace(spec.name, Decision{Action::issue, "new in the plan"});
            return;
        }
        const ReaderChange change = compare_readers(spec.owners, entry->key);
        if (std::optional<Decision> decision =
                decide_reseal("secret `" + spec.name + "`", change)) {
            renewal_.secrets.emplace(spec.name, std::move(*decision));
        }
    }

    void find_removed() {
        for (const CertificateEntry& entry : store_.index.certificates) {
            if (!std::ranges::binary_search(
                    plan_.certificates, entry.name, {}, &CertificateSpec::name
                )) {
                renewal_.removed.push_back(entry.name);
            }
        }
        for (const SecretEntry& entry : store_.index.secrets) {
            if (!std::ranges::binary_search(plan_.secrets, entry.name, {}, &SecretSpec::name)) {
                renewal_.removed.push_back(entry.name);
            }
        }
    }

    const TrustPlan& plan_;
    const Store& store_;
    const Readers& readers_;
    Instant now_;
    Renewal renewal_{};
};

} // namespace

Renewal
decide_renewal(const TrustPlan& plan, const Store& store, const Readers& readers, Instant now) {
    return Decider(plan, store, readers, now).run();
}

} // namespace ducksnest::pki
