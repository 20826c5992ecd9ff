#pragma once

#include "model/homelab.h"

#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

/// What AWS asks for what a homelab rents: list prices before tax, on demand, Linux, shared
/// tenancy, in millionths of a US dollar.
namespace ducksnest::plan {

/// What a family's `2xlarge` costs an hour. The other sizes cost what their share of it is; the
/// list itself rounds the small ones, by 1 % at most.
struct FamilyPrice {
    std::string_view family{};
    model::MicroUsd hourly_2xlarge = 0;
};

/// One region's part of the price list.
struct RegionPrices {
    std::string_view region{};
    std::string_view as_of{}; ///< The day of the oldest reading: "2026-10-01".
    std::span<const FamilyPrice> families{};
    model::MicroUsd gp3_gigabyte_month = 0; ///< With the 3000 IOPS and 125 MiB/s that are included.
    model::MicroUsd s3_gigabyte_month = 0;  ///< S3 Standard, the first 50 TB.
    model::MicroUsd s3_1000_writes = 0;     ///< PUT, COPY, POST, LIST.
    model::MicroUsd s3_1000_reads = 0;      ///< GET and the rest.
    model::MicroUsd egress_gigabyte = 0;    ///< To the internet, after the free 100 GB.
};

/// The same in every region.
inline constexpr model::MicroUsd public_address_hourly = 5'000; ///< In use or idle.
inline constexpr model::MicroUsd secret_monthly = 400'000;      ///< Per secret of Secrets Manager.
inline constexpr std::int64_t free_egress_gigabytes =
    100; ///< A month, over all regions and services.
inline constexpr std::int64_t hours_per_month = 730;

/// Where the prices were read.
inline constexpr std::string_view price_source =
    "AWS Price List, https://pricing.us-east-1.amazonaws.com/offers/v1.0/aws/index.json";

/// Null for a region whose prices nobody has read yet: its costs are told as unknown.
const RegionPrices* find_prices(std::string_view region);
/// Every region with prices, sorted by name.
std::span<const RegionPrices> priced_regions();
std::vector<std::string> priced_region_names();

/// What "t3.medium" costs an hour there; nothing when its family's price has not been read.
std::optional<model::MicroUsd>
instance_hourly(const RegionPrices& prices, std::string_view instance);

} // namespace ducksnest::plan
