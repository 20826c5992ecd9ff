#pragma once

#include <compare>
#include <cstdint>

namespace ducksnest::diag {

/// A piece of a source file as byte offsets; line and column are worked out only when shown.
struct Span {
    std::uint32_t file = 0;
    std::uint32_t begin = 0;
    std::uint32_t end = 0; ///< Exclusive.

    auto operator<=>(const Span&) const = default;
};

/// A value together with the place where it was written. Reads like the value itself.
template <class T>
struct Spanned {
    T value{};
    Span span{};

    const T& operator*() const { return value; }
    const T* operator->() const { return &value; }
};

} // namespace ducksnest::diag
