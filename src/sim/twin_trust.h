#pragma once

#include "sim/twin_ground.h"

namespace ducksnest::sim {

/// The PKI of one run with everything done when it happens: a machine that boots decrypts its files
/// at that moment, two that meet shake hands with the keys they have opened.
class LiveTrust final : public Trust {
public:
    /// Both must outlive it.
    LiveTrust(const TwinGround& ground, Parallel& parallel);

    Result<std::size_t> open_secrets(NodeIndex node) override;
    const std::vector<EdgeEnds>& edges() const override { return ground_->edges(); }
    std::string describe_edge(std::size_t edge) const override;
    Result<void> shake_hands(std::size_t edge, Instant now) override;
    std::optional<Instant> expires(NodeIndex node) const override { return ground_->expires(node); }
    ForbiddenEdges forbidden() override;

    /// Opens every node's files and shakes hands along every edge, at once and in parallel; fails
    /// with the first that does not work. Afterwards `opened` is complete.
    Result<void> prove(Instant now);
    const TwinGround& ground() const { return *ground_; }
    /// By node, then the operator's.
    const std::vector<TwinGround::Keys>& opened() const { return opened_; }

private:
    const Secret* key_of(const std::string& certificate) const;
    Result<void> open_operators();

    const TwinGround* ground_;
    Parallel* parallel_;
    std::vector<TwinGround::Keys> opened_{};
    Instant now_{};
};

/// The PKI of many runs: what one LiveTrust has proved once holds for every seed, as long as the
/// certificates are valid. Only reads, so that all threads may share what it stands on.
class ProvenTrust final : public Trust {
public:
    /// `live` must have proved everything and outlive it; so must `needles`.
    ProvenTrust(const LiveTrust& live, const Needles& needles)
        : live_(&live)
        , needles_(&needles) {}

    Result<std::size_t> open_secrets(NodeIndex node) override {
        return live_->opened()[node].size();
    }
    const std::vector<EdgeEnds>& edges() const override { return live_->edges(); }
    std::string describe_edge(std::size_t edge) const override {
        return live_->describe_edge(edge);
    }
    Result<void> shake_hands(std::size_t edge, Instant now) override;
    std::optional<Instant> expires(NodeIndex node) const override { return live_->expires(node); }
    const Needles* needles() const override { return needles_; }

private:
    const LiveTrust* live_;
    const Needles* needles_;
};

} // namespace ducksnest::sim
