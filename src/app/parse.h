#pragma once

#include "app/command.h"
#include "base/time.h"

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::app {

enum class ColourChoice : std::uint8_t { automatic, always, never };
enum class Verbosity : std::uint8_t { quiet, normal, verbose };

/// The values of global flags.
struct GlobalOptions {
    std::string folder = ".";
    std::string file = "homelab.toml";
    bool json = false;
    Verbosity verbosity = Verbosity::normal;
    ColourChoice colour = ColourChoice::automatic;
    bool may_ask = true; ///< False with --no-input.
    bool dry_run = false;
    bool yes = false;
    bool help = false;
    bool version = false;
};

/// The flags and arguments of a command, by the names in the table ("seed", "DIR"). Checked and
/// filled with fallbacks by `parse`; asking for a name that the command does not have is a bug.
class Arguments {
public:
    /// Whether it was given on the command line; a fallback does not count.
    bool has(std::string_view name) const;
    /// The value, given or fallback; nothing when there is neither.
    std::optional<std::string> text(std::string_view name) const;
    /// Every value of a repeated flag or argument, in order.
    std::vector<std::string> all(std::string_view name) const;
    std::optional<std::int64_t> integer(std::string_view name) const;
    std::optional<Duration> duration(std::string_view name) const;

    struct Entry {
        bool is_given = false;
        std::vector<std::string> values{};
    };
    std::map<std::string, Entry, std::less<>> entries{};

private:
    const Entry& entry(std::string_view name) const;
};

/// A command line understood, or what is wrong with it. The global options hold what could be read
/// in both cases, so that the mistake is told in the way that was asked for.
struct Invocation {
    const Command* command = nullptr; ///< Null when no command was named.
    std::string group{};              ///< "certs" when only a group was named.
    GlobalOptions global{};
    Arguments arguments{};
    std::optional<Error> mistake{};
};

/// `words` is the command line without the program's name.
Invocation parse(const std::vector<std::string>& words);

} // namespace ducksnest::app
