#include "deploy/trial.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ducksnest::deploy {
namespace {

constexpr std::array<std::pair<Phase, std::string_view>, 10> phases = {{
    {Phase::none, "none"},
    {Phase::arming, "arming"},
    {Phase::armed, "armed"},
    {Phase::switching, "switching"},
    {Phase::restarting, "restarting"},
    {Phase::trying, "trying"},
    {Phase::confirming, "confirming"},
    {Phase::confirmed, "confirmed"},
    {Phase::reverting, "reverting"},
    {Phase::reverted, "reverted"},
}};

Result<std::string> text_of(const Json& json, std::string_view key) {
    const Json* value = json.find(key);
    const std::string* text = value == nullptr ? nullptr : value->as_string();
    if (text == nullptr) {
        return fail(ErrorCode::corrupt, "a trial has no text `" + std::string(key) + "`");
    }
    return *text;
}

Result<std::int64_t> number_of(const Json& json, std::string_view key) {
    const Json* value = json.find(key);
    const std::int64_t* number = value == nullptr ? nullptr : value->as_int();
    if (number == nullptr) {
        return fail(ErrorCode::corrupt, "a trial has no number `" + std::string(key) + "`");
    }
    return *number;
}

} // namespace

std::string_view to_string(Phase phase) {
    for (const auto& [value, text] : phases) {
        if (value == phase) {
            return text;
        }
    }
    return "";
}

Result<Phase> parse_phase(std::string_view text) {
    for (const auto& [value, name] : phases) {
        if (name == text) {
            return value;
        }
    }
    return fail(ErrorCode::corrupt, "`" + std::string(text) + "` is no phase of a trial");
}

bool is_under_way(Phase phase) {
    return phase != Phase::none && phase != Phase::confirmed && phase != Phase::reverted;
}

bool Trial::operator==(const Trial& other) const {
    return to_json(*this) == to_json(other);
}

Json to_json(const Trial& trial) {
    return Json::object({
        {"schema", "ducksnest.trial/1"},
        {"phase", to_string(trial.phase)},
        {"system", trial.system},
        {"previous", trial.previous},
        {"token", trial.token},
        {"by_restart", trial.way == Way::restart},
        {"patience_ms", std::int64_t{trial.patience.count()}},
        {"deadline_boot_id", trial.deadline.boot_id},
        {"deadline_ms", std::int64_t{trial.deadline.since_boot.count()}},
        {"switch_exit", trial.switch_exit ? Json(*trial.switch_exit) : Json()},
        {"said", trial.said},
        {"reason", trial.reason},
    });
}

Result<Trial> parse_trial(const Json& json) {
    if (TRY(text_of(json, "schema")) != "ducksnest.trial/1") {
        return fail(
            ErrorCode::corrupt,
            "the trial is not of schema `ducksnest.trial/1`",
            "another version of ducksnest wrote it; run that one on the node"
        );
    }
    const Json* by_restart = json.find("by_restart");
    const Json* exit = json.find("switch_exit");
    return Trial{
        .phase = TRY(parse_phase(TRY(text_of(json, "phase")))),
        .system = TRY(text_of(json, "system")),
        .previous = TRY(text_of(json, "previous")),
        .token = TRY(text_of(json, "token")),
        .way = by_restart != nullptr && *by_restart == Json(true) ? Way::restart : Way::in_place,
        .patience = Duration(TRY(number_of(json, "patience_ms"))),
        .deadline =
            {.boot_id = TRY(text_of(json, "deadline_boot_id")),
             .since_boot = Duration(TRY(number_of(json, "deadline_ms")))},
        .switch_exit = exit != nullptr && exit->as_int() != nullptr
                           ? std::optional(static_cast<int>(*exit->as_int()))
                           : std::nullopt,
        .said = TRY(text_of(json, "said")),
        .reason = TRY(text_of(json, "reason")),
    };
}

std::string last_lines(std::string_view text, std::size_t bytes_max) {
    while (text.ends_with('\n')) {
        text.remove_suffix(1);
    }
    if (text.size() > bytes_max) {
        text.remove_prefix(text.size() - bytes_max);
        text.remove_prefix(std::min(text.find('\n'), text.size() - 1) + 1);
    }
    return std::string(text);
}

Duty duty_of(const Trial& trial, const Observed& observed) {
    const bool has_restarted = trial.deadline.boot_id != observed.now.boot_id;
    const bool is_due = has_restarted || observed.now.since_boot >= trial.deadline.since_boot;
    switch (trial.phase) {
    case Phase::none:
    case Phase::confirmed:
    case Phase::reverted:
        return Duty::nothing;
    case Phase::confirming:
        return Duty::finish;
    case Phase::restarting:
        if (has_restarted && observed.booted == trial.system) {
            return Duty::resume;
        }
        break;
    case Phase::trying:
        // A power cut during a trial by restart: the new system is started only once.
        break;
    case Phase::reverting:
        return observed.current == trial.previous && has_restarted ? Duty::record : Duty::go_back;
    case Phase::arming:
    case Phase::armed:
    case Phase::switching:
        break;
    }
    if (!is_due) {
        return Duty::wait;
    }
    const bool may_be_between =
        !has_restarted && (trial.phase == Phase::switching || trial.phase == Phase::trying);
    return observed.current == trial.previous && !may_be_between ? Duty::record : Duty::go_back;
}

std::string reason_of_end(const Trial& trial, const Observed& observed) {
    const bool has_restarted = trial.deadline.boot_id != observed.now.boot_id;
    if (trial.phase == Phase::restarting) {
        return has_restarted ? "the new system did not boot" : "the node did not restart in time";
    }
    if (has_restarted) {
        return "the node restarted before it was confirmed";
    }
    if (trial.phase == Phase::arming || trial.phase == Phase::armed) {
        return "the switch did not begin in time";
    }
    if (trial.phase == Phase::switching) {
        return "the switch did not end in time";
    }
    return "nobody confirmed it in time";
}

} // namespace ducksnest::deploy
