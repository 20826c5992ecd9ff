#pragma once

#include "base/bytes.h"

#include <cstddef>
#include <utility>

namespace ducksnest {

/// Overwrites memory with zeros in a way the compiler may not remove.
void wipe(void* memory, std::size_t size);

/// Key material: move-only, wiped when it goes out of scope. Never printed, never logged.
class Secret {
public:
    Secret() = default;
    explicit Secret(std::size_t size)
        : bytes_(size) {}
    explicit Secret(ByteView bytes)
        : bytes_(bytes.begin(), bytes.end()) {}
    /// Takes the buffer over; the caller's vector is left empty.
    explicit Secret(Bytes&& bytes)
        : bytes_(std::move(bytes)) {}

    Secret(const Secret&) = delete;
    Secret& operator=(const Secret&) = delete;
    Secret(Secret&& other) noexcept
        : bytes_(std::move(other.bytes_)) {
        other.bytes_.clear();
    }
    Secret& operator=(Secret&& other) noexcept {
        if (this != &other) {
            clear();
            bytes_ = std::move(other.bytes_);
            other.bytes_.clear();
        }
        return *this;
    }
    ~Secret() { clear(); }

    /// A second owner of the same bytes; explicit because each copy is one more place to wipe.
    Secret clone() const { return Secret(ByteView(bytes_)); }

    ByteView view() const { return bytes_; }
    std::span<std::uint8_t> span() { return bytes_; }
    std::size_t size() const { return bytes_.size(); }
    bool empty() const { return bytes_.empty(); }

    void clear() {
        wipe(bytes_.data(), bytes_.size());
        bytes_.clear();
    }

private:
    Bytes bytes_{};
};

} // namespace ducksnest
