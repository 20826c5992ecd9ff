#include "pki/certs.h"

#include "base/assert.h"
#include "pki/check_plan.h"
#include "pki/trust_matrix.h"
#include "pki/workshop.h"

#include <algorithm>

namespace ducksnest::pki {

namespace {

/// One more than the highest generation the old index knows; 1 when it cannot be read.
std::int64_t next_generation(const Tree& tree, Parallel& parallel) {
    const Result<Store> before = read_store(tree, parallel);
    std::int64_t highest = 0;
    if (before.has_value()) {
        for (const AuthorityEntry& entry : before->index.authorities) {
            highest = std::max(highest, entry.current.generation);
            if (entry.next.has_value()) {
                highest = std::max(highest, entry.next->generation);
            }
        }
    }
    return highest + 1;
}

/// An authority that is over cannot hand on to a next one: nobody accepts it while that happens.
Result<void> refuse_expired(const Store& store, Instant now) {
    for (const AuthorityEntry& entry : store.index.authorities) {
        if (entry.current.not_after <= now) {
            return fail(
                ErrorCode::conflict,
                "authority `" + std::string(to_string(entry.authority)) + "` expired on " +
                    format_time(entry.current.not_after) + ", and nothing it signs is accepted",
                "make everything new with `ducksnest certs recreate`"
            );
        }
    }
    return {};
}

/// A plan that can be carried out, and a folder that agrees with its index.
struct Start {
    Readers readers;
    Store store{};
};

Result<Start> start(const Request& request, Tools tools) {
    TRY(check_plan(request.plan));
    Start opened{.readers = TRY(Readers::parse(request.plan, tools.parallel))};
    opened.store = TRY(read_store(request.tree, tools.parallel));
    TRY(refuse_problems(opened.store.problems));
    TRY(refuse_expired(opened.store, request.now));
    if (!opened.store.is_empty() && opened.store.index.homelab != request.plan.homelab) {
        return fail(
            ErrorCode::conflict,
            "these secrets belong to the homelab `" + opened.store.index.homelab + "`, not to `" +
                request.plan.homelab + "`",
            "two homelabs never share an authority: use another folder, or `ducksnest certs "
            "recreate` after renaming one"
        );
    }
    return opened;
}

void advance_phase(Workshop& workshop, const AuthorityEntry& entry) {
    ASSERT(entry.phase() != Phase::stable);
    if (entry.phase() == Phase::trusting_both) {
        workshop.promote(entry.authority);
    } else {
        workshop.drop_previous(entry.authority);
    }
}

} // namespace

std::string_view to_string(ChangeKind kind) {
    switch (kind) {
    case ChangeKind::issued:
        return "issued";
    case ChangeKind::reissued:
        return "reissued";
    case ChangeKind::resealed:
        return "encrypted again";
    case ChangeKind::removed:
        return "removed";
    case ChangeKind::trust:
        return "trust changed";
    }
    ASSERT(false);
}

Result<Outcome> recreate(const Request& request, Tools tools) {
    TRY(check_plan(request.plan));
    const Readers readers = TRY(Readers::parse(request.plan, tools.parallel));
    Store store;
    Workshop workshop(request, readers, store, tools);
    workshop.set_first_generation(next_generation(request.tree, tools.parallel));
    TRY(workshop.carry_out(decide_renewal(request.plan, store, readers, request.now)));
    return workshop.finish();
}

Result<Renewal> preview_renewal(const Request& request, Tools tools) {
    const Start opened = TRY(start(request, tools));
    return decide_renewal(request.plan, opened.store, opened.readers, request.now);
}

Result<Outcome> renew(const Request& request, Tools tools) {
    Start opened = TRY(start(request, tools));
    const Renewal renewal = decide_renewal(request.plan, opened.store, opened.readers, request.now);
    Workshop workshop(request, opened.readers, opened.store, tools);
    TRY(workshop.carry_out(renewal));
    Outcome outcome = TRY(workshop.finish());
    outcome.warnings = renewal.warnings;
    return outcome;
}

Result<Outcome>
rotate_step(const Request& request, const std::vector<Authority>& authorities, Tools tools) {
    Start opened = TRY(start(request, tools));
    if (opened.store.is_empty()) {
        return fail(
            ErrorCode::not_found,
            "there is no authority yet",
            "make one with `ducksnest certs recreate`"
        );
    }
    const Store before = opened.store;
    std::vector<AuthorityEntry> moving;
    for (const Authority authority : authorities) {
        if (before.index.find(authority)->phase() != Phase::stable) {
            moving.push_back(*before.index.find(authority));
        }
    }
    Workshop workshop(request, opened.readers, opened.store, tools);
    for (const AuthorityEntry& entry : moving) {
        advance_phase(workshop, entry);
    }
    if (moving.empty()) {
        for (const Authority authority : authorities) {
            TRY(workshop.introduce(authority));
        }
    }
    Renewal renewal = decide_renewal(request.plan, opened.store, opened.readers, request.now);
    // A step that only changes trust leaves everything else to `renew`.
    const bool reissues = std::ranges::any_of(moving, [](const AuthorityEntry& entry) {
        return entry.phase() == Phase::trusting_both;
    });
    TRY(workshop.carry_out(reissues ? renewal : Renewal()));
    Outcome outcome = TRY(workshop.finish());
    outcome.warnings = std::move(renewal.warnings);
    TRY(check_transition(
        request, before, TRY(read_store(outcome.tree, tools.parallel)), tools.parallel
    ));
    return outcome;
}

Result<bool> is_rotating(const Tree& tree, const std::vector<Authority>& authorities) {
    const Index index = TRY(read_index(tree));
    return std::ranges::any_of(authorities, [&](Authority authority) {
        const AuthorityEntry* entry = index.find(authority);
        return entry != nullptr && entry->phase() != Phase::stable;
    });
}

} // namespace ducksnest::pki
