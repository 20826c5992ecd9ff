#include "plan/cost.h"

#include "base/text.h"
#include "plan/pipeline.h"
#include "plan/prices.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::plan {
namespace {

using model::MicroUsd;

/// What one cannot know before it is measured. `ducksnest cache stats` measures the first two.
constexpr std::int64_t first_closure_gigabytes = 2;
constexpr std::int64_t kept_generation_megabytes = 250; ///< Of one node; most paths are shared.
constexpr std::int64_t state_gigabytes = 1;             ///< Terraform's; some hundred kilobytes.
constexpr std::int64_t log_megabytes_daily = 50;        ///< Of one node, compressed.
constexpr std::int64_t egress_gigabytes = 30; ///< Closures to own hardware, the API to its nodes.
constexpr std::int64_t heartbeats_per_month = 87'600; ///< Of one node: one in 30 seconds.
/// A price in homelab.toml that differs by more than this from the list's is pointed out.
constexpr std::int64_t price_difference_percent = 5;

std::string counted(std::int64_t count, std::string_view noun) {
    return count_of(static_cast<std::size_t>(count), noun);
}

class Bill {
public:
    Bill(const model::Homelab& homelab, const Cloud& cloud)
        : homelab_(homelab)
        , cloud_(cloud)
        , prices_(find_prices(cloud.region)) {
        cost_.readings.push_back(
            {cloud.region, prices_ == nullptr ? "" : std::string(prices_->as_of)}
        );
    }

    Cost take() {
        for (const CloudInstance& instance : cloud_.instances) {
            add_instance(instance);
        }
        for (const Bucket& bucket : cloud_.buckets) {
            const auto [gigabytes, why] = assumed_size(bucket.purpose);
            add_storage(bucket.name, gigabytes, why);
        }
        add_storage(cloud_.state.bucket, state_gigabytes, "Terraform's state");
        add_heartbeats();
        add_secrets();
        add_traffic();
        cost_.items.push_back({"budget alarm", "the first two budgets are free", 0});
        add_emergency();
        return std::move(cost_);
    }

private:
    void add(std::string what, std::string basis, std::optional<MicroUsd> monthly) {
        if (monthly) {
            cost_.monthly += *monthly;
        } else {
            cost_.is_complete = false;
        }
        cost_.items.push_back({std::move(what), std::move(basis), monthly});
    }

    std::optional<MicroUsd> hourly(const std::string& instance) const {
        return prices_ == nullptr ? std::nullopt : instance_hourly(*prices_, instance);
    }

    /// `count` of something that has a price in the region, or of something that has none.
    std::optional<MicroUsd>
    times(std::int64_t count, MicroUsd RegionPrices::* price, std::int64_t per = 1) const {
        return prices_ == nullptr ? std::nullopt
                                  : std::optional<MicroUsd>(count * (prices_->*price) / per);
    }

    std::string priced(std::string basis, std::optional<MicroUsd> price) const {
        return price ? fmt::format("{} x {} USD", basis, usd_text(*price))
                     : fmt::format("{}, no price known in {}", basis, cloud_.region);
    }

    std::string priced(std::string basis, MicroUsd RegionPrices::* price) const {
        return priced(std::move(basis), times(1, price));
    }

    void add_instance(const CloudInstance& instance) {
        const std::optional<MicroUsd> price = hourly(instance.instance);
        add("instance " + instance.name,
            priced(fmt::format("{}, {} h", instance.instance, hours_per_month), price),
            price ? std::optional<MicroUsd>(*price * hours_per_month) : std::nullopt);
        add("disk of " + instance.name,
            priced(fmt::format("gp3, {} GB", instance.root_gib), &RegionPrices::gp3_gigabyte_month),
            times(instance.root_gib, &RegionPrices::gp3_gigabyte_month));
        add("address of " + instance.name,
            priced(
                fmt::format("public IPv4, to go out without a NAT gateway, {} h", hours_per_month),
                public_address_hourly
            ),
            public_address_hourly * hours_per_month);
    }

    std::pair<std::int64_t, std::string> assumed_size(BucketPurpose purpose) const {
        const auto nodes = static_cast<std::int64_t>(homelab_.nodes.size());
        switch (purpose) {
        case BucketPurpose::cache: {
            const std::int64_t kept = *homelab_.cache->keep_generations;
            return {
                first_closure_gigabytes + kept_generation_megabytes * kept * nodes / 1000,
                fmt::format(
                    "{} kept of each of {}", counted(kept, "generation"), counted(nodes, "node")
                )
            };
        }
        case BucketPurpose::backups:
            return {
                (*homelab_.database->storage + 1023) / 1024, "as much as a database member may hold"
            };
        case BucketPurpose::logs: {
            const std::int64_t days = *homelab_.logs->retention_days;
            return {
                (log_megabytes_daily * days * nodes + 999) / 1000,
                fmt::format(
                    "{} MB a day of each of {}, {} days",
                    log_megabytes_daily,
                    counted(nodes, "node"),
                    days
                )
            };
        }
        }
        return {};
    }

    void add_storage(const std::string& bucket, std::int64_t gigabytes, const std::string& why) {
        add("bucket " + bucket,
            priced(
                fmt::format("S3 Standard, {} GB assumed ({})", gigabytes, why),
                &RegionPrices::s3_gigabyte_month
            ),
            times(gigabytes, &RegionPrices::s3_gigabyte_month));
    }

    /// The controller reads what each node writes.
    void add_heartbeats() {
        const bool beats = homelab_.dr && !cloud_.slots.empty() &&
                           std::ranges::any_of(homelab_.dr->witnesses, [](const auto& witness) {
                               return *witness == model::Witness::s3_heartbeat;
                           });
        if (!beats) {
            return;
        }
        const auto nodes = static_cast<std::int64_t>(homelab_.nodes.size());
        const std::int64_t calls = nodes * heartbeats_per_month;
        const auto writes = times(calls, &RegionPrices::s3_1000_writes, 1000);
        const auto reads = times(calls, &RegionPrices::s3_1000_reads, 1000);
        add("heartbeats in S3",
            fmt::format(
                "{} written and read of {}, one in 30 s{}",
                calls,
                counted(nodes, "node"),
                writes ? "" : ", no price known in " + cloud_.region
            ),
            writes ? std::optional<MicroUsd>(*writes + *reads) : std::nullopt);
    }

    /// Each machine's SSH host key and its key of the tailnet, and what the pipeline signs and
    /// deploys with.
    void add_secrets() {
        const auto machines =
            static_cast<std::int64_t>(cloud_.instances.size() + cloud_.slots.size());
        const std::int64_t count = 2 * machines + (cloud_.github ? pipeline_secrets : 0);
        add("secrets",
            priced(fmt::format("Secrets Manager, {}", counted(count, "secret")), secret_monthly),
            count * secret_monthly);
    }

    void add_traffic() {
        const std::int64_t paid =
            std::max<std::int64_t>(0, egress_gigabytes - free_egress_gigabytes);
        add("traffic to the internet",
            priced(
                fmt::format(
                    "{} GB assumed, {} GB a month are free: {} GB",
                    egress_gigabytes,
                    free_egress_gigabytes,
                    paid
                ),
                &RegionPrices::egress_gigabyte
            ),
            paid == 0 ? std::optional<MicroUsd>(0) : times(paid, &RegionPrices::egress_gigabyte));
    }

    void add_emergency() {
        if (cloud_.slots.empty() || homelab_.dr->offers.empty()) {
            return;
        }
        const model::DisasterRecovery& dr = *homelab_.dr;
        const auto& dearest =
            *std::ranges::max_element(dr.offers, {}, [](const model::Offer& offer) {
                return *offer.hourly;
            });
        std::int64_t gigabytes = 0;
        for (const StandbySlot& slot : cloud_.slots) {
            gigabytes += slot.root_gib;
        }
        const auto machines = static_cast<std::int64_t>(cloud_.slots.size());
        const auto disks = times(gigabytes, &RegionPrices::gp3_gigabyte_month, hours_per_month);
        cost_.emergency = EmergencyCost{
            .machines = machines,
            .instance = *dearest.instance,
            .hourly = machines * (*dearest.hourly + public_address_hourly) + disks.value_or(0),
            .basis = fmt::format(
                "{} x {} at {} USD, with {} GB of gp3 and {} public IPv4",
                machines,
                *dearest.instance,
                usd_text(*dearest.hourly),
                gigabytes,
                machines
            ),
            .monthly_max = *dr.monthly_budget,
            .is_complete = disks.has_value(),
        };
        for (const model::Offer& offer : dr.offers) {
            compare(offer);
        }
    }

    void compare(const model::Offer& offer) {
        const std::optional<MicroUsd> listed = hourly(*offer.instance);
        if (!listed) {
            return;
        }
        const MicroUsd difference =
            std::max(*listed, *offer.hourly) - std::min(*listed, *offer.hourly);
        if (difference * 100 > *listed * price_difference_percent) {
            cost_.notes.push_back(fmt::format(
                "the offer `{}` says {} USD an hour, the price list of {} has {} USD",
                *offer.instance,
                usd_text(*offer.hourly),
                cloud_.region,
                usd_text(*listed)
            ));
        }
    }

    const model::Homelab& homelab_;
    const Cloud& cloud_;
    const RegionPrices* prices_;
    Cost cost_{};
};

} // namespace

Cost estimate_cost(const model::Homelab& homelab, const std::optional<Cloud>& cloud) {
    return cloud ? Bill(homelab, *cloud).take() : Cost{};
}

std::string usd_text(MicroUsd amount) {
    std::string text = fmt::format("{}.{:06}", amount / 1'000'000, amount % 1'000'000);
    const std::size_t least = text.find('.') + 3;
    while (text.size() > least && text.back() == '0') {
        text.pop_back();
    }
    return text;
}

} // namespace ducksnest::plan
