#pragma once

#include "base/result.h"

#include <mutex>
#include <optional>

namespace ducksnest::cache {

/// The first failure of several threads.
class FirstError {
public:
    template <class T>
    void note(const Result<T>& outcome) {
        const std::lock_guard lock(mutex_);
        if (!outcome && !error_) {
            error_ = outcome.error();
        }
    }
    Result<void> result() {
        return error_ ? Result<void>(std::unexpected(*error_)) : Result<void>();
    }

private:
    std::mutex mutex_{};
    std::optional<Error> error_{};
};

} // namespace ducksnest::cache
