#pragma once

#include "app/context.h"
#include "model/homelab.h"
#include "ports/secret_values.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

/// What the verbs about machines in the cloud share.
namespace ducksnest::app {

/// A machine whose host key must be there before it is: a node of an AWS site, or a slot for a
/// replacement.
struct CloudHost {
    std::string name{};
    std::string region{};
    std::optional<std::string> host_key{}; ///< As homelab.toml has it; a slot's stands nowhere.
    bool is_slot = false;
};

/// Nodes first, both in order.
std::vector<CloudHost> cloud_hosts(const model::Homelab& homelab);

/// Those that the arguments name, all of them without arguments. `not_found` for a name that is no
/// such machine, and when the homelab has none.
Result<std::vector<CloudHost>> chosen_hosts(Context& context, const model::Homelab& homelab);

enum class HostSecret : std::uint8_t { ssh_host_key, tailnet_key };

/// "ducksnest/hosts/standby-1/ssh-host-key": as the Terraform module names its entries.
std::string secret_name(std::string_view homelab, std::string_view host, HostSecret kind);

/// Whether two lines are the same public key, whatever their comments say.
bool is_same_key(std::string_view a, std::string_view b);

/// Secrets Manager of each region, opened once.
class RegionalSecrets {
public:
    explicit RegionalSecrets(Context& context)
        : context_(context) {}
    Result<SecretValues*> of(const std::string& region);

private:
    Context& context_;
    std::map<std::string, std::unique_ptr<SecretValues>> opened_{};
};

} // namespace ducksnest::app
