#pragma once

#include <memory>
#include <utility>

namespace ducksnest::plan {

/// A value that many nodes hold together: never changes, copies cost a counter. Compares by value;
/// `same` asks whether two handles hold the very same one.
template <class T>
class Shared {
public:
    Shared()
        : Shared(T()) {}
    explicit Shared(T value)
        : value_(std::make_shared<const T>(std::move(value))) {}

    const T& operator*() const { return *value_; }
    const T* operator->() const { return value_.get(); }
    bool same(const Shared& other) const { return value_ == other.value_; }
    bool operator==(const Shared& other) const { return same(other) || *value_ == *other.value_; }

private:
    std::shared_ptr<const T> value_;
};

} // namespace ducksnest::plan
