#include "plan/prices.h"

#include <algorithm>
#include <array>

namespace ducksnest::plan {
namespace {

constexpr std::array<FamilyPrice, 31> us_east_1 = {{
    {"t2", 371'200},       {"t3", 332'800},  {"t3a", 300'800}, {"t4g", 268'800}, {"m5", 384'000},
    {"m5a", 344'000},      {"m6i", 384'000}, {"m6a", 345'600}, {"m6g", 308'000}, {"m7i", 403'200},
    {"m7i-flex", 383'040}, {"m7a", 463'680}, {"m7g", 326'400}, {"m8g", 359'040}, {"c5", 340'000},
    {"c5a", 308'000},      {"c6i", 340'000}, {"c6a", 306'000}, {"c6g", 272'000}, {"c7i", 357'000},
    {"c7i-flex", 339'150}, {"c7a", 410'560}, {"c7g", 290'000}, {"c8g", 319'040}, {"r5", 504'000},
    {"r6i", 504'000},      {"r6a", 453'600}, {"r6g", 403'200}, {"r7i", 529'200}, {"r7a", 608'600},
    {"r7g", 428'400},
}};

constexpr std::array<FamilyPrice, 4> us_others = {{
    {"t3", 332'800},
    {"t3a", 300'800},
    {"t4g", 268'800},
    {"m6g", 308'000},
}};

constexpr std::array<FamilyPrice, 4> eu_central_1 = {{
    {"t3", 384'000},
    {"t3a", 345'600},
    {"t4g", 307'200},
    {"m6g", 368'000},
}};

constexpr std::array<FamilyPrice, 4> eu_west_1 = {{
    {"t3", 364'800},
    {"t3a", 326'400},
    {"t4g", 294'400},
    {"m6g", 344'000},
}};

constexpr std::array<FamilyPrice, 2> ap_northeast_1 = {{{"t3", 435'200}, {"t4g", 345'600}}};

constexpr std::array<FamilyPrice, 6> ap_northeast_2 = {{
    {"t2", 460'800},
    {"t3", 416'000},
    {"t3a", 374'400},
    {"t4g", 332'800},
    {"m7i", 495'600},
    {"m7g", 401'200},
}};

constexpr std::array<FamilyPrice, 2> ap_southeast_1 = {{{"t3", 422'400}, {"t4g", 339'200}}};

constexpr std::array<RegionPrices, 8> regions = {{
    {"ap-northeast-1", "2025-10-01", ap_northeast_1, 96'000, 25'000, 4'700, 370, 114'000},
    {"ap-northeast-2", "2026-10-01", ap_northeast_2, 91'200, 25'000, 4'500, 350, 126'000},
    {"ap-southeast-1", "2025-10-01", ap_southeast_1, 96'000, 25'000, 5'000, 400, 120'000},
    {"eu-central-1", "2025-10-01", eu_central_1, 95'200, 24'500, 5'400, 430, 90'000},
    {"eu-west-1", "2025-10-01", eu_west_1, 88'000, 23'000, 5'000, 400, 90'000},
    {"us-east-1", "2026-01-19", us_east_1, 80'000, 23'000, 5'000, 400, 90'000},
    {"us-east-2", "2025-10-01", us_others, 80'000, 23'000, 5'000, 400, 90'000},
    {"us-west-2", "2025-10-01", us_others, 80'000, 23'000, 5'000, 400, 90'000},
}};

struct SizeShare {
    std::string_view size{};
    std::int64_t of_64 = 0; ///< Of a `2xlarge`, in 64ths.
};

constexpr std::array<SizeShare, 8> sizes = {{
    {"nano", 1},
    {"micro", 2},
    {"small", 4},
    {"medium", 8},
    {"large", 16},
    {"xlarge", 32},
    {"2xlarge", 64},
    {"4xlarge", 128},
}};

} // namespace

const RegionPrices* find_prices(std::string_view region) {
    const auto at = std::ranges::find(regions, region, &RegionPrices::region);
    return at == regions.end() ? nullptr : &*at;
}

std::span<const RegionPrices> priced_regions() {
    return regions;
}

std::vector<std::string> priced_region_names() {
    std::vector<std::string> names;
    names.reserve(regions.size());
    for (const RegionPrices& each : regions) {
        names.emplace_back(each.region);
    }
    return names;
}

std::optional<model::MicroUsd>
instance_hourly(const RegionPrices& prices, std::string_view instance) {
    const std::size_t dot = std::min(instance.find('.'), instance.size());
    const std::string_view name = instance.substr(0, dot);
    const std::string_view size = instance.substr(std::min(dot + 1, instance.size()));
    const auto family = std::ranges::find(prices.families, name, &FamilyPrice::family);
    const auto share = std::ranges::find(sizes, size, &SizeShare::size);
    if (family == prices.families.end() || share == sizes.end()) {
        return std::nullopt;
    }
    return (family->hourly_2xlarge * share->of_64 + 32) / 64;
}

} // namespace ducksnest::plan
