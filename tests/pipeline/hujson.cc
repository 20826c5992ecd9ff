#include "pipeline/hujson.h"

#include <fmt/format.h>

#include <optional>

namespace ducksnest::testing {
namespace {

class Reader {
public:
    explicit Reader(std::string_view text)
        : text_(text)
        , out_(text) {}

    Result<std::string> run() {
        while (at_ < text_.size()) {
            if (text_[at_] == '"') {
                if (!skip_string()) {
                    return broken("a string does not end");
                }
                comma_.reset();
                after_value_ = true;
            } else if (starts("//")) {
                blank_until(text_.find('\n', at_));
            } else if (starts("/*")) {
                const std::size_t end = text_.find("*/", at_ + 2);
                if (end == std::string_view::npos) {
                    return broken("a comment does not end");
                }
                blank_until(end + 2);
            } else {
                step();
            }
        }
        return std::move(out_);
    }

private:
    bool starts(std::string_view with) const { return text_.substr(at_).starts_with(with); }

    bool skip_string() {
        for (++at_; at_ < text_.size(); ++at_) {
            if (text_[at_] == '\\') {
                ++at_;
            } else if (text_[at_] == '"') {
                ++at_;
                return true;
            }
        }
        return false;
    }

    void blank_until(std::size_t end) {
        for (; at_ < std::min(end, text_.size()); ++at_) {
            if (text_[at_] != '\n') {
                out_[at_] = ' ';
            }
        }
    }

    /// One character outside of strings and comments.
    void step() {
        const char c = text_[at_];
        if ((c == '}' || c == ']') && comma_) {
            out_[*comma_] = ' ';
        }
        if (c == ',') {
            // Only one that follows a value may stand before a bracket.
            comma_ = after_value_ ? std::optional(at_) : std::nullopt;
            after_value_ = false;
        } else if (c != ' ' && c != '\t' && c != '\n' && c != '\r') {
            comma_.reset();
            after_value_ = c != '[' && c != '{' && c != ':';
        }
        ++at_;
    }

    std::unexpected<Error> broken(std::string_view what) const {
        return fail(ErrorCode::invalid, fmt::format("at byte {}: {}", at_, what));
    }

    std::string_view text_;
    std::string out_;
    std::size_t at_ = 0;
    bool after_value_ = false;
    std::optional<std::size_t> comma_{}; ///< One that nothing but blanks has followed.
};

} // namespace

Result<std::string> plain_json(std::string_view hujson) {
    return Reader(hujson).run();
}

} // namespace ducksnest::testing
