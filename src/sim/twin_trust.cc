#include "sim/twin_trust.h"

#include <fmt/format.h>

namespace ducksnest::sim {

LiveTrust::LiveTrust(const TwinGround& ground, Parallel& parallel)
    : ground_(&ground)
    , parallel_(&parallel)
    , opened_(ground.node_count() + 1) {}

Result<std::size_t> LiveTrust::open_secrets(NodeIndex node) {
    opened_[node] = TRY(ground_->open(node));
    return opened_[node].size();
}

Result<void> LiveTrust::open_operators() {
    if (opened_.back().empty()) {
        opened_.back() = TRY(ground_->open_as_operator());
    }
    return {};
}

std::string LiveTrust::describe_edge(std::size_t edge) const {
    return fmt::format("`{}` to `{}`", ground_->edge(edge).client, ground_->edge(edge).server);
}

const Secret* LiveTrust::key_of(const std::string& certificate) const {
    for (const TwinGround::Keys& keys : opened_) {
        const auto found = keys.find(certificate);
        if (found != keys.end()) {
            return &found->second;
        }
    }
    return nullptr;
}

Result<void> LiveTrust::shake_hands(std::size_t edge, Instant now) {
    now_ = now;
    TRY(open_operators());
    const pki::TrustEdge& trust = ground_->edge(edge);
    const Secret* client = key_of(trust.client);
    const Secret* server = key_of(trust.server);
    if (client == nullptr || server == nullptr) {
        return fail(
            ErrorCode::denied,
            fmt::format(
                "nobody has opened the key of `{}`", client == nullptr ? trust.client : trust.server
            )
        );
    }
    return ground_->shake_hands(edge, *client, *server, now);
}

ForbiddenEdges LiveTrust::forbidden() {
    if (!open_operators()) {
        return {};
    }
    const auto key = [&](const std::string& certificate) { return key_of(certificate); };
    return ground_->try_forbidden(key, now_, *parallel_);
}

Result<void> LiveTrust::prove(Instant now) {
    now_ = now;
    for (NodeIndex node = 0; node < ground_->node_count(); ++node) {
        TRY(open_secrets(node));
    }
    TRY(open_operators());
    std::vector<std::optional<Error>> errors(edges().size());
    parallel_->for_each(edges().size(), [&](std::size_t edge) {
        const Secret* client = key_of(ground_->edge(edge).client);
        const Secret* server = key_of(ground_->edge(edge).server);
        const Result<void> shaken =
            client == nullptr || server == nullptr
                ? fail(ErrorCode::denied, "nobody can open the key of one of its ends")
                : ground_->shake_hands(edge, *client, *server, now);
        if (!shaken) {
            errors[edge] = shaken.error();
        }
    });
    for (std::size_t edge = 0; edge < errors.size(); ++edge) {
        if (errors[edge]) {
            errors[edge]->context.push_back("handshake " + describe_edge(edge));
            return std::unexpected(std::move(*errors[edge]));
        }
    }
    return {};
}

Result<void> ProvenTrust::shake_hands(std::size_t edge, Instant now) {
    const EdgeEnds& ends = live_->edges()[edge];
    for (const std::vector<NodeIndex>* end : {&ends.client, &ends.server}) {
        for (const NodeIndex node : *end) {
            const std::optional<Instant> expires = live_->expires(node);
            if (expires && now > *expires) {
                return fail(ErrorCode::denied, "a certificate has expired");
            }
        }
    }
    return {};
}

} // namespace ducksnest::sim
