#pragma once

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// The registry of diagnostic codes. A code keeps its meaning for ever: a check that goes leaves
/// its number unused. E: the file cannot be used; W: it can. 01 syntax and schema, 02 names and
/// references, 03 network, 04 nodes, keys and certificates, 05 capacity and database, 06 recovery
/// and money.
namespace ducksnest::model {

struct Code {
    std::string_view id{};
    std::string_view title{};
    std::string_view text{};  ///< One paragraph: what is wrong, and why it matters.
    std::string_view wrong{}; ///< Lines of homelab.toml.
    std::string_view right{};
};

/// All codes, by group and number.
std::vector<Code> codes();

/// Takes any case; nothing when there is no such code.
std::optional<Code> find_code(std::string_view id);

/// What `ducksnest explain` prints.
std::string explain(const Code& code);

std::span<const Code> syntax_codes();   ///< codes_syntax.cc
std::span<const Code> name_codes();     ///< codes_names.cc
std::span<const Code> network_codes();  ///< codes_network.cc
std::span<const Code> node_codes();     ///< codes_nodes.cc
std::span<const Code> capacity_codes(); ///< codes_capacity.cc
std::span<const Code> recovery_codes(); ///< codes_recovery.cc

} // namespace ducksnest::model
