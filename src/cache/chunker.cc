#include "cache/chunker.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace ducksnest::cache {
namespace {

/// The hash forgets a byte after 64 more.
constexpr std::size_t window = 64;
/// A cut every 32 KiB on average, behind the smallest size. The highest bits know the whole window.
constexpr std::uint64_t cut_mask = std::uint64_t{0x7fff} << 49U;

constexpr std::uint64_t splitmix(std::uint64_t& state) {
    std::uint64_t mixed = state += 0x9e3779b97f4a7c15U;
    mixed = (mixed ^ (mixed >> 30U)) * 0xbf58476d1ce4e5b9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94d049bb133111ebU;
    return mixed ^ (mixed >> 31U);
}

/// Changing it makes every archive look new to every node.
constexpr std::array<std::uint64_t, 256> gear = [] {
    std::array<std::uint64_t, 256> table{};
    std::uint64_t state = 0x6475636b6e657374U; // "ducknest"
    for (std::uint64_t& value : table) {
        value = splitmix(state);
    }
    return table;
}();

std::uint64_t load(const std::uint8_t* at) {
    std::uint64_t word = 0;
    std::memcpy(&word, at, sizeof word);
    if constexpr (std::endian::native == std::endian::big) {
        word = __builtin_bswap64(word);
    }
    return word;
}

__extension__ using Wide = unsigned __int128;

/// Multiplies to 128 bits and folds the halves together, as wyhash does.
std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
    const Wide product = static_cast<Wide>(a) * b;
    return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

} // namespace

ChunkId chunk_id(ByteView content) {
    constexpr std::array<std::uint64_t, 4> salt = {gear[0], gear[1], gear[2], gear[3]};
    ChunkId id{{content.size() ^ salt[0], content.size() ^ salt[1]}};
    const auto mix = [&](const std::uint8_t* at) {
        const std::uint64_t first = load(at);
        const std::uint64_t second = load(at + 8);
        id.words[0] = fold(first ^ salt[2], second ^ id.words[0]);
        id.words[1] = fold(first ^ std::rotl(id.words[1], 23), second ^ salt[3]);
    };
    std::size_t done = 0;
    for (; content.size() - done >= 16; done += 16) {
        mix(content.data() + done);
    }
    std::array<std::uint8_t, 16> rest{};
    std::copy(content.begin() + static_cast<std::ptrdiff_t>(done), content.end(), rest.begin());
    mix(rest.data());
    id.words[0] = fold(id.words[0] ^ salt[1], salt[2]);
    id.words[1] = fold(id.words[1] ^ salt[0], salt[3]);
    return id;
}

std::size_t Chunker::next_cut(ByteView more) {
    if (is_cut_) {
        size_ = 0;
        hash_ = 0;
        is_cut_ = false;
    }
    const std::uint8_t* const bytes = more.data(); // Unchecked: this loop sees every byte.
    std::size_t at = 0;
    // Bytes that have left the window when the first cut is possible need no look.
    if (size_ < chunk_min - window) {
        at = std::min(more.size(), chunk_min - window - size_);
    }
    const std::size_t end = std::min(more.size(), chunk_max - size_);
    const std::size_t quiet_end = size_ < chunk_min ? std::min(end, chunk_min - size_) : 0;
    for (; at < quiet_end; ++at) {
        hash_ = (hash_ << 1U) + gear[bytes[at]];
    }
    for (; at < end; ++at) {
        hash_ = (hash_ << 1U) + gear[bytes[at]];
        if ((hash_ & cut_mask) == 0) {
            is_cut_ = true;
            ++at;
            break;
        }
    }
    size_ += at;
    is_cut_ = is_cut_ || size_ == chunk_max;
    return at;
}

} // namespace ducksnest::cache
