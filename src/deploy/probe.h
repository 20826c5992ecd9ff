#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/commands.h"
#include "ports/http.h"

#include <functional>
#include <memory>
#include <string>
#include <vector>

namespace ducksnest::deploy {

/// What is looked at on a node before its new system is confirmed.
struct ProbeRequest {
    std::vector<std::string> units{};     ///< That have to be active.
    std::string api{};                    ///< URL of the API server as the node reaches it.
    std::string authorities{};            ///< File of the authority that signed its certificate.
    std::vector<std::string> addresses{}; ///< Nodes to which a full-sized packet must get.
};

/// One look and what it showed.
struct Probe {
    std::string name{}; ///< "unit kubelet", "api", "data path to 10.20.1.10".
    bool is_good = false;
    std::string detail{};

    bool operator==(const Probe&) const = default;
};

struct ProbeDoors {
    Commands& commands;
    std::function<std::unique_ptr<Http>(HttpOptions options)> open_http;
    std::function<Result<std::string>(const std::string& path)> read_file;
};

/// Bytes of an IPv4 packet that must get from node to node in one piece: the tailnet's MTU
/// (tailscale.com/kb/1257/connection-types, "MTU 1280").
inline constexpr int packet_bytes = 1280;

/// Never fails: what cannot be looked at is not good.
std::vector<Probe> probe_node(const ProbeDoors& doors, const ProbeRequest& request);

/// `{"name": …, "good": …, "detail": …}`.
Json to_json(const Probe& probe);
Json to_json(const std::vector<Probe>& probes);
Result<std::vector<Probe>> parse_probes(const Json& json);

} // namespace ducksnest::deploy
