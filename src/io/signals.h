#pragma once

#include <termios.h>

namespace ducksnest::io {

/// Ctrl-C and SIGTERM print one line and end the process with 130. Every write is atomic, so there
/// is nothing to clean up: the next run continues. A reader that goes away is no signal any more.
void stop_on_interrupt();

/// What the terminal has to look like again after an interrupt, until `forget_terminal`.
void restore_on_interrupt(int terminal, const termios& settings);
void forget_terminal();

} // namespace ducksnest::io
