#pragma once

#include "base/result.h"
#include "model/homelab.h"

#include <cstdint>
#include <string_view>

namespace ducksnest::config {

/// "15.4GiB", "512MiB", "1TiB": whole MiB, rounded down. Decimal units are refused: 16GB is not
/// 16GiB.
Result<model::Mebibytes> parse_memory(std::string_view text);

/// "100m", "2" or "0.5": thousandths of a CPU.
Result<std::int64_t> parse_cpu(std::string_view text);

/// Decimal US dollars, "0.052" or "20", exactly: at most six digits after the point.
Result<model::MicroUsd> parse_money(std::string_view text);

} // namespace ducksnest::config
