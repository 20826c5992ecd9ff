#pragma once

#include "app/parse.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ducksnest::app {

/// What the environment says about output and places.
struct Environment {
    std::optional<std::string> no_color{}; ///< NO_COLOR (https://no-color.org): on when not empty.
    std::optional<std::string> term{};     ///< TERM; "dumb" cannot colour or move the cursor.
    std::optional<std::string> state_home{}; ///< XDG_STATE_HOME: where state is kept.
    std::optional<std::string> cache_home{}; ///< XDG_CACHE_HOME: what can be had again.
    std::optional<std::string> path{};       ///< PATH: folders of programs.
    std::optional<std::string> user{};       ///< USER: who runs us.
    /// SSH_ORIGINAL_COMMAND (sshd(8)): what a connection with a forced command asked for.
    std::optional<std::string> ssh_command{};
};

/// How text for one stream looks.
struct Style {
    bool colour = false;
    std::size_t width = 80; ///< Columns.
};

/// Whether a stream gets colour: the flag beats the environment, the environment beats the
/// terminal.
bool wants_colour(ColourChoice choice, const Environment& environment, bool is_terminal);

/// What a piece of text means; the colour follows from it.
enum class Tone : std::uint8_t { plain, strong, faint, good, warning, bad, accent };

/// The text in its tone's colour; unchanged when the style has none.
std::string paint(std::string_view text, Tone tone, const Style& style);

/// Columns that UTF-8 text takes on a terminal: 2 for wide characters (Hangul, CJK, emoji), 0 for
/// combining marks, escape sequences not counted.
std::size_t display_width(std::string_view text);

/// Cut to `width` columns, with "…" as the last one when something was cut.
std::string clip(std::string_view text, std::size_t width);

/// Words flowed into lines of at most `width` columns, each after `indent` spaces.
std::string wrap(std::string_view text, std::size_t width, std::size_t indent);

} // namespace ducksnest::app
