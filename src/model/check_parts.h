#pragma once

#include "diag/diagnostic.h"
#include "model/homelab.h"

#include <fmt/format.h>

#include <map>
#include <string>
#include <vector>

/// The themes of `check`, one file each. Every part appends what it finds.
namespace ducksnest::model {

using Diagnostics = std::vector<diag::Diagnostic>;

void check_names(const Homelab& homelab, Diagnostics& out);      ///< check_names.cc
void check_ranges(const Homelab& homelab, Diagnostics& out);     ///< check_ranges.cc
void check_mtu(const Homelab& homelab, Diagnostics& out);        ///< check_mtu.cc
void check_interfaces(const Homelab& homelab, Diagnostics& out); ///< check_interfaces.cc
void check_addresses(const Homelab& homelab, Diagnostics& out);  ///< check_addresses.cc
void check_sites(const Homelab& homelab, Diagnostics& out);      ///< check_sites.cc
void check_nodes(const Homelab& homelab, Diagnostics& out);      ///< check_nodes.cc
void check_keys(const Homelab& homelab, Diagnostics& out);       ///< check_keys.cc
void check_recovery(const Homelab& homelab, Diagnostics& out);   ///< check_recovery.cc
void check_storage(const Homelab& homelab, Diagnostics& out);    ///< check_storage.cc
void check_apps(const Homelab& homelab, Diagnostics& out);       ///< check_apps.cc

/// Reports every value that was there before, with a note where. `what` is the message's start:
/// "address `10.0.0.1`".
class Unique {
public:
    Unique(Diagnostics& out, std::string code, std::string help)
        : out_(out)
        , code_(std::move(code))
        , help_(std::move(help)) {}

    /// False when `value` was added before.
    bool add(const std::string& value, const diag::Span& span, const std::string& what) {
        const auto [first, added] = seen_.emplace(value, span);
        if (!added) {
            out_.push_back({
                .code = code_,
                .message = fmt::format("{} is used twice", what),
                .primary = {span, "the second"},
                .notes = {{"it is used here first", {first->second, ""}}},
                .help = {help_},
            });
        }
        return added;
    }

private:
    Diagnostics& out_;
    std::string code_;
    std::string help_;
    std::map<std::string, diag::Span> seen_{};
};

} // namespace ducksnest::model
