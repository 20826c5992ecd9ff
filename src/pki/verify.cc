#include "pki/verify.h"

#include "pki/check_plan.h"
#include "pki/paths.h"
#include "pki/trial.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>

namespace ducksnest::pki {

namespace {

/// Opens keys once, in parallel, and compares them with their certificates.
class KeyRing {
public:
    struct Opening {
        std::string name{};
        std::optional<Result<Secret>> key{};
    };

    KeyRing(const Request& request, const Store& store)
        : request_(request)
        , store_(store) {}

    void open_all(Parallel& parallel, Verification& verification) {
        std::vector<Opening> openings;
        for (const auto& [name, certificate] : store_.certificates) {
            openings.push_back({.name = name});
        }
        for (const AuthorityEntry& entry : store_.index.authorities) {
            openings.push_back({.name = authority_name(entry.authority)});
        }
        if (!request_.identities.empty()) {
            parallel.for_each(openings.size(), [&](std::size_t index) {
                openings[index].key = open(openings[index].name);
            });
        }
        for (Opening& opening : openings) {
            file(opening, verification);
        }
    }

    const Secret* find(const std::string& name) const {
        const auto found = keys_.find(name);
        return found == keys_.end() ? nullptr : &found->second;
    }

private:
    void file(Opening& opening, Verification& verification) {
        if (!opening.key.has_value() ||
            (!opening.key->has_value() && opening.key->error().code == ErrorCode::denied)) {
            ++verification.keys_sealed;
        } else if (!opening.key->has_value()) {
            verification.findings.push_back(
                {.what = sealed_key_path(opening.name), .why = describe(opening.key->error())}
            );
        } else {
            ++verification.keys_opened;
            keys_.emplace(opening.name, std::move(**opening.key));
        }
    }

    const Certificate* certificate_of(const std::string& name) const {
        for (const auto& [authority, certificates] : store_.authorities) {
            if (authority_name(authority) == name) {
                return certificates.current.has_value() ? &*certificates.current : nullptr;
            }
        }
        const auto found = store_.certificates.find(name);
        return found == store_.certificates.end() ? nullptr : &found->second;
    }

    Result<Secret> open(const std::string& name) const {
        const auto sealed = request_.tree.find(sealed_key_path(name));
        if (sealed == request_.tree.end()) {
            return fail(ErrorCode::not_found, "is missing");
        }
        Secret text = TRY(age::decrypt(sealed->second.bytes, request_.identities));
        const PrivateKey key = TRY(PrivateKey::parse_pem(text.view()));
        const Certificate* certificate = certificate_of(name);
        if (certificate == nullptr || certificate->fields.public_key != key.public_point()) {
            return fail(ErrorCode::corrupt, "does not belong to its certificate");
        }
        return text;
    }

    const Request& request_;
    const Store& store_;
    std::map<std::string, Secret> keys_{};
};

/// Lists what has to be tried, and tries it.
class Trials {
public:
    Trials(const Request& request, const Store& store, const KeyRing& keys)
        : request_(request)
        , store_(store)
        , keys_(keys) {}

    void add_edges() {
        for (const TrustEdge& edge : request_.plan.edges) {
            add(
                {.what = edge.client + " to " + edge.server + " as " + edge.server_name,
                 .client = edge.client,
                 .server = edge.server,
                 .server_name = edge.server_name,
                 .client_trusts = edge.client_trusts,
                 .server_trusts = edge.server_trusts,
                 .now = request_.now}
            );
        }
    }

    /// From one real connection to each kind of server, everything that must not work there.
    void add_refusals() {
        std::map<std::pair<std::string_view, Authority>, const TrustEdge*> kinds;
        for (const TrustEdge& edge : request_.plan.edges) {
            kinds.try_emplace({opened_name(edge.server), edge.server_trusts}, &edge);
        }
        for (const auto& [kind, edge] : kinds) {
            add_foreign_clients(*edge);
            Trial wrong = base(*edge);
            wrong.what += ": wrong name";
            wrong.server_name = "not-" + edge->server + ".invalid";
            std::ranges::replace(wrong.server_name, '/', '-');
            add(wrong);
            Trial late = base(*edge);
            late.what += ": expired";
            late.now = store_.certificates.at(edge->server).fields.not_after + std::chrono::days(1);
            add(late);
            add_wrong_roles(*edge);
        }
    }

    void run(Parallel& parallel, Verification& verification) {
        std::vector<TrialOutcome> outcomes(trials_.size());
        parallel.for_each(trials_.size(), [&](std::size_t index) {
            outcomes[index] = run_trial(trials_[index], material(trials_[index]));
        });
        for (std::size_t index = 0; index < trials_.size(); ++index) {
            count(trials_[index], outcomes[index], verification);
        }
    }

private:
    static Trial base(const TrustEdge& edge) {
        return {
            .what = edge.client + " to " + edge.server,
            .client = edge.client,
            .server = edge.server,
            .server_name = edge.server_name,
            .client_trusts = edge.client_trusts,
            .server_trusts = edge.server_trusts,
            .now = {},
            .must_work = false,
        };
    }

    void add(Trial trial) {
        if (trial.now == Instant()) {
            trial.now = request_.now;
        }
        trials_.push_back(std::move(trial));
    }

    /// One client of each kind whose authority this server does not trust: a kubelet at etcd.
    void add_foreign_clients(const TrustEdge& edge) {
        std::map<std::string_view, const CertificateSpec*> clients;
        for (const CertificateSpec& spec : request_.plan.certificates) {
            if (spec.authority != edge.server_trusts && spec.usage != Usage::server) {
                clients.try_emplace(opened_name(spec.name), &spec);
            }
        }
        for (const auto& [kind, spec] : clients) {
            Trial foreign = base(edge);
            foreign.client = spec->name;
            foreign.what = spec->name + " to " + edge.server + ": another authority";
            add(std::move(foreign));
        }
    }

    void add_wrong_roles(const TrustEdge& edge) {
        const Usage client = store_.certificates.at(edge.client).fields.usage.value();
        const Usage server = store_.certificates.at(edge.server).fields.usage.value();
        if (client == Usage::client) {
            Trial reversed = base(edge);
            reversed.server = edge.client;
            reversed.server_name.clear();
            reversed.what = edge.client + " as a server";
            add(std::move(reversed));
        }
        if (server == Usage::server) {
            Trial reversed = base(edge);
            reversed.client = edge.server;
            reversed.what = edge.server + " as a client";
            add(std::move(reversed));
        }
    }

    TrialMaterial material(const Trial& trial) const {
        return {
            .client = store_.certificates.at(trial.client),
            .server = store_.certificates.at(trial.server),
            .client_key = keys_.find(trial.client),
            .server_key = keys_.find(trial.server),
            .client_bundle = store_.authorities.at(trial.client_trusts).trusted(),
            .server_bundle = store_.authorities.at(trial.server_trusts).trusted(),
        };
    }

    static void count(const Trial& trial, const TrialOutcome& outcome, Verification& verification) {
        verification.handshakes += outcome.handshakes;
        if (outcome.is_as_wanted) {
            ++(trial.must_work ? verification.connections : verification.refusals);
        } else {
            verification.findings.push_back({.what = trial.what, .why = outcome.why});
        }
    }

    const Request& request_;
    const Store& store_;
    const KeyRing& keys_;
    std::vector<Trial> trials_{};
};

/// Every certificate that an edge names must be there before anything can be tried.
bool note_absent(const Request& request, const Store& store, Verification& verification) {
    const std::size_t before = verification.findings.size();
    for (const CertificateSpec& spec : request.plan.certificates) {
        if (!store.certificates.contains(spec.name)) {
            verification.findings.push_back(
                {.what = certificate_path(spec.name),
                 .why = "is missing: run `ducksnest certs renew`"}
            );
        }
    }
    for (const std::string& path : store.missing) {
        if (!path.ends_with(".crt") || path.starts_with("bundles/")) {
            verification.findings.push_back(
                {.what = path, .why = "is missing: run `ducksnest certs renew`"}
            );
        }
    }
    return verification.findings.size() != before;
}

} // namespace

Result<Verification> verify(const Request& request, Tools tools) {
    TRY(check_plan(request.plan));
    TRY(Readers::parse(request.plan, tools.parallel));
    const Store store = TRY(read_store(request.tree, tools.parallel));
    Verification verification;
    for (const Problem& problem : store.problems) {
        verification.findings.push_back({.what = problem.path, .why = problem.message});
    }
    const bool is_incomplete = note_absent(request, store, verification);
    KeyRing keys(request, store);
    keys.open_all(tools.parallel, verification);
    if (is_incomplete || !store.problems.empty()) {
        return verification;
    }
    Trials trials(request, store, keys);
    trials.add_edges();
    trials.add_refusals();
    trials.run(tools.parallel, verification);
    return verification;
}

Json to_json(const Verification& verification) {
    Json::Array findings;
    for (const Finding& finding : verification.findings) {
        findings.push_back(Json::object({{"what", finding.what}, {"why", finding.why}}));
    }
    const auto number = [](std::size_t count) { return Json(static_cast<std::int64_t>(count)); };
    return Json::object({
        {"connections", number(verification.connections)},
        {"findings", std::move(findings)},
        {"handshakes", number(verification.handshakes)},
        {"keys_opened", number(verification.keys_opened)},
        {"keys_sealed", number(verification.keys_sealed)},
        {"ok", verification.findings.empty()},
        {"refusals", number(verification.refusals)},
        {"schema", "ducksnest.certs-verify/1"},
    });
}

} // namespace ducksnest::pki
