#include "deploy/testing/fake_node.h"

#include "deploy/node_paths.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::deploy::testing {
namespace {

constexpr std::string_view trial_entry = "nixos-ducksnest_trial-generation-1.conf";

} // namespace

FakeNode::FakeNode(bool has_grub)
    : has_grub_(has_grub) {}

void FakeNode::count() {
    if (++calls == killed_at) {
        throw Killed{is_power_cut};
    }
}

bool FakeNode::process(const std::function<void(Activation& activation)>& work) {
    bool ended = true;
    Activation activation(
        {.files = files_, .commands = *this, .launcher = *this, .system = *this, .timer = *this},
        "/bin/ducksnest"
    );
    try {
        work(activation);
    } catch (const Killed& killed) {
        ended = false;
        if (killed.is_power_cut) {
            pull_plug();
        }
    }
    if (std::exchange(restarts_, false)) {
        pull_plug();
    }
    return ended;
}

void FakeNode::pull_plug() {
    jobs_.clear();
    ++boots_;
    time_ += std::chrono::seconds(20);
    boot_time_ = time_;
    const std::string once = std::exchange(boot_once, "");
    booted = once.empty() ? boot_default : trial_profile_;
    if (booted == next && !next_boots) {
        booted = boot_default; // the kernel panics, and the machine starts again
    }
    current = booted;
    log.push_back("boot " + booted);
    // A unit of systemd, which starts it again when it was killed.
    while (!process([](Activation& activation) {
        const Result<void> done = activation.resume();
        CHECK(done);
    })) {
    }
}

void FakeNode::pass(Duration length) {
    const Duration end = time_ + length;
    while (time_ < end) {
        time_ += Duration(100);
        run_due_jobs();
    }
}

void FakeNode::run_due_jobs() {
    const auto due = [&] {
        return std::ranges::find_if(jobs_, [&](const auto& job) { return job.second <= time_; });
    };
    // A job may start others, end them, or restart the machine.
    for (auto job = due(); job != jobs_.end(); job = due()) {
        const std::string name = job->first;
        jobs_.erase(job);
        run_job(name);
    }
}

void FakeNode::run_job(const std::string& name) {
    process([&](Activation& activation) {
        const Result<void> ignored = name == "switch"    ? activation.work_switch()
                                     : name == "confirm" ? activation.work_confirm()
                                     : name == "revert"  ? activation.work_revert()
                                                         : activation.work_deadline();
    });
}

void FakeNode::install_loader() {
    loader_has_trial_ = !trial_profile_.empty();
    if (has_grub_) {
        std::string menu = "if [ \"${next_entry}\" ]; then\n";
        menu += loader_has_trial_
                    ? "submenu \"NixOS - Profile 'ducksnest_trial'\" --class submenu {\n"
                    : "";
        const ByteView bytes = as_bytes(menu);
        REQUIRE(files_.write("/boot/grub/grub.cfg", {.bytes = Bytes(bytes.begin(), bytes.end())}));
    }
}

Result<CommandResult> FakeNode::run(const CommandLine& line) {
    count();
    const std::vector<std::string>& words = line.words;
    const std::string& program = words[0];
    if (program.ends_with("/bin/switch-to-configuration")) {
        const std::string system = program.substr(0, program.find("/bin/"));
        log.push_back(words[1] + " " + system);
        if (words[1] != "boot") {
            current = system;
            count(); // killed in the middle
        }
        if (words[1] != "test") {
            install_loader();
            count();
            boot_default = system;
        }
        const bool fails = system == next && next_has_failed_units && words[1] == "test";
        return CommandResult{.exit = fails ? 4 : 0, .err = fails ? "failed units: duck" : ""};
    }
    if (program == "nix-env") {
        (words[2] == system_profile ? standard : trial_profile_) = words[4];
    } else if (program == "bootctl") {
        boot_once = words[2];
    } else if (program == "grub-editenv") {
        boot_once = words[2] == "set" ? words[3] : "";
        asked_for = boot_once.empty() ? asked_for : boot_once;
    } else if (program == "rm") {
        trial_profile_.clear();
    } else if (program == "systemctl") {
        restarts_ = true;
    }
    count(); // its effect was had, and nobody was left to hear of it
    return CommandResult{};
}

std::unexpected<Error> FakeNode::become(const CommandLine& line) {
    return fail(ErrorCode::unsupported, line.words[0]);
}

Result<void> FakeNode::launch(const Job& job) {
    count();
    jobs_[job.name] = time_ + job.delay;
    count();
    return {};
}

Result<void> FakeNode::cancel(const std::string& name) {
    count();
    jobs_.erase(name);
    return {};
}

Result<BootMoment> FakeNode::now() {
    count();
    return BootMoment{.boot_id = fmt::format("boot-{}", boots_), .since_boot = time_ - boot_time_};
}

std::optional<std::string> FakeNode::resolve(const std::string& path) {
    const std::map<std::string_view, std::string> links = {
        {current_system, current}, {booted_system, booted}, {system_profile, standard}
    };
    if (const auto found = links.find(path); found != links.end()) {
        return found->second;
    }
    const bool is_ours = path.starts_with(base) || path.starts_with(next);
    const bool is_there = is_ours && !path.ends_with("/etc/hostname");
    return is_there ? std::optional(path) : std::nullopt;
}

std::vector<std::string> FakeNode::names(const std::string& folder) {
    if (folder == "/boot/loader/entries" && loader_has_trial_ && !has_grub_) {
        return {"nixos-generation-1.conf", std::string(trial_entry)};
    }
    if (folder == trial_profiles && !trial_profile_.empty()) {
        return {"ducksnest_trial", "ducksnest_trial-1-link"};
    }
    return {};
}

Result<void> FakeNode::pause(Duration length, std::stop_token stop) {
    if (stop.stop_requested()) {
        return fail(ErrorCode::interrupted, "stopped");
    }
    count();
    time_ += length;
    run_due_jobs();
    return {};
}

} // namespace ducksnest::deploy::testing
