#pragma once

#include "base/result.h"
#include "base/secret.h"

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace ducksnest {

/// Where text goes that people or programs read: standard output or standard error.
class Output {
public:
    virtual ~Output() = default;
    /// Everything or nothing more: after a reader has gone away, writing does nothing and is no
    /// failure.
    virtual void write(std::string_view text) = 0;
    virtual bool is_terminal() const = 0;
    /// Columns of the terminal; 80 when it cannot be known.
    virtual std::size_t width() const = 0;
};

/// The person in front of the terminal.
class Input {
public:
    virtual ~Input() = default;
    virtual bool is_terminal() const = 0;
    /// One line without its end, or nothing at the end of the input.
    virtual std::optional<std::string> read_line() = 0;
    /// One line that is not shown while it is typed. `unavailable`: there is no terminal.
    virtual Result<Secret> read_secret(std::string_view prompt) = 0;
};

} // namespace ducksnest
