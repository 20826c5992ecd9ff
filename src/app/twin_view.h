#pragma once

#include "app/terminal.h"
#include "sim/report.h"

#include <string>

/// What people read of the twin.
namespace ducksnest::app {

/// "1m42s", "2h00m05s", "10m00s": of one width below an hour, so that a column of them reads well.
std::string show_elapsed(Duration elapsed);

/// One line of a timeline: when, who, what. `start` is the moment zero, `subject_width` how many
/// columns the second has.
std::string show_happening(
    const sim::Happening& happening, Instant start, std::size_t subject_width, const Style& style
);

/// Happenings one below the other, each line ended.
std::string
show_timeline(const std::vector<sim::Happening>& timeline, Instant start, const Style& style);

/// Machines, trust, apps, database and the timeline of a run.
std::string show_report(const sim::TwinReport& report, const Style& style);

/// How much faster than real time: "1,234,567".
std::string show_speed(Duration simulated, Duration real);

} // namespace ducksnest::app
