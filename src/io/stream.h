#pragma once

#include "ports/terminal.h"

namespace ducksnest::io {

/// One of the process's standard streams, by file descriptor; writes at once, keeps no buffer.
class Stream final : public Output {
public:
    explicit Stream(int descriptor)
        : descriptor_(descriptor) {}

    void write(std::string_view text) override;
    bool is_terminal() const override;
    std::size_t width() const override;

    /// Why writing stopped, unless the reader just went away: "No space left on device".
    const std::optional<std::string>& failure() const { return failure_; }

private:
    int descriptor_;
    bool is_closed_ = false;
    std::optional<std::string> failure_{};
};

/// Standard input, and /dev/tty for what must not be shown.
class Keyboard final : public Input {
public:
    bool is_terminal() const override;
    std::optional<std::string> read_line() override;
    Result<Secret> read_secret(std::string_view prompt) override;
};

} // namespace ducksnest::io
