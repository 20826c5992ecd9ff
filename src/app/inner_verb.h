#pragma once

#include "app/context.h"

#include <string>
#include <vector>

/// One verb within another: what `up` does is what its user could do by hand, step by step.
namespace ducksnest::app {

/// What a verb said that was asked for JSON.
struct VerbAnswer {
    Exit exit = Exit::done;
    Json json{};   ///< Null when it said nothing that can be read.
    Error error{}; ///< What went wrong, when it ended with an error.
};

/// Runs a verb by its command line, silently, with --json and the homelab of this one.
VerbAnswer ask_verb(Context& context, std::vector<std::string> words);

/// Runs a verb by its command line, with the global options of this one. What it would print on
/// standard output goes to standard error: the answer there is this verb's.
Exit run_verb(Context& context, std::vector<std::string> words);

} // namespace ducksnest::app
