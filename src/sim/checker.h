#pragma once

#include "base/secret.h"
#include "sim/world.h"

#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::sim {

/// Judges a world from outside, by its ground truth. It never touches the world.
class Checker {
public:
    virtual ~Checker() = default;
    /// "one place": stands in the report of a red seed.
    virtual std::string_view name() const = 0;
    /// Called after every event that changed something; says what is broken, or nothing.
    virtual std::optional<std::string> check(const World& world) = 0;
};

/// The first thing that was broken in a run.
struct Violation {
    Duration at{};
    std::string checker{};
    std::string what{};
};

/// Text that no event may ever show: pieces of private keys. Wiped when they go.
class Needles {
public:
    /// At least 12 bytes.
    void add(std::string_view needle);
    /// Whether any of them occurs in a text.
    bool found_in(std::string_view text) const;

private:
    std::vector<Secret> needles_{};
    /// By their first two bytes: whether any needle starts so. Most bytes need no closer look.
    std::vector<bool> starts_ = std::vector<bool>(65'536, false);
};

/// All checkers, each with its own memory.
class Checkers {
public:
    /// `needles` may be null and must outlive the checkers otherwise.
    explicit Checkers(const Needles* needles);

    /// Looks when the world has changed since the last look; keeps the first violation.
    void observe(const World& world);
    const std::optional<Violation>& violation() const { return violation_; }

private:
    std::vector<std::unique_ptr<Checker>> checkers_{};
    std::optional<Violation> violation_{};
    std::uint64_t revision_ = 0;
};

/// The checkers of what stands where: one place, allocatable, anti-affinity, stable names, taints.
std::vector<std::unique_ptr<Checker>> placement_checkers();
/// The checkers of what happens when: writers, leases, evictions, the dark zone.
std::vector<std::unique_ptr<Checker>> conduct_checkers();

} // namespace ducksnest::sim
