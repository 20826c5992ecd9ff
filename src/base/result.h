#pragma once

#include "base/error.h"

#include <expected>
#include <string>
#include <string_view>
#include <utility>

namespace ducksnest {

/// A value, or the reason there is none.
template <class T>
class [[nodiscard]] Result : public std::expected<T, Error> {
public:
    // Inherited constructors move what they take.
    using std::expected<T, Error>::expected; // NOLINT(*-param-not-moved)

    /// Adds one frame of context to a failure; a success passes through.
    Result with(std::string_view frame) && {
        if (!this->has_value()) {
            this->error().context.emplace_back(frame);
        }
        return std::move(*this);
    }

    /// Sets the help of a failure that has none yet; a success passes through.
    Result or_help(std::string_view help) && {
        if (!this->has_value() && this->error().help.empty()) {
            this->error().help = help;
        }
        return std::move(*this);
    }
};

/// `return fail(ErrorCode::not_found, "no node is called `x`");`
inline std::unexpected<Error>
fail(ErrorCode code, std::string message, std::string help = std::string()) {
    return std::unexpected(
        Error{.code = code, .message = std::move(message), .context = {}, .help = std::move(help)}
    );
}

} // namespace ducksnest

/// Unwraps a Result, or returns its error from the enclosing function. Not for use around co_await.
#define TRY(...)                                                                                   \
    (__extension__({                                                                               \
        _Pragma("GCC diagnostic push")                                                             \
            _Pragma("GCC diagnostic ignored \"-Wshadow\"") auto&& try_result = (__VA_ARGS__);      \
        _Pragma("GCC diagnostic pop") if (!try_result.has_value()) [[unlikely]] {                  \
            return std::unexpected(std::move(try_result).error());                                 \
        }                                                                                          \
        *std::move(try_result);                                                                    \
    }))
