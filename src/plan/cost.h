#pragma once

#include "model/homelab.h"
#include "plan/cloud.h"

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::plan {

/// One line of the bill.
struct CostItem {
    std::string what{};  ///< "instance control-plane".
    std::string basis{}; ///< How it comes about: "t3.medium, 730 h x 0.052 USD".
    std::optional<model::MicroUsd> monthly{}; ///< Nothing: the price is unknown.

    bool operator==(const CostItem&) const = default;
};

/// What replacements of lost machines may cost.
struct EmergencyCost {
    std::int64_t machines = 0;
    std::string instance{};     ///< The dearest offer.
    model::MicroUsd hourly = 0; ///< All of them running: instances, disks and addresses.
    std::string basis{};
    model::MicroUsd monthly_max = 0; ///< The budget of `[dr]`, which is never passed.
    bool is_complete = true;         ///< False: the disks' price is unknown and not in `hourly`.

    bool operator==(const EmergencyCost&) const = default;
};

/// Where the prices of one region come from.
struct PriceReading {
    std::string region{};
    std::string as_of{}; ///< "2026-10-01"; empty: there are none.

    bool operator==(const PriceReading&) const = default;
};

/// What a homelab costs while nothing is wrong, and what an outage adds. Taxes, support plans and
/// discounts are not in it.
struct Cost {
    std::vector<CostItem> items{};
    model::MicroUsd monthly = 0; ///< Of the items whose price is known.
    bool is_complete = true;     ///< Whether that is all of them.
    std::optional<EmergencyCost> emergency{};
    std::vector<PriceReading> readings{}; ///< Sorted by region.
    std::vector<std::string> notes{};     ///< Differences worth knowing, as sentences.

    bool operator==(const Cost&) const = default;
};

/// Sizes of buckets and traffic are assumed; each item's basis says what. Without a cloud nothing
/// is rented.
Cost estimate_cost(const model::Homelab& homelab, const std::optional<Cloud>& cloud);

/// "0.052", "37.96": as few digits as the amount needs, at least two behind the point.
std::string usd_text(model::MicroUsd amount);

} // namespace ducksnest::plan
