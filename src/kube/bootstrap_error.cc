#include "kube/bootstrap_error.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest::kube {
namespace {

constexpr std::size_t shown_max = 5;

std::string help_of(const Refusal& first) {
    if (!first.error.help.empty()) {
        return first.error.help;
    }
    if (first.error.message.find("immutable") != std::string::npos) {
        return "this field cannot change while the object lives: remove the object, then run again";
    }
    if (first.error.code == ErrorCode::invalid && !first.object->origin.empty()) {
        return fmt::format("correct it in {}, then run again", first.object->origin);
    }
    if (first.error.code == ErrorCode::unavailable || first.error.code == ErrorCode::timeout) {
        return "run again: what is done already is not done twice";
    }
    return {};
}

} // namespace

Error refusals_error(const std::vector<Refusal>& refusals) {
    Error error = refusals.front().error;
    error.message.clear();
    for (std::size_t i = 0; i < std::min(refusals.size(), shown_max); ++i) {
        error.message += fmt::format("{}{}", i == 0 ? "" : "\n", describe(refusals[i].error));
        if (!refusals[i].object->origin.empty()) {
            error.message += fmt::format("\n  --> {}", refusals[i].object->origin);
        }
    }
    if (refusals.size() > shown_max) {
        error.message += fmt::format("\nand {} more", refusals.size() - shown_max);
    }
    error.context.clear();
    error.help = help_of(refusals.front());
    return error;
}

} // namespace ducksnest::kube
