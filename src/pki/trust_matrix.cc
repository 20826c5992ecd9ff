#include "pki/trust_matrix.h"

#include "pki/peer_check.h"

#include <map>
#include <optional>
#include <set>
#include <tuple>

namespace ducksnest::pki {

namespace {

/// One question to OpenSSL. Many edges ask the same one: five hundred kubelets dial one API server.
struct Question {
    const Certificate* presented = nullptr;
    Authority trusted = Authority::cluster;
    Role role = Role::client;
    std::string_view server_name{};

    auto operator<=>(const Question&) const = default;
};

const Certificate* find(const Store& store, const std::string& name) {
    const auto found = store.certificates.find(name);
    return found == store.certificates.end() ? nullptr : &found->second;
}

using Bundles = std::map<Authority, std::vector<Certificate>>;

Bundles bundles_of(const Store& store) {
    Bundles bundles;
    for (const auto& [authority, certificates] : store.authorities) {
        bundles.emplace(authority, certificates.trusted());
    }
    return bundles;
}

/// Asks each question once, all of them in parallel.
class Answers {
public:
    void ask(const Question& question) { answers_.try_emplace(question); }

    void find_out(const Bundles& bundles, Instant now, Parallel& parallel) {
        std::vector<std::map<Question, std::string>::value_type*> open;
        for (auto& answer : answers_) {
            open.push_back(&answer);
        }
        parallel.for_each(open.size(), [&](std::size_t index) {
            const Question& question = open[index]->first;
            const Result<void> checked = check_peer({
                .presented = *question.presented,
                .trusted = bundles.at(question.trusted),
                .role = question.role,
                .server_name = question.server_name,
                .now = now,
            });
            open[index]->second = checked.has_value() ? std::string() : checked.error().message;
        });
    }

    const std::string& why_not(const Question& question) const { return answers_.at(question); }

private:
    std::map<Question, std::string> answers_{};
};

} // namespace

std::vector<BrokenEdge> check_edges(
    const std::vector<TrustEdge>& edges,
    const Store& client_side,
    const Store& server_side,
    Instant now,
    Parallel& parallel
) {
    struct Pair {
        const TrustEdge* edge = nullptr;
        Question about_server{};
        Question about_client{};
    };
    Answers clients_ask;
    Answers servers_ask;
    std::vector<Pair> pairs;
    for (const TrustEdge& edge : edges) {
        const Certificate* client = find(client_side, edge.client);
        const Certificate* server = find(server_side, edge.server);
        if (client == nullptr || server == nullptr) {
            continue;
        }
        pairs.push_back(
            {.edge = &edge,
             .about_server = {server, edge.client_trusts, Role::server, edge.server_name},
             .about_client = {client, edge.server_trusts, Role::client, {}}}
        );
        clients_ask.ask(pairs.back().about_server);
        servers_ask.ask(pairs.back().about_client);
    }
    clients_ask.find_out(bundles_of(client_side), now, parallel);
    servers_ask.find_out(bundles_of(server_side), now, parallel);
    std::vector<BrokenEdge> broken;
    for (const Pair& pair : pairs) {
        const std::string& by_client = clients_ask.why_not(pair.about_server);
        const std::string& by_server = servers_ask.why_not(pair.about_client);
        if (!by_client.empty() || !by_server.empty()) {
            broken.push_back(
                {.client = pair.edge->client,
                 .server = pair.edge->server,
                 .why = by_client.empty()
                            ? "the server refuses the client's certificate: " + by_server
                            : "the client refuses the server's certificate: " + by_client}
            );
        }
    }
    return broken;
}

Result<void> check_transition(
    const Request& request, const Store& before, const Store& after, Parallel& parallel
) {
    for (const Store* client_side : {&before, &after}) {
        for (const Store* server_side : {&before, &after}) {
            const std::vector<BrokenEdge> broken =
                check_edges(request.plan.edges, *client_side, *server_side, request.now, parallel);
            if (!broken.empty()) {
                return fail(
                    ErrorCode::conflict,
                    "`" + broken.front().client + "` could not reach `" + broken.front().server +
                        "` during this step: " + broken.front().why,
                    "run `ducksnest certs renew` first"
                );
            }
        }
    }
    return {};
}

} // namespace ducksnest::pki
