#include "app/parse.h"

#include "app/resolve.h"
#include "base/assert.h"
#include "base/text.h"

#include <CLI/CLI.hpp>
#include <fmt/format.h>

#include <algorithm>
#include <charconv>

namespace ducksnest::app {
namespace {

using Values = std::map<std::string, std::vector<std::string>, std::less<>>;

std::string spelled(const Flag& flag) {
    return flag.letter == 0 ? "--" + flag.name : fmt::format("--{},-{}", flag.name, flag.letter);
}

std::vector<Flag> flags_of(const Command* command) {
    std::vector<Flag> flags = global_flags();
    if (command != nullptr) {
        flags.insert(flags.end(), command->flags.begin(), command->flags.end());
    }
    return flags;
}

std::unexpected<Error> unknown_flag(const std::string& word, const std::vector<Flag>& flags) {
    std::vector<std::string> names;
    for (const Flag& flag : flags) {
        names.push_back("--" + flag.name);
    }
    const std::string name = word.substr(0, word.find('='));
    const auto near = closest(name, names);
    return fail(
        ErrorCode::invalid,
        fmt::format("no flag is called `{}`", name),
        near ? fmt::format("did you mean `{}`?", *near) : "`--help` lists the flags"
    );
}

std::unexpected<Error> wrong_choice(
    const std::string& owner, const std::string& value, const std::vector<std::string>& choices
) {
    const auto near = closest(value, choices);
    return fail(
        ErrorCode::invalid,
        fmt::format("{} cannot be `{}`", owner, value),
        near ? fmt::format("did you mean `{}`?", *near)
             : fmt::format("one of `{}`", join(choices, "`, `"))
    );
}

std::optional<std::int64_t> read_integer(std::string_view text) {
    std::int64_t number = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), number);
    const bool is_whole = failed == std::errc() && end == text.data() + text.size();
    return is_whole && number >= 0 ? std::optional(number) : std::nullopt;
}

/// Checks one value against its kind; `owner` names the flag or argument in the message.
Result<void> check_value(
    const std::string& owner,
    Value kind,
    const std::string& value,
    const std::vector<std::string>& choices
) {
    if (kind == Value::choice && std::ranges::find(choices, value) == choices.end()) {
        return wrong_choice(owner, value, choices);
    }
    if (kind == Value::integer && !read_integer(value)) {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} cannot be `{}`", owner, value),
            "a whole number, 0 or more"
        );
    }
    if (kind == Value::duration && !parse_duration(value)) {
        return fail(
            ErrorCode::invalid,
            fmt::format("{} cannot be `{}`", owner, value),
            "a duration such as `90s`, `10m` or `1d12h`"
        );
    }
    return {};
}

/// What CLI11 could not take, said our way. Its own text starts with the flag's spelling.
std::unexpected<Error> translate(const CLI::ParseError& failure, const std::vector<Flag>& flags) {
    const std::string text = failure.what();
    for (const Flag& flag : flags) {
        const std::string name = "--" + flag.name;
        if (flag.value == Value::none && text.starts_with(flag.name + " ")) {
            return fail(
                ErrorCode::invalid,
                fmt::format("the flag `{}` takes no value", name),
                fmt::format("write just `{}`", name)
            );
        }
        if (text.starts_with(name + ":") || text.starts_with(spelled(flag) + ":")) {
            return fail(
                ErrorCode::invalid,
                fmt::format("the flag `{}` needs a value", name),
                fmt::format("write `{} {}`", name, flag.metavar)
            );
        }
    }
    return fail(ErrorCode::invalid, text, "see `--help`");
}

/// Gives each positional argument its word; a repeated one takes all that are left.
Result<void>
deal_out(const Command* command, const std::vector<std::string>& words, Values& values) {
    std::size_t next = 0;
    if (command != nullptr) {
        for (const Positional& argument : command->arguments) {
            const std::size_t end = argument.is_repeated ? words.size() : next + 1;
            for (; next < std::min(end, words.size()); ++next) {
                values[argument.name].push_back(words[next]);
            }
        }
    }
    if (next < words.size()) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`{}` is one argument too many", words[next]),
            command == nullptr ? "`--help` lists the commands"
                               : fmt::format("see `ducksnest {} --help`", command->path)
        );
    }
    return {};
}

/// Splits the words into values by flag and argument name; the only place that knows CLI11.
Result<Values> read_values(const Command* command, const std::vector<std::string>& words) {
    const std::vector<Flag> flags = flags_of(command);
    Values values;
    CLI::App reader;
    reader.set_help_flag();
    reader.allow_extras();
    std::map<std::string, CLI::Option*> switches;
    for (const Flag& flag : flags) {
        if (flag.value == Value::none) {
            switches[flag.name] = reader.add_flag(spelled(flag))->disable_flag_override();
        } else {
            reader.add_option(spelled(flag), values[flag.name])->allow_extra_args(false);
        }
    }
    std::vector<std::string> words_left;
    reader.add_option("ARGUMENTS", words_left);
    try {
        // CLI11 takes the words off the end.
        std::vector<std::string> reversed(words.rbegin(), words.rend());
        reader.parse(std::move(reversed));
    } catch (const CLI::ParseError& failure) {
        return translate(failure, flags);
    }
    for (const auto& [name, option] : switches) {
        values[name].assign(option->count(), "true");
    }
    for (const std::string& extra : reader.remaining()) {
        if (extra != "--") {
            return unknown_flag(extra, flags);
        }
    }
    TRY(deal_out(command, words_left, values));
    return values;
}

Result<Arguments::Entry> check_flag(const Flag& flag, std::vector<std::string> given) {
    const std::string name = fmt::format("the flag `--{}`", flag.name);
    if (given.size() > 1 && !flag.is_repeated && flag.value != Value::none) {
        return fail(
            ErrorCode::invalid, name + " is given more than once", "give it once, with one value"
        );
    }
    for (const std::string& value : given) {
        TRY(check_value(name, flag.value, value, flag.choices));
    }
    Arguments::Entry entry{.is_given = !given.empty(), .values = std::move(given)};
    if (!entry.is_given && !flag.fallback.empty()) {
        entry.values = {flag.fallback};
    }
    return entry;
}

Result<Arguments::Entry>
check_argument(const Command& command, const Positional& argument, std::vector<std::string> given) {
    if (given.empty() && argument.is_required) {
        return fail(
            ErrorCode::invalid,
            fmt::format("`ducksnest {}` needs an argument {}", command.path, argument.name),
            fmt::format("{}: {}", argument.name, argument.summary)
        );
    }
    for (const std::string& value : given) {
        TRY(check_value(argument.name, argument.value, value, argument.choices));
    }
    const bool is_given = !given.empty();
    return Arguments::Entry{.is_given = is_given, .values = std::move(given)};
}

Result<Arguments> read_arguments(const Command* command, const std::vector<std::string>& words) {
    Values values = TRY(read_values(command, words));
    Arguments arguments;
    for (const Flag& flag : flags_of(command)) {
        arguments.entries[flag.name] = TRY(check_flag(flag, std::move(values[flag.name])));
    }
    // Help asked for is help given, also when a required argument is still missing.
    if (command == nullptr || arguments.has("help")) {
        return arguments;
    }
    for (const Positional& argument : command->arguments) {
        arguments.entries[argument.name] =
            TRY(check_argument(*command, argument, std::move(values[argument.name])));
    }
    return arguments;
}

GlobalOptions global_options(const Arguments& arguments) {
    GlobalOptions global;
    global.folder = arguments.text("directory").value_or(global.folder);
    global.file = arguments.text("file").value_or(global.file);
    global.json = arguments.has("json");
    global.verbosity = arguments.has("quiet")     ? Verbosity::quiet
                       : arguments.has("verbose") ? Verbosity::verbose
                                                  : Verbosity::normal;
    const std::string colour = arguments.text("color").value_or("auto");
    global.colour = colour == "always"  ? ColourChoice::always
                    : colour == "never" ? ColourChoice::never
                                        : ColourChoice::automatic;
    global.may_ask = !arguments.has("no-input");
    global.dry_run = arguments.has("dry-run");
    global.yes = arguments.has("yes");
    global.help = arguments.has("help");
    global.version = arguments.has("version");
    return global;
}

} // namespace

const Arguments::Entry& Arguments::entry(std::string_view name) const {
    const auto found = entries.find(name);
    ASSERT(found != entries.end());
    return found->second;
}

bool Arguments::has(std::string_view name) const {
    return entry(name).is_given;
}

std::optional<std::string> Arguments::text(std::string_view name) const {
    const Entry& found = entry(name);
    return found.values.empty() ? std::nullopt : std::optional(found.values.front());
}

std::vector<std::string> Arguments::all(std::string_view name) const {
    return entry(name).values;
}

std::optional<std::int64_t> Arguments::integer(std::string_view name) const {
    const auto value = text(name);
    return value ? read_integer(*value) : std::nullopt;
}

std::optional<Duration> Arguments::duration(std::string_view name) const {
    const auto value = text(name);
    if (!value) {
        return std::nullopt;
    }
    const auto parsed = parse_duration(*value);
    ASSERT(parsed.has_value());
    return *parsed;
}

Invocation parse(const std::vector<std::string>& words) {
    Invocation invocation;
    // Read ahead of everything else: it decides how a mistake is told.
    invocation.global.json = std::ranges::find(words, "--json") != words.end();
    auto resolved = resolve(words);
    if (!resolved) {
        invocation.mistake = resolved.error();
        return invocation;
    }
    invocation.command = resolved->command;
    invocation.group = resolved->group;
    auto arguments = read_arguments(resolved->command, resolved->rest);
    if (!arguments) {
        invocation.mistake = arguments.error();
        return invocation;
    }
    invocation.arguments = *std::move(arguments);
    invocation.global = global_options(invocation.arguments);
    return invocation;
}

} // namespace ducksnest::app
