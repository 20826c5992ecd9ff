#include "pki/status.h"

#include "base/assert.h"
#include "base/text.h"
#include "pki/check_plan.h"
#include "pki/paths.h"

#include <algorithm>

namespace ducksnest::pki {

namespace {

using std::chrono::days;

/// Names the stanzas of an age file. X25519 stanzas name nobody, so any X25519 key of the plan that
/// the index lists for this file may be behind one.
class StanzaNames {
public:
    explicit StanzaNames(const Readers& readers)
        : readers_(readers) {}

    std::vector<std::string> of(ByteView file, const SealedKey& listed) const {
        const Result<std::vector<age::Stanza>> stanzas = age::read_stanzas(file);
        if (!stanzas.has_value()) {
            return {"unreadable"};
        }
        std::vector<std::string> names;
        std::size_t nameless = 0;
        for (const age::Stanza& stanza : *stanzas) {
            if (stanza.type == "X25519") {
                ++nameless;
            } else {
                names.push_back(name_tagged(stanza));
            }
        }
        for (const Reader& reader : readers_.all()) {
            const bool is_listed =
                std::ranges::find(listed.recipients, reader.id) != listed.recipients.end();
            if (nameless > 0 && reader.recipient.tag().empty() && is_listed) {
                names.push_back(reader.name);
                --nameless;
            }
        }
        names.insert(names.end(), nameless, "unknown X25519");
        return names;
    }

private:
    std::string name_tagged(const age::Stanza& stanza) const {
        const std::string tag = stanza.arguments.empty() ? "" : stanza.arguments.front();
        for (const Reader& reader : readers_.all()) {
            if (reader.recipient.type() == stanza.type && reader.recipient.tag() == tag) {
                return reader.name;
            }
        }
        return "unknown " + stanza.type + (tag.empty() ? "" : " " + tag);
    }

    const Readers& readers_;
};

class Look {
public:
    Look(const Request& request, const Readers& readers, const Store& store)
        : request_(request)
        , stanzas_(readers)
        , store_(store)
        , renewal_(decide_renewal(request.plan, store, readers, request.now)) {}

    Status run() {
        for (const AuthorityEntry& entry : store_.index.authorities) {
            add_authority(entry);
        }
        for (const CertificateEntry& entry : store_.index.certificates) {
            add_certificate(entry);
        }
        for (const SecretEntry& entry : store_.index.secrets) {
            add_secret(entry);
        }
        add_absent();
        status_.warnings.insert(
            status_.warnings.begin(), renewal_.warnings.begin(), renewal_.warnings.end()
        );
        status_.problems = store_.problems;
        status_.to_remove = renewal_.removed;
        std::ranges::stable_sort(status_.rows, [](const StatusRow& a, const StatusRow& b) {
            return std::tie(a.kind, a.name) < std::tie(b.kind, b.name);
        });
        return std::move(status_);
    }

private:
    static std::string generation_name(Authority authority, std::int64_t generation) {
        return std::string(to_string(authority)) + " " + std::to_string(generation);
    }

    void set_expiry(StatusRow& row, Instant not_after) {
        row.not_after = not_after;
        const Duration left = not_after - request_.now;
        row.days_left = std::chrono::floor<days>(left).count();
        if (left < Duration(0)) {
            row.condition = Condition::expired;
        } else if (left <= days(request_.plan.renew_before_days)) {
            row.condition = Condition::expiring;
        }
    }

    template <class Decisions, class Key>
    void set_due(StatusRow& row, const Decisions& decisions, const Key& key) {
        const auto found = decisions.find(key);
        if (found == decisions.end()) {
            return;
        }
        row.note = found->second.reason;
        if (row.condition == Condition::good) {
            row.condition = Condition::due;
        }
    }

    void set_readers(StatusRow& row, const std::string& name, const SealedKey& key) {
        const std::string path = sealed_key_path(name);
        const auto sealed = request_.tree.find(path);
        if (sealed == request_.tree.end()) {
            row.condition = Condition::missing;
            row.note = "`" + path + "` is missing";
            return;
        }
        row.readers = stanzas_.of(sealed->second.bytes, key);
        for (const std::string& reader : row.readers) {
            if (reader.starts_with("unknown")) {
                status_.warnings.push_back(
                    "`" + path + "` can be opened by somebody who is not in the plan: " + reader
                );
            }
        }
    }

    void add_signing(const std::string& name, Authority authority, const AuthorityKey& key) {
        StatusRow row{.kind = Kind::authority, .name = name};
        row.authority = generation_name(authority, key.generation);
        set_expiry(row, key.not_after);
        set_readers(row, name, key.key);
        set_due(row, renewal_.authorities, authority);
        status_.rows.push_back(std::move(row));
    }

    void add_authority(const AuthorityEntry& entry) {
        add_signing(authority_name(entry.authority), entry.authority, entry.current);
        if (entry.next.has_value()) {
            add_signing(next_authority_name(entry.authority), entry.authority, *entry.next);
        }
        if (entry.phase() != Phase::stable) {
            status_.phases.emplace_back(to_string(entry.authority), to_string(entry.phase()));
        }
    }

    void add_certificate(const CertificateEntry& entry) {
        StatusRow row{.kind = Kind::certificate, .name = entry.name};
        row.authority = generation_name(entry.authority, entry.generation);
        row.owners = entry.owners;
        row.names = entry.names;
        row.units = entry.units;
        set_expiry(row, entry.not_after);
        set_readers(row, entry.name, entry.key);
        if (store_.missing.contains(certificate_path(entry.name))) {
            row.condition = Condition::missing;
        }
        set_due(row, renewal_.certificates, entry.name);
        status_.rows.push_back(std::move(row));
    }

    void add_secret(const SecretEntry& entry) {
        StatusRow row{.kind = Kind::secret, .name = entry.name};
        row.owners = entry.owners;
        row.units = entry.units;
        set_readers(row, entry.name, entry.key);
        set_due(row, renewal_.secrets, entry.name);
        status_.rows.push_back(std::move(row));
    }

    /// What the plan wants and nobody has made yet.
    void add_absent() {
        for (const CertificateSpec& spec : request_.plan.certificates) {
            if (store_.index.find_certificate(spec.name) == nullptr) {
                add_missing(Kind::certificate, spec.name, spec.owners);
            }
        }
        for (const SecretSpec& spec : request_.plan.secrets) {
            if (store_.index.find_secret(spec.name) == nullptr) {
                add_missing(Kind::secret, spec.name, spec.owners);
            }
        }
    }

    void add_missing(Kind kind, const std::string& name, const std::vector<std::string>& owners) {
        StatusRow row{.kind = kind, .name = name};
        row.owners = owners;
        row.condition = Condition::missing;
        row.note = "new in the plan";
        status_.rows.push_back(std::move(row));
    }

    const Request& request_;
    StanzaNames stanzas_;
    const Store& store_;
    Renewal renewal_;
    Status status_{};
};

std::string_view kind_text(Kind kind) {
    switch (kind) {
    case Kind::authority:
        return "authority";
    case Kind::certificate:
        return "certificate";
    case Kind::secret:
        return "secret";
    }
    ASSERT(false);
}

Json to_json(const StatusRow& row) {
    return Json::object({
        {"authority", row.authority},
        {"condition", to_string(row.condition)},
        {"days_left", row.not_after.has_value() ? Json(row.days_left) : Json()},
        {"expires", row.not_after.has_value() ? Json(format_time(*row.not_after)) : Json()},
        {"kind", kind_text(row.kind)},
        {"name", row.name},
        {"names", Json::strings(row.names)},
        {"note", row.note},
        {"owners", Json::strings(row.owners)},
        {"readers", Json::strings(row.readers)},
        {"units", Json::strings(row.units)},
    });
}

} // namespace

std::string_view to_string(Condition condition) {
    switch (condition) {
    case Condition::good:
        return "ok";
    case Condition::expiring:
        return "expiring";
    case Condition::expired:
        return "expired";
    case Condition::due:
        return "due";
    case Condition::missing:
        return "missing";
    }
    ASSERT(false);
}

bool Status::is_good() const {
    return problems.empty() && to_remove.empty() && warnings.empty() && phases.empty() &&
           std::ranges::all_of(rows, [](const StatusRow& row) {
               return row.condition == Condition::good;
           });
}

Result<Status> look_at(const Request& request, Tools tools) {
    TRY(check_plan(request.plan));
    const Readers readers = TRY(Readers::parse(request.plan, tools.parallel));
    const Store store = TRY(read_store(request.tree, tools.parallel));
    return Look(request, readers, store).run();
}

Json to_json(const Status& status) {
    Json::Array rows;
    for (const StatusRow& row : status.rows) {
        rows.push_back(to_json(row));
    }
    Json::Array problems;
    for (const Problem& problem : status.problems) {
        problems.push_back(
            Json::object({{"message", problem.message}, {"path", "secrets/" + problem.path}})
        );
    }
    Json::Array rotations;
    for (const auto& [authority, phase] : status.phases) {
        rotations.push_back(Json::object({{"authority", authority}, {"phase", phase}}));
    }
    return Json::object({
        {"items", std::move(rows)},
        {"ok", status.is_good()},
        {"problems", std::move(problems)},
        {"rotations", std::move(rotations)},
        {"schema", "ducksnest.certs-status/1"},
        {"to_remove", Json::strings(status.to_remove)},
        {"warnings", Json::strings(status.warnings)},
    });
}

} // namespace ducksnest::pki
