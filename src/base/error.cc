#include "base/error.h"

#include <ranges>

namespace ducksnest {

std::string_view to_string(ErrorCode code) {
    switch (code) {
    case ErrorCode::not_found:
        return "not_found";
    case ErrorCode::conflict:
        return "conflict";
    case ErrorCode::invalid:
        return "invalid";
    case ErrorCode::unauthenticated:
        return "unauthenticated";
    case ErrorCode::denied:
        return "denied";
    case ErrorCode::unavailable:
        return "unavailable";
    case ErrorCode::timeout:
        return "timeout";
    case ErrorCode::aborted:
        return "aborted";
    case ErrorCode::corrupt:
        return "corrupt";
    case ErrorCode::unsupported:
        return "unsupported";
    case ErrorCode::interrupted:
        return "interrupted";
    case ErrorCode::internal:
        return "internal";
    }
    return "internal";
}

std::string describe(const Error& error) {
    std::string text;
    for (const std::string& frame : std::views::reverse(error.context)) {
        text += frame;
        text += ": ";
    }
    return text + error.message;
}

} // namespace ducksnest
