#include "app/context.h"

#include "app/help.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

ProgressKind progress_kind(const GlobalOptions& options, const Doors& doors) {
    if (options.verbosity == Verbosity::quiet || options.json) {
        return ProgressKind::quiet;
    }
    const bool is_live = doors.err.get().is_terminal() && doors.environment.term != "dumb";
    return is_live ? ProgressKind::live : ProgressKind::plain;
}

Style style_for(
    const Output& output, const GlobalOptions& options, const Environment& environment
) {
    const bool colour = wants_colour(options.colour, environment, output.is_terminal());
    return {.colour = colour, .width = output.is_terminal() ? output.width() : 100};
}

Json error_record(const Error& error, Exit exit) {
    return Json::object({
        {"schema", "ducksnest.error/1"},
        {"code", exit == Exit::usage ? std::string_view("usage") : to_string(error.code)},
        {"message", error.message},
        {"context", Json::strings(error.context)},
        {"help", error.help.empty() ? Json() : Json(error.help)},
        {"exit", static_cast<int>(exit)},
    });
}

} // namespace

Context::Context(Invocation invocation, Doors doors)
    : invocation_(std::move(invocation))
    , doors_(std::move(doors))
    , files_(doors_.open_folder(invocation_.global.folder))
    , progress_(make_progress(
          progress_kind(invocation_.global, doors_), doors_.err, doors_.clock, err_style()
      )) {}

Doors Context::doors_with(Output& out, Output* err) const {
    Doors doors = doors_;
    doors.out = out;
    if (err != nullptr) {
        doors.err = *err;
    }
    return doors;
}

Style Context::out_style() const {
    return style_for(doors_.out, options(), doors_.environment);
}

Style Context::err_style() const {
    return style_for(doors_.err, options(), doors_.environment);
}

void Context::out(std::string_view text) {
    progress_->hide();
    doors_.out.get().write(text);
}

void Context::out_json(const Json& answer) {
    out(answer.dump_pretty());
}

void Context::say(std::string_view line) {
    if (options().verbosity != Verbosity::quiet && !options().json) {
        err(fmt::format("{}\n", line));
    }
}

void Context::detail(std::string_view line) {
    if (options().verbosity == Verbosity::verbose) {
        err(fmt::format("{}\n", line));
    }
}

void Context::warn(std::string_view message, std::string_view help) {
    err(fmt::format("{}: {}\n", paint("warning", Tone::warning, err_style()), message));
    if (!help.empty()) {
        err(fmt::format("  = help: {}\n", help));
    }
}

Exit Context::report(const Error& error, Exit exit) {
    if (options().json) {
        err(error_record(error, exit).dump() + "\n");
        return exit;
    }
    err(fmt::format("{}: {}\n", paint("error", Tone::bad, err_style()), error.message));
    for (const std::string& frame : error.context) {
        err(fmt::format("  while {}\n", frame));
    }
    if (!error.help.empty()) {
        err(fmt::format("  = help: {}\n", error.help));
    }
    return exit;
}

void Context::err(std::string_view text) {
    progress_->hide();
    doors_.err.get().write(text);
}

Result<bool> Context::confirm(std::string_view question) {
    if (options().yes) {
        return true;
    }
    if (!options().may_ask || !doors_.in.is_terminal()) {
        is_refused_ = true;
        return fail(
            ErrorCode::denied,
            fmt::format("nobody can be asked: {}", question),
            "pass `--yes` to agree beforehand"
        );
    }
    err(fmt::format("{} [y/N] ", question));
    const auto answer = doors_.in.read_line();
    return answer == "y" || answer == "yes";
}

namespace {

Exit run_command(Context& context, const Invocation& invocation) {
    if (invocation.global.version) {
        context.out(version_text(context.options().json));
        return Exit::done;
    }
    if (invocation.command == nullptr && invocation.group.empty()) {
        context.out(invocation.global.help ? overview(context.out_style()) : short_help());
        return Exit::done;
    }
    if (invocation.global.help) {
        context.out(
            invocation.command != nullptr ? command_help(*invocation.command, context.out_style())
                                          : group_help(invocation.group, context.out_style())
        );
        return Exit::done;
    }
    if (invocation.command == nullptr) {
        return context.report(
            Error{
                .code = ErrorCode::invalid,
                .message = fmt::format("`ducksnest {}` needs a command", invocation.group),
                .help = fmt::format("`ducksnest {} --help` lists them", invocation.group),
            },
            Exit::usage
        );
    }
    const Result<Exit> exit = invocation.command->run(context);
    if (exit) {
        return *exit;
    }
    return context.report(
        exit.error(), context.is_refused() ? Exit::refused : exit_of(exit.error())
    );
}

} // namespace

Exit run(Invocation invocation, Doors doors) {
    Context context(std::move(invocation), std::move(doors));
    if (context.invocation().mistake) {
        return context.report(*context.invocation().mistake, Exit::usage);
    }
    return run_command(context, context.invocation());
}

} // namespace ducksnest::app
