#pragma once

#include "plan/plan.h"
#include "render/json_stream.h"

#include <span>
#include <string_view>

namespace ducksnest::render {

/// How much of a node is written.
enum class Detail : std::uint8_t {
    own,        ///< What its profile does not say; units, files and certificates keyed by name.
    everything, ///< The profile's share too, as lists, units in start order.
};

/// One object; the node's own name is in it only with Detail::everything.
void write_node(
    JsonStream& json, const plan::Plan& plan, const plan::NodePlan& node, Detail detail
);
/// What is true for the whole cluster, as one object.
void write_cluster(JsonStream& json, const plan::Plan& plan);

/// The member `units` or `files`: an object keyed by name or path, without those in `known`.
void write_units(
    JsonStream& json,
    std::span<const plan::Shared<plan::Unit>> units,
    std::span<const plan::Shared<plan::Unit>> known
);
void write_files(
    JsonStream& json,
    std::span<const plan::Shared<plan::ConfigFile>> files,
    std::span<const plan::Shared<plan::ConfigFile>> known
);
/// The member `certificates`: those below a folder ("nodes/firebat/"), keyed by the rest of their
/// name.
void write_certificates(JsonStream& json, const pki::TrustPlan& trust, std::string_view folder);

} // namespace ducksnest::render
