#include "deploy/boot_once.h"

#include "base/text.h"
#include "deploy/node_paths.h"
#include "deploy/run.h"

#include <fmt/format.h>

#include <optional>

namespace ducksnest::deploy {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 5min;

constexpr std::string_view loader_entries = "/boot/loader/entries";
constexpr std::string_view grub_configuration = "/boot/grub/grub.cfg";
constexpr std::string_view grub_environment = "/boot/grub/grubenv";

std::string trial_profile() {
    return fmt::format("{}/{}", trial_profiles, trial_profile_name);
}

/// Names as NixOS's systemd-boot-builder gives them: "nixos-<profile>-generation-<number>.conf".
std::optional<std::string> systemd_boot_entry(NodeSystem& system) {
    const std::string begin = fmt::format("nixos-{}-generation-", trial_profile_name);
    for (const std::string& name : system.names(std::string(loader_entries))) {
        if (name.starts_with(begin) && name.ends_with(".conf") &&
            !name.contains("-specialisation-")) {
            return name;
        }
    }
    return std::nullopt;
}

/// The title of the profile's submenu: "NixOS - Profile 'ducksnest_trial'". Its first entry, number
/// 0, is the newest generation; there is only one.
Result<std::optional<std::string>> grub_entry(Files& files) {
    const auto text = TRY(files.read(std::string(grub_configuration)));
    if (!text || !as_text(*text).contains("${next_entry}")) {
        return std::nullopt; // no GRUB, or one that would not forget the entry after one boot
    }
    const std::string end = fmt::format(" - Profile '{}'", trial_profile_name);
    for (const std::string_view line : split(as_text(*text), '\n')) {
        const std::size_t begin = line.find("submenu \"");
        if (begin == std::string_view::npos) {
            continue;
        }
        const std::string_view title = line.substr(begin + 9);
        const std::string_view name = title.substr(0, title.find('"'));
        if (name.ends_with(end)) {
            return std::string(name) + ">0";
        }
    }
    return std::nullopt;
}

} // namespace

Result<void>
boot_once(const BootDoors& doors, const std::string& system, const std::string& previous) {
    TRY(forget_boot_once(doors));
    TRY(run(
        doors.commands, {.words = {"mkdir", "-p", std::string(trial_profiles)}, .timeout = patience}
    ));
    TRY(run(
        doors.commands,
        {.words = {"nix-env", "--profile", trial_profile(), "--set", system}, .timeout = patience}
    ));
    // Writes the loader's entries anew, for this profile too; the default stays `previous`.
    TRY(
        run(doors.commands,
            {.words = {previous + "/bin/switch-to-configuration", "boot"}, .timeout = patience})
    );
    if (const auto entry = systemd_boot_entry(doors.system)) {
        return run(
            doors.commands, {.words = {"bootctl", "set-oneshot", *entry}, .timeout = patience}
        );
    }
    if (const auto entry = TRY(grub_entry(doors.files))) {
        return run(
            doors.commands,
            {.words =
                 {"grub-editenv", std::string(grub_environment), "set", "next_entry=" + *entry},
             .timeout = patience}
        );
    }
    return fail(
        ErrorCode::unsupported,
        "the boot loader did not take the new system up",
        "systemd-boot and GRUB on `/boot` are known; deploy with `--restart never`"
    );
}

Result<void> forget_boot_once(const BootDoors& doors) {
    if (systemd_boot_entry(doors.system)) {
        // An empty name removes the EFI variable.
        TRY(run(doors.commands, {.words = {"bootctl", "set-oneshot", ""}, .timeout = patience}));
    } else if (TRY(grub_entry(doors.files))) {
        TRY(
            run(doors.commands,
                {.words = {"grub-editenv", std::string(grub_environment), "unset", "next_entry"},
                 .timeout = patience})
        );
    }
    std::vector<std::string> links;
    for (const std::string& name : doors.system.names(std::string(trial_profiles))) {
        if (name.starts_with(trial_profile_name)) {
            links.push_back(fmt::format("{}/{}", trial_profiles, name));
        }
    }
    if (!links.empty()) {
        links.insert(links.begin(), {"rm", "-f"});
        TRY(run(doors.commands, {.words = links, .timeout = patience}));
    }
    return {};
}

} // namespace ducksnest::deploy
