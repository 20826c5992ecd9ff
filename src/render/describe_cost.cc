#include "render/describe_cost.h"

#include "plan/prices.h"
#include "render/json_stream.h"
#include "render/paint.h"
#include "render/table.h"

#include <fmt/format.h>

namespace ducksnest::render {
namespace {

constexpr std::string_view left_out =
    "Without taxes, support plans and discounts; sizes and traffic are assumed as each line says.";

std::string reading_text(const plan::PriceReading& reading) {
    return reading.as_of.empty()
               ? fmt::format("{}: no prices known, so its costs are not in the sum", reading.region)
               : fmt::format("{}: prices of {}", reading.region, reading.as_of);
}

std::string emergency_text(const plan::EmergencyCost& emergency) {
    return fmt::format(
        "{}{} USD an hour while every replacement runs ({}{}); at most {} USD a month, the budget",
        emergency.is_complete ? "" : "at least ",
        hourly_text(emergency.hourly),
        emergency.basis,
        emergency.is_complete ? "" : ", whose disks have no known price",
        cents_text(emergency.monthly_max)
    );
}

} // namespace

std::string describe(const plan::Cost& cost, const DescribeStyle& style) {
    if (cost.items.empty()) {
        return "nothing is rented: there is no AWS site\n";
    }
    const Paint paint(style.colour);
    Table table({"WHAT", "USD/MONTH", "BECAUSE"});
    for (const plan::CostItem& item : cost.items) {
        table.add({item.what, item.monthly ? cents_text(*item.monthly) : "?", item.basis});
    }
    std::string text;
    for (const std::string& line : table.lines()) {
        text += (text.empty() ? paint.strong(line) : line) + "\n";
    }
    text += fmt::format("\n{} a month\n", paint.strong(monthly_text(cost)));
    if (cost.emergency) {
        text += "in an outage: " + fold(emergency_text(*cost.emergency), 2, style.width) + "\n";
    }
    for (const std::string& note : cost.notes) {
        text += paint.changed("note: ") + fold(note, 2, style.width) + "\n";
    }
    text += "\n";
    for (const plan::PriceReading& reading : cost.readings) {
        text += paint.faint(reading_text(reading)) + "\n";
    }
    return text + paint.faint(std::string(plan::price_source)) + "\n" +
           paint.faint(std::string(left_out)) + "\n";
}

std::string render_cost_json(const plan::Cost& cost) {
    std::string out;
    JsonStream json(out);
    json.begin_object();
    json.leading_member("schema", cost_schema);
    json.member("complete", cost.is_complete);
    json.key("emergency");
    if (cost.emergency) {
        json.begin_object();
        json.member("basis", cost.emergency->basis);
        json.member("complete", cost.emergency->is_complete);
        json.member("instance", cost.emergency->instance);
        json.member("machines", cost.emergency->machines);
        json.member("microdollars_per_hour", cost.emergency->hourly);
        json.member("microdollars_per_month_max", cost.emergency->monthly_max);
        json.end_object();
    } else {
        json.null();
    }
    json.key("items");
    json.begin_array();
    for (const plan::CostItem& item : cost.items) {
        json.begin_object();
        json.member("basis", item.basis);
        json.optional_member("microdollars_per_month", item.monthly);
        json.member("what", item.what);
        json.end_object();
    }
    json.end_array();
    json.member("microdollars_per_month", cost.monthly);
    json.member("notes", cost.notes);
    json.key("prices");
    json.begin_array();
    for (const plan::PriceReading& reading : cost.readings) {
        json.begin_object();
        json.key("as_of");
        if (reading.as_of.empty()) {
            json.null();
        } else {
            json.value(reading.as_of);
        }
        json.member("region", reading.region);
        json.end_object();
    }
    json.end_array();
    json.member("source", plan::price_source);
    json.end_object();
    return out;
}

std::string hourly_text(model::MicroUsd amount) {
    return plan::usd_text((amount + 50) / 100 * 100);
}

std::string cents_text(model::MicroUsd amount) {
    const model::MicroUsd cents = (amount + 5'000) / 10'000;
    return fmt::format("{}.{:02}", cents / 100, cents % 100);
}

std::string monthly_text(const plan::Cost& cost) {
    return fmt::format("{}{} USD", cost.is_complete ? "" : "at least ", cents_text(cost.monthly));
}

} // namespace ducksnest::render
