#include "local/rotation.h"

#include "local/runner.h"
#include "local/throw_away.h"
#include "pki/certs.h"

#include <fmt/format.h>

#include <optional>
#include <utility>

namespace ducksnest::local {
namespace {

/// "kube-apiserver" of "kube-apiserver.service".
std::string unit_of(const std::string& service) {
    return service.substr(0, service.rfind('.'));
}

bool must_restart(const pki::Outcome& outcome, const LocalProcess& process) {
    const auto units = outcome.restarts.find(process.node);
    if (units == outcome.restarts.end()) {
        return false;
    }
    for (const std::string& service : units->second) {
        if (unit_of(service) == process.unit) {
            return true;
        }
    }
    return false;
}

/// One phase, from the secrets folder to the last restarted process.
class PhaseWork {
public:
    PhaseWork(const GroundRequest& request, const GroundDoors& doors, const GroundState& state)
        : doors_(doors)
        , mapping_(request.plan, request.folder, state.network)
        , layout_(make_layout(
              {.plan = request.plan,
               .mapping = mapping_,
               .folder = request.folder,
               .programs = request.programs,
               .ducksnest = request.ducksnest,
               .outlives_us = request.outlives_us}
          ))
        , runner_(doors, state, request.patience) {}

    Result<bool> take(const plan::Plan& plan, const std::vector<pki::Authority>& authorities) {
        const ThrowAwayTrust trust = TRY(read_trust(plan, mapping_, doors_.files));
        const Tree tree = TRY(doors_.files.read_tree(std::string(secrets_path)));
        pki::Outcome outcome = TRY(pki::rotate_step(
            {.plan = trust.plan,
             .tree = tree,
             .now = doors_.clock.now(),
             .identities = trust.operators},
            authorities,
            {.random = doors_.random, .parallel = doors_.parallel}
        ));
        // Only what was issued, not the configuration, which stays as it is.
        layout_.files.clear();
        const std::unique_ptr<Http> http =
            doors_.open_http(TRY(lay_out(outcome.tree, trust, layout_, doors_.parallel)));
        TRY(deliver(outcome));
        TRY(restart(outcome, *http));
        return TRY(pki::is_rotating(outcome.tree, authorities));
    }

private:
    /// The nodes first: after a crash between the two the same phase is taken again.
    Result<void> deliver(const pki::Outcome& outcome) {
        for (const auto& [path, file] : layout_.files) {
            if (!path.starts_with(secrets_path)) {
                TRY(doors_.files.write(path, file));
            }
        }
        return doors_.files.replace_tree(std::string(secrets_path), outcome.tree);
    }

    Result<void> restart(const pki::Outcome& outcome, Http& http) {
        std::size_t done = 0;
        for (const LocalProcess& process : layout_.processes) {
            if (must_restart(outcome, process)) {
                doors_.progress.advance(
                    ++done, fmt::format("restarting {} of {}", process.unit, process.node)
                );
                TRY(runner_.stop(process));
                TRY(runner_.start(process));
                TRY(runner_.wait_for(process, http));
            }
        }
        return {};
    }

    const GroundDoors& doors_;
    Mapping mapping_;
    Layout layout_;
    Runner runner_;
};

} // namespace

Result<void> rotate_ground(
    const GroundRequest& request,
    const std::vector<pki::Authority>& authorities,
    const GroundDoors& doors
) {
    bool is_rotating = true;
    int phase = 0;
    while (is_rotating) {
        const std::optional<GroundState> state = TRY(read_state(doors.files));
        if (!state) {
            return fail(
                ErrorCode::not_found,
                "this homelab is not up on this machine",
                "bring it up with `ducksnest up --local --keep`"
            );
        }
        doors.progress.begin(fmt::format("phase {} of the rotation", ++phase), 0);
        PhaseWork work(request, doors, *state);
        is_rotating = TRY(work.take(request.plan, authorities));
        doors.progress.end(fmt::format("phase {} done on every node", phase));
    }
    return {};
}

} // namespace ducksnest::local
