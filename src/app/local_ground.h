#pragma once

#include "app/context.h"
#include "local/ground.h"

#include <memory>
#include <optional>
#include <string>

namespace ducksnest::app {

/// The folder of a homelab's local ground: below the state folder.
Result<std::string> local_folder(Context& context, const std::string& homelab);

/// A homelab's local ground on this machine, up or not; the doors that starting and stopping need.
class LocalGround {
public:
    LocalGround(Context& context, std::string folder);

    const std::string& folder() const { return folder_; }
    const local::GroundDoors& doors() const { return doors_; }
    /// Of a ground that is up, or was when something ended it the hard way.
    Result<std::optional<local::GroundState>> state() const { return local::read_state(*files_); }

private:
    std::string folder_;
    std::unique_ptr<Files> files_;
    local::GroundDoors doors_;
};

/// Where the programs of this plan's control plane are: where `./x fetch` and tools/kubernetes.sh
/// have put the pinned version, else on PATH. `not_found` names those that are nowhere.
Result<std::map<std::string, std::string>> find_programs(Context& context, const plan::Plan& plan);

} // namespace ducksnest::app
