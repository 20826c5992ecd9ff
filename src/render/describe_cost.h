#pragma once

#include "plan/cost.h"
#include "render/describe.h"

#include <string>
#include <string_view>

namespace ducksnest::render {

inline constexpr std::string_view cost_schema = "ducksnest.cost/1";

/// The bill as people read it: every item with how it comes about, the sum, what an outage adds,
/// and where the prices are from.
std::string describe(const plan::Cost& cost, const DescribeStyle& style);

/// The bill for programs, in millionths of a US dollar. docs/schema/cost.schema.json describes it.
std::string render_cost_json(const plan::Cost& cost);

/// "53.60 USD", rounded to cents; "at least" before it when something has no known price.
std::string monthly_text(const plan::Cost& cost);
/// "0.1215": rounded to hundredths of a cent.
std::string hourly_text(model::MicroUsd amount);
/// "53.60".
std::string cents_text(model::MicroUsd amount);

} // namespace ducksnest::render
