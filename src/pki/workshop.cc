#include "pki/workshop.h"

#include "base/assert.h"
#include "pki/host_keys.h"
#include "pki/paths.h"
#include "pki/unseal.h"

#include <algorithm>
#include <iterator>

namespace ducksnest::pki {

namespace {

template <class Spec>
const Spec* find_spec(const std::vector<Spec>& specs, std::string_view name) {
    const auto found = std::ranges::lower_bound(specs, name, {}, &Spec::name);
    return found != specs.end() && found->name == name ? &*found : nullptr;
}

/// Replaces or inserts many at once, keeping the order by name.
void merge_entries(std::vector<CertificateEntry>& entries, std::vector<CertificateEntry> made) {
    std::ranges::sort(made, {}, &CertificateEntry::name);
    std::vector<CertificateEntry> merged;
    merged.reserve(entries.size() + made.size());
    auto next = made.begin();
    for (CertificateEntry& entry : entries) {
        while (next != made.end() && next->name < entry.name) {
            merged.push_back(std::move(*next++));
        }
        const bool is_replaced = next != made.end() && next->name == entry.name;
        merged.push_back(is_replaced ? std::move(*next++) : std::move(entry));
    }
    std::move(next, made.end(), std::back_inserter(merged));
    entries = std::move(merged);
}

/// Replaces or inserts, keeping the order by name.
template <class Entry>
void set_entry(std::vector<Entry>& entries, Entry entry) {
    const auto found = std::ranges::lower_bound(entries, entry.name, {}, &Entry::name);
    if (found != entries.end() && found->name == entry.name) {
        *found = std::move(entry);
    } else {
        entries.insert(found, std::move(entry));
    }
}

} // namespace

Workshop::Workshop(const Request& request, const Readers& readers, Store& store, Tools tools)
    : request_(request)
    , readers_(readers)
    , store_(store)
    , tools_(tools)
    , order_{.plan = request.plan, .readers = readers, .now = request.now} {
    for (const auto& [path, file] : request.tree) {
        // Host keys are not ours to make anew: machines have them.
        if (!store.is_empty() || is_host_key_path(path)) {
            tree_.emplace_hint(tree_.end(), path, file);
        }
    }
    store_.index.homelab = request.plan.homelab;
}

Result<void> Workshop::carry_out(const Renewal& renewal) {
    for (const auto& [authority, decision] : renewal.authorities) {
        TRY(renew_authority(authority, decision));
    }
    TRY(renew_certificates(renewal.certificates));
    for (const auto& [name, decision] : renewal.secrets) {
        TRY(renew_secret(*find_spec(request_.plan.secrets, name), decision));
    }
    for (const std::string& name : renewal.removed) {
        remove(name);
    }
    refresh_metadata();
    return {};
}

Result<void> Workshop::renew_authority(Authority authority, const Decision& decision) {
    const std::string name = authority_name(authority);
    if (decision.action == Action::reseal) {
        AuthorityEntry& entry = entry_of(authority);
        TRY(reseal_authority(name, entry.current));
        if (entry.next.has_value()) {
            TRY(reseal_authority(next_authority_name(authority), *entry.next));
        }
        note(ChangeKind::resealed, name, decision.reason);
        return {};
    }
    NewAuthority made = TRY(make_authority(order_, authority, first_generation_, tools_.random));
    store_.index.authorities.push_back(
        {.authority = authority, .current = made.entry(), .next = {}, .previous = {}}
    );
    store_.authorities[authority].current = made.issuer.certificate;
    put(certificate_path(name), made.issuer.certificate.to_pem());
    put(sealed_key_path(name), std::move(made.key.file));
    issuers_.emplace(authority, std::move(made.issuer));
    note(ChangeKind::issued, name, decision.reason);
    return {};
}

Result<void> Workshop::reseal_authority(const std::string& name, AuthorityKey& key) {
    SealedFile sealed = TRY(reseal(name, {}));
    key.key = sealed.entry;
    put(sealed_key_path(name), std::move(sealed.file));
    return {};
}

Result<void> Workshop::renew_certificates(const std::map<std::string, Decision>& decisions) {
    std::vector<Job> reseals;
    std::vector<Job> issues;
    for (const auto& [name, decision] : decisions) {
        const CertificateSpec* spec = find_spec(request_.plan.certificates, name);
        ASSERT(spec != nullptr);
        std::vector<Job>& jobs = decision.action == Action::reseal ? reseals : issues;
        jobs.push_back({.spec = spec, .reason = decision.reason});
    }
    std::vector<Job> closed = TRY(reseal_certificates(reseals));
    issues.insert(issues.end(), closed.begin(), closed.end());
    return issue_certificates(issues);
}

Result<std::vector<Workshop::Job>> Workshop::reseal_certificates(const std::vector<Job>& jobs) {
    std::vector<std::optional<Result<SealedFile>>> sealed(jobs.size());
    tools_.parallel.for_each(jobs.size(), [&](std::size_t index) {
        sealed[index] = reseal(jobs[index].spec->name, jobs[index].spec->owners);
    });
    std::vector<Job> closed;
    for (std::size_t index = 0; index < jobs.size(); ++index) {
        if (!sealed[index]->has_value() && sealed[index]->error().code == ErrorCode::denied) {
            closed.push_back(jobs[index]);
            continue;
        }
        SealedFile file = TRY(std::move(*sealed[index]));
        CertificateEntry entry = *store_.index.find_certificate(jobs[index].spec->name);
        entry.key = std::move(file.entry);
        put(sealed_key_path(entry.name), std::move(file.file));
        note(ChangeKind::resealed, entry.name, jobs[index].reason);
        set_entry(store_.index.certificates, std::move(entry));
    }
    return closed;
}

Result<void> Workshop::issue_certificates(const std::vector<Job>& jobs) {
    // Opened before the threads start: one opening per authority, not one per certificate.
    std::vector<const Issuer*> signers;
    for (const Job& job : jobs) {
        signers.push_back(TRY(issuer(job.spec->authority)));
    }
    std::vector<std::optional<Result<NewCertificate>>> made(jobs.size());
    tools_.parallel.for_each(jobs.size(), [&](std::size_t index) {
        made[index] = make_certificate(order_, *jobs[index].spec, *signers[index], tools_.random)
                          .with("certificate `" + jobs[index].spec->name + "`");
    });
    std::vector<CertificateEntry> entries;
    entries.reserve(jobs.size());
    for (std::size_t index = 0; index < jobs.size(); ++index) {
        NewCertificate certificate = TRY(std::move(*made[index]));
        const std::string& name = jobs[index].spec->name;
        const bool is_new = store_.index.find_certificate(name) == nullptr;
        put(certificate_path(name), std::move(certificate.pem));
        put(sealed_key_path(name), std::move(certificate.key.file));
        entries.push_back(std::move(certificate.entry));
        note(is_new ? ChangeKind::issued : ChangeKind::reissued, name, jobs[index].reason);
    }
    merge_entries(store_.index.certificates, std::move(entries));
    return {};
}

Result<void> Workshop::renew_secret(const SecretSpec& spec, const Decision& decision) {
    if (decision.action == Action::reseal) {
        SealedFile sealed = TRY(reseal(spec.name, spec.owners));
        SecretEntry entry = *store_.index.find_secret(spec.name);
        entry.key = std::move(sealed.entry);
        put(sealed_key_path(spec.name), std::move(sealed.file));
        set_entry(store_.index.secrets, std::move(entry));
        note(ChangeKind::resealed, spec.name, decision.reason);
        return {};
    }
    NewSecret made = TRY(make_secret(order_, spec, tools_.random));
    put(sealed_key_path(spec.name), std::move(made.key.file));
    if (made.public_half.empty()) {
        tree_.erase(public_key_path(spec.name));
    } else {
        put(public_key_path(spec.name), std::move(made.public_half));
    }
    set_entry(store_.index.secrets, std::move(made.entry));
    note(ChangeKind::issued, spec.name, decision.reason);
    return {};
}

void Workshop::remove(const std::string& name) {
    for (const std::string& path :
         {certificate_path(name), sealed_key_path(name), public_key_path(name)}) {
        tree_.erase(path);
    }
    const auto is_named = [&](const auto& entry) { return entry.name == name; };
    std::erase_if(store_.index.certificates, is_named);
    std::erase_if(store_.index.secrets, is_named);
    note(ChangeKind::removed, name, "left the plan");
}

Result<void> Workshop::introduce(Authority authority) {
    AuthorityEntry& entry = entry_of(authority);
    const std::string name = next_authority_name(authority);
    NewAuthority made =
        TRY(make_authority(order_, authority, entry.current.generation + 1, tools_.random));
    entry.next = made.entry();
    store_.authorities[authority].next = made.issuer.certificate;
    put(certificate_path(name), made.issuer.certificate.to_pem());
    put(sealed_key_path(name), std::move(made.key.file));
    note(ChangeKind::trust, authority_name(authority), "the next generation is trusted as well");
    return {};
}

void Workshop::promote(Authority authority) {
    AuthorityEntry& entry = entry_of(authority);
    AuthorityCertificates& certificates = store_.authorities[authority];
    const std::string current = authority_name(authority);
    const std::string next = next_authority_name(authority);
    put(certificate_path(previous_authority_name(authority)),
        std::move(tree_.at(certificate_path(current)).bytes));
    for (const auto path : {certificate_path, sealed_key_path}) {
        put(path(current), std::move(tree_.at(path(next)).bytes));
        tree_.erase(path(next));
    }
    entry.previous = {
        .generation = entry.current.generation,
        .fingerprint = entry.current.fingerprint,
        .not_after = entry.current.not_after,
    };
    entry.current = std::move(*entry.next);
    entry.next.reset();
    certificates.previous = std::move(certificates.current);
    certificates.current = std::move(certificates.next);
    certificates.next.reset();
    note(ChangeKind::reissued, current, "the next generation signs now");
}

void Workshop::drop_previous(Authority authority) {
    entry_of(authority).previous.reset();
    store_.authorities[authority].previous.reset();
    tree_.erase(certificate_path(previous_authority_name(authority)));
    note(
        ChangeKind::trust, authority_name(authority), "the generation before is no longer trusted"
    );
}

Result<const Issuer*> Workshop::issuer(Authority authority) {
    if (const auto found = issuers_.find(authority); found != issuers_.end()) {
        return &found->second;
    }
    const std::string name = authority_name(authority);
    const Certificate& certificate = *store_.authorities.at(authority).current;
    const Secret text = TRY(open(name));
    const PrivateKey key =
        TRY(PrivateKey::parse_pem(text.view()).with("`secrets/" + sealed_key_path(name) + "`"));
    if (key.public_point() != certificate.fields.public_key) {
        return fail(
            ErrorCode::corrupt,
            "the key in `secrets/" + sealed_key_path(name) + "` is not the authority's"
        );
    }
    Issuer opened{
        .certificate = certificate,
        .signer = Signer(key),
        .generation = entry_of(authority).current.generation,
    };
    return &issuers_.emplace(authority, std::move(opened)).first->second;
}

Result<Secret> Workshop::open(const std::string& name) {
    const std::string path = sealed_key_path(name);
    constexpr std::string_view help = "give an operator's SSH private key with `--identity FILE`";
    if (request_.identities.empty()) {
        return fail(
            ErrorCode::unauthenticated,
            "opening `secrets/" + path + "` needs an operator's private key",
            std::string(help)
        );
    }
    return unseal(tree_.at(path).bytes, request_.identities, "secrets/" + path, help);
}

Result<SealedFile>
Workshop::reseal(const std::string& name, const std::vector<std::string>& owners) {
    const Secret key = TRY(open(name));
    return seal(key.view(), owners, readers_, tools_.random);
}

AuthorityEntry& Workshop::entry_of(Authority authority) {
    const auto found =
        std::ranges::find(store_.index.authorities, authority, &AuthorityEntry::authority);
    ASSERT(found != store_.index.authorities.end());
    return *found;
}

void Workshop::put(const std::string& path, Bytes bytes) {
    tree_.insert_or_assign(path, TreeFile{.bytes = std::move(bytes), .is_private = false});
}

void Workshop::refresh_metadata() {
    const auto refresh = [](auto& entries, const auto& specs) {
        for (auto& entry : entries) {
            const auto* spec = find_spec(specs, entry.name);
            if (spec == nullptr) {
                continue;
            }
            entry.owners = spec->owners;
            entry.user = spec->user;
            entry.units = spec->units;
        }
    };
    refresh(store_.index.certificates, request_.plan.certificates);
    refresh(store_.index.secrets, request_.plan.secrets);
}

void Workshop::note(ChangeKind kind, std::string name, std::string reason) {
    changes_.push_back({.kind = kind, .name = std::move(name), .reason = std::move(reason)});
}

Result<Outcome> Workshop::finish() {
    for (const AuthorityEntry& entry : store_.index.authorities) {
        put(bundle_path(entry.authority),
            encode_bundle(store_.authorities.at(entry.authority).trusted()));
    }
    put(std::string(index_path), to_bytes(encode_index(store_.index, tools_.parallel)));
    // What was made must agree with its index in every file.
    TRY(refuse_problems(find_problems(tree_, store_.index, tools_.parallel)));
    Outcome outcome{.tree = std::move(tree_), .changes = std::move(changes_)};
    find_restarts(outcome);
    return outcome;
}

void Workshop::find_restarts(Outcome& outcome) const {
    const auto restart = [&](const auto* spec) {
        if (spec != nullptr) {
            for (const std::string& owner : spec->owners) {
                outcome.restarts[owner].insert(spec->units.begin(), spec->units.end());
            }
        }
    };
    const TrustPlan& plan = request_.plan;
    for (const Change& change : outcome.changes) {
        if (change.kind == ChangeKind::issued || change.kind == ChangeKind::reissued) {
            restart(find_spec(plan.certificates, change.name));
            restart(find_spec(plan.secrets, change.name));
        }
        if (change.kind != ChangeKind::trust) {
            continue;
        }
        for (const TrustEdge& edge : plan.edges) {
            if (authority_name(edge.client_trusts) == change.name) {
                restart(find_spec(plan.certificates, edge.client));
            }
            if (authority_name(edge.server_trusts) == change.name) {
                restart(find_spec(plan.certificates, edge.server));
            }
        }
        for (const BundleReader& reader : plan.readers) {
            if (authority_name(reader.authority) == change.name) {
                outcome.restarts[reader.node].insert(reader.unit);
            }
        }
    }
    std::erase_if(outcome.restarts, [](const auto& node) { return node.second.empty(); });
}

} // namespace ducksnest::pki
