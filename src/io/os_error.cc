#include "io/os_error.h"

#include <cctype>
#include <cerrno>
#include <system_error>

namespace ducksnest::io {

namespace {

ErrorCode code_of(int number) {
    switch (number) {
    case ENOENT:
        return ErrorCode::not_found;
    case EACCES:
    case EPERM:
    case EROFS:
        return ErrorCode::denied;
    case EEXIST:
    case ENOTDIR:
    case EISDIR:
    case ENOTEMPTY:
        return ErrorCode::conflict;
    case EINTR:
        return ErrorCode::interrupted;
    case ENOSPC:
    case EDQUOT:
    case EMFILE:
    case ENFILE:
    case EBUSY:
    case EIO:
        return ErrorCode::unavailable;
    default:
        return ErrorCode::internal;
    }
}

/// What the owner can do about the commonest ones; nothing for the others.
std::string help_for(int number) {
    switch (number) {
    case EACCES:
    case EPERM:
        return "look at its owner and mode with `ls -ld`, or run as the user who may";
    case EROFS:
        return "the file system is mounted read-only";
    case ENOSPC:
        return "make room on that file system, then run it again";
    case EDQUOT:
        return "the user's quota is used up: make room, then run it again";
    default:
        return {};
    }
}

} // namespace

std::unexpected<Error> os_failure(std::string_view action, const std::string& path, int number) {
    std::string reason = std::generic_category().message(number);
    if (!reason.empty()) {
        reason[0] = static_cast<char>(std::tolower(static_cast<unsigned char>(reason[0])));
    }
    return fail(
        code_of(number),
        "cannot " + std::string(action) + " `" + path + "`: " + std::move(reason),
        help_for(number)
    );
}

} // namespace ducksnest::io
