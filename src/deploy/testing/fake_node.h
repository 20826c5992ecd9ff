#pragma once

#include "deploy/activation.h"
#include "sim/memory_files.h"

#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

namespace ducksnest::deploy::testing {

/// Thrown out of a door to end the process that called it.
struct Killed {
    bool is_power_cut = false;
};

/// A NixOS machine in memory, as far as a deployment touches it: systems, profiles, a boot loader
/// with one entry for one boot, jobs, and a time that passes only by waiting. Its processes can be
/// killed, and its plug pulled, at any call of a door.
class FakeNode final : public Commands, public Launcher, public NodeSystem, public Timer {
public:
    static constexpr const char* base = "/nix/store/0000-base";
    static constexpr const char* next = "/nix/store/1111-next";

    /// With GRUB the one boot is an entry of its environment, else an EFI variable.
    explicit FakeNode(bool has_grub = false);

    /// What a process of the node does; being killed ends it like any other. Whether it was not.
    bool process(const std::function<void(Activation& activation)>& work);
    /// Lets time pass, and jobs begin that are due.
    void pass(Duration length);
    void pull_plug();

    Result<CommandResult> run(const CommandLine& line) override;
    std::unexpected<Error> become(const CommandLine& line) override;
    Result<void> launch(const Job& job) override;
    Result<void> cancel(const std::string& name) override;
    Result<BootMoment> now() override;
    std::optional<std::string> resolve(const std::string& path) override;
    std::vector<std::string> names(const std::string& folder) override;
    Duration elapsed() override { return time_; }
    Result<void> pause(Duration length, std::stop_token stop) override;

    std::string current = base;
    std::string booted = base;
    std::string standard = base;     ///< The profile.
    std::string boot_default = base; ///< What the boot loader starts.
    std::string boot_once{};
    std::string asked_for{}; ///< What the loader was last told to start once.
    bool next_boots = true;
    bool next_has_failed_units = false;
    std::vector<std::string> log{}; ///< "test /nix/store/1111-next", "boot …", "restart".
    int calls = 0;
    int killed_at = 0; ///< The call that ends its process; 0 is none.
    bool is_power_cut = false;

private:
    void count();
    void boot();
    void run_due_jobs();
    void run_job(const std::string& name);
    void install_loader();

    bool has_grub_;
    sim::MemoryFiles files_{};
    Duration time_ = std::chrono::seconds(100);
    Duration boot_time_ = std::chrono::seconds(0);
    int boots_ = 1;
    std::string trial_profile_{};
    bool loader_has_trial_ = false;
    bool restarts_ = false;
    std::map<std::string, Duration> jobs_{}; ///< When they begin.
};

} // namespace ducksnest::deploy::testing
