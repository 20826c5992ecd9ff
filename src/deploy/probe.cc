#include "deploy/probe.h"

#include "base/text.h"

#include <fmt/format.h>

namespace ducksnest::deploy {
namespace {

using namespace std::chrono_literals;

constexpr Duration patience = 10s;

/// IPv4's and ICMP's own bytes (RFC 791, RFC 792).
constexpr int header_bytes = 20 + 8;

std::string first_line(std::string_view text) {
    return std::string(text.substr(0, text.find('\n')));
}

/// systemctl(1), "is-active": one line for each unit.
std::vector<Probe> probe_units(Commands& commands, const std::vector<std::string>& units) {
    if (units.empty()) {
        return {};
    }
    CommandLine line{.words = {"systemctl", "is-active"}, .timeout = patience};
    for (const std::string& unit : units) {
        line.words.push_back(unit + ".service");
    }
    const Result<CommandResult> said = commands.run(line);
    const std::string text = said ? said->out : "";
    const std::vector<std::string_view> states = split(text, '\n');
    std::vector<Probe> probes;
    for (std::size_t i = 0; i < units.size(); ++i) {
        const std::string state(i < states.size() ? states[i] : "");
        probes.push_back(
            {.name = "unit " + units[i],
             .is_good = state == "active",
             .detail = said ? (state.empty() ? "unknown" : state) : describe(said.error())}
        );
    }
    return probes;
}

/// Any answer will do: without a certificate of ours the server says 401 to everybody.
Probe probe_api(const ProbeDoors& doors, const ProbeRequest& request) {
    Probe probe{.name = "api"};
    Result<std::string> authorities = doors.read_file(request.authorities);
    if (!authorities) {
        probe.detail = describe(authorities.error());
        return probe;
    }
    const std::unique_ptr<Http> http =
        doors.open_http({.authorities = *std::move(authorities), .connect_timeout = patience});
    const Result<HttpResponse> answer =
        http->send({.url = request.api + "/readyz", .deadline = patience});
    probe.is_good = answer && (answer->is_success() || answer->status == 401);
    probe.detail =
        answer ? fmt::format("{} says {}", request.api, answer->status) : describe(answer.error());
    return probe;
}

/// ping(8): "-M do" forbids fragments on the whole path.
Probe probe_path(Commands& commands, const std::string& address) {
    const Result<CommandResult> said = commands.run(
        {.words =
             {"ping",
              "-n",
              "-q",
              "-c",
              "1", // one that is lost by chance is tried again with the next look
              "-W",
              "2",
              "-M",
              "do",
              "-s",
              fmt::format("{}", packet_bytes - header_bytes),
              address},
         .timeout = patience}
    );
    Probe probe{.name = "data path to " + address};
    probe.is_good = said && said->is_success();
    if (probe.is_good) {
        probe.detail = fmt::format("{} bytes in one piece", packet_bytes);
    } else if (said) {
        probe.detail = fmt::format("{} bytes do not get there", packet_bytes);
        if (!said->err.empty()) {
            probe.detail += ": " + first_line(said->err);
        }
    } else {
        probe.detail = describe(said.error());
    }
    return probe;
}

} // namespace

std::vector<Probe> probe_node(const ProbeDoors& doors, const ProbeRequest& request) {
    std::vector<Probe> probes = probe_units(doors.commands, request.units);
    if (!request.api.empty()) {
        probes.push_back(probe_api(doors, request));
    }
    for (const std::string& address : request.addresses) {
        probes.push_back(probe_path(doors.commands, address));
    }
    return probes;
}

Json to_json(const Probe& probe) {
    return Json::object({{"name", probe.name}, {"good", probe.is_good}, {"detail", probe.detail}});
}

Json to_json(const std::vector<Probe>& probes) {
    Json::Array items;
    for (const Probe& probe : probes) {
        items.push_back(to_json(probe));
    }
    return Json::object({{"schema", "ducksnest.probes/1"}, {"probes", std::move(items)}});
}

Result<std::vector<Probe>> parse_probes(const Json& json) {
    const Json* schema = json.find("schema");
    const Json* items = json.find("probes");
    if (schema == nullptr || *schema != Json("ducksnest.probes/1") || items == nullptr ||
        items->as_array() == nullptr) {
        return fail(ErrorCode::corrupt, "the node's answer is not of schema `ducksnest.probes/1`");
    }
    std::vector<Probe> probes;
    for (const Json& item : *items->as_array()) {
        const Json* name = item.find("name");
        const Json* good = item.find("good");
        const Json* detail = item.find("detail");
        if (name == nullptr || name->as_string() == nullptr || good == nullptr ||
            good->as_bool() == nullptr || detail == nullptr || detail->as_string() == nullptr) {
            return fail(ErrorCode::corrupt, "a probe lacks its name, result or detail");
        }
        probes.push_back(
            {.name = *name->as_string(), .is_good = *good->as_bool(), .detail = *detail->as_string()
            }
        );
    }
    return probes;
}

} // namespace ducksnest::deploy
