#pragma once

#include "deploy/boot_once.h"
#include "deploy/lease.h"
#include "deploy/trial.h"
#include "ports/commands.h"
#include "ports/files.h"
#include "ports/launcher.h"
#include "ports/node_system.h"
#include "ports/timer.h"

#include <functional>
#include <memory>
#include <optional>
#include <string>

namespace ducksnest::deploy {

struct ActivationDoors {
    Files& files;
    Commands& commands;
    Launcher& launcher;
    NodeSystem& system;
    Timer& timer;
};

/// What a node says about itself.
struct NodeReport {
    std::string current{};  ///< Store path of the system that runs; empty when there is none.
    std::string booted{};   ///< Of the one that was booted.
    std::string standard{}; ///< Of the one that the node starts with.
    std::string boot_id{};
    Trial trial{};
    std::string holder{};       ///< Who deploys to the node now; empty: nobody.
    Duration rest{};            ///< How long that counts unless it is renewed.
    bool has_wanted = false;    ///< The system that was asked about is in the store.
    bool needs_restart = false; ///< That one has another kernel, initrd or modules.
};

/// "ducksnest.activate/1".
Json to_json(const NodeReport& report);
Result<NodeReport> parse_node_report(const Json& json);

struct TrialRequest {
    std::string system{};
    std::string token{};
    Duration patience{};
    Way way = Way::in_place;
    std::string host_name{}; ///< What the system must be made for; empty: not checked.
};

/// The node's side of a deployment. Every step can be cut off at any moment: what has begun goes on
/// without its caller, and the timer that is armed before anything changes brings the node back to
/// the system it starts with, unless it was confirmed by then.
class Activation {
public:
    /// `program` is ducksnest itself, absolute; jobs are started as `program activate work NAME`.
    Activation(ActivationDoors doors, std::string program)
        : doors_(doors)
        , program_(std::move(program)) {}

    /// `wanted` may be empty.
    Result<NodeReport> report(const std::string& wanted);
    /// `conflict` names who holds the node.
    Result<void> take_lease(const LeaseRequest& request);
    /// One that is not held is no error.
    Result<void> drop_lease(const std::string& token);
    /// Brings a system and all it refers to into the store, by the node's own substituters.
    Result<void> fetch(const std::string& system, const std::string& token);
    /// Arms the way back, then begins the switch; returns while that is at work.
    Result<void> begin(const TrialRequest& request);
    /// From here on the node belongs to the new system; returns when that is the default.
    /// `aborted`: it has gone back already, or is going.
    Result<void> confirm(const std::string& token);
    /// Goes back now; returns while that is at work.
    Result<void> revert(const std::string& token, const std::string& reason);

    /// The jobs, each a process of its own.
    Result<void> work_switch();
    Result<void> work_deadline();
    Result<void> work_confirm();
    Result<void> work_revert();
    /// At every boot, before the node is reachable.
    Result<void> resume();

private:
    Result<Observed> observe();
    Result<std::optional<Lease>> read_lease();
    Result<Trial> read_trial();
    Result<void> write(const Trial& trial);
    Result<std::shared_ptr<void>> lock(const std::string& name, Duration patience);
    /// Changes the trial if it is still the one that `seen` was, else `aborted`.
    Result<Trial> change(const Trial& seen, const std::function<void(Trial&)>& edit);
    Result<void> check_system(const TrialRequest& request);
    Result<void> launch(const std::string& job, Duration delay = {});
    Result<void> arm(const Trial& trial);
    Result<void> arm_again(Duration delay);
    Result<void> restart_into(const Trial& trial);
    Result<void> go_back(Trial trial, const std::string& reason);
    Result<void> record(const Trial& trial, const std::string& reason);
    Result<void> finish(Trial trial);
    Result<CommandResult> switch_to(const std::string& system, const std::string& action);
    BootDoors boot_doors() const { return {doors_.files, doors_.commands, doors_.system}; }

    ActivationDoors doors_;
    std::string program_;
};

} // namespace ducksnest::deploy
