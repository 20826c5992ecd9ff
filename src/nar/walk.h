#pragma once

#include "base/bytes.h"
#include "base/result.h"
#include "ports/tree_source.h"

#include <cstdint>
#include <string>

namespace ducksnest::nar {

/// What an archive is made of, in order: framing gathers in a buffer, and a file's contents stand
/// between two pieces of framing.
class Parts {
public:
    virtual ~Parts() = default;
    /// Where framing is appended to.
    virtual Bytes& framing() = 0;
    /// The contents of a file come here; the padding behind them is framing again.
    virtual Result<void> add_contents(const std::string& path, std::uint64_t size) = 0;
    /// A good moment to hand on what has gathered.
    virtual Result<void> rest() = 0;
};

/// Goes through a tree in the order of its archive.
Result<void> walk(TreeSource& source, Parts& parts);

} // namespace ducksnest::nar
