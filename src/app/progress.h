#pragma once

#include "app/terminal.h"
#include "ports/clock.h"
#include "ports/progress.h"
#include "ports/terminal.h"

#include <memory>

namespace ducksnest::app {

/// Progress on stderr. Other writers call `hide` first, so that a live line never stays behind.
class StatusProgress : public Progress {
public:
    virtual void hide() = 0;
};

enum class ProgressKind : std::uint8_t {
    quiet, ///< Nothing.
    plain, ///< One line per finished step.
    live,  ///< One line that overwrites itself, and one line per finished step.
};

/// `error_output` and `clock` must outlive it.
std::unique_ptr<StatusProgress>
make_progress(ProgressKind kind, Output& error_output, Clock& clock, Style style);

} // namespace ducksnest::app
