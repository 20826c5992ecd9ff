#pragma once

#include <string>
#include <string_view>

namespace ducksnest::render {

/// Colours for people (ECMA-48 SGR), or the plain text.
class Paint {
public:
    explicit Paint(bool is_on)
        : is_on_(is_on) {}

    std::string strong(std::string_view text) const { return with("1", text); }
    std::string faint(std::string_view text) const { return with("2", text); }
    std::string added(std::string_view text) const { return with("32", text); }
    std::string removed(std::string_view text) const { return with("31", text); }
    std::string changed(std::string_view text) const { return with("33", text); }
    std::string accent(std::string_view text) const { return with("36", text); }

private:
    std::string with(std::string_view code, std::string_view text) const {
        if (!is_on_ || text.empty()) {
            return std::string(text);
        }
        return std::string("\x1b[").append(code).append("m").append(text).append("\x1b[0m");
    }

    bool is_on_;
};

} // namespace ducksnest::render
