#pragma once

#include <cstddef>
#include <string_view>

namespace ducksnest {

/// Says what is going on while it goes on: a live line on a terminal, one line per finished step
/// when piped, nothing in tests. Goes to stderr; answers go to stdout by other ways.
class Progress {
public:
    virtual ~Progress() = default;
    /// A step has begun: "issuing certificates". `total` is 0 when it cannot be counted.
    virtual void begin(std::string_view step, std::size_t total) = 0;
    /// `done` of the step's total; `detail` is what is being worked on.
    virtual void advance(std::size_t done, std::string_view detail) = 0;
    /// The step ended well: "17 certificates issued".
    virtual void end(std::string_view outcome) = 0;
};

} // namespace ducksnest
