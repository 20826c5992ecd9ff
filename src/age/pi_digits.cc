#include "age/pi_digits.h"

namespace ducksnest::age {
namespace {

/// A number in [0, 2^32) as base-2^32 digits: one before the point, the rest behind it.
using FixedPoint = std::vector<std::uint32_t>;

/// Divides in place by a small number, from the first digit that is not known to be zero on.
void divide(FixedPoint& number, std::uint32_t divisor, std::size_t first) {
    std::uint64_t remainder = 0;
    for (std::size_t i = first; i < number.size(); ++i) {
        const std::uint64_t value = (remainder << 32U) | number[i];
        number[i] = static_cast<std::uint32_t>(value / divisor);
        remainder = value % divisor;
    }
}

void add(FixedPoint& sum, const FixedPoint& term) {
    std::uint64_t carry = 0;
    for (std::size_t i = sum.size(); i-- > 0;) {
        carry += std::uint64_t{sum[i]} + term[i];
        sum[i] = static_cast<std::uint32_t>(carry);
        carry >>= 32U;
    }
}

void subtract(FixedPoint& sum, const FixedPoint& term) {
    std::uint64_t borrow = 0;
    for (std::size_t i = sum.size(); i-- > 0;) {
        const std::uint64_t difference = std::uint64_t{sum[i]} - term[i] - borrow;
        sum[i] = static_cast<std::uint32_t>(difference);
        borrow = difference >> 63U;
    }
}

/// scale * arctan(1 / inverse) = scale * (1/x - 1/(3 x^3) + 1/(5 x^5) - …).
FixedPoint arctangent(std::uint32_t scale, std::uint32_t inverse, std::size_t digits) {
    FixedPoint power(digits);
    power[0] = scale;
    divide(power, inverse, 0);
    FixedPoint sum = power;
    std::size_t first = 0;
    for (std::uint32_t odd = 3; first < digits; odd += 2) {
        divide(power, inverse * inverse, first);
        while (first < digits && power[first] == 0) {
            ++first;
        }
        FixedPoint term = power;
        divide(term, odd, first);
        if (odd % 4 == 3) {
            subtract(sum, term);
        } else {
            add(sum, term);
        }
    }
    return sum;
}

} // namespace

std::vector<std::uint32_t> pi_fraction(std::size_t words) {
    // Machin, 1706: pi = 16 arctan(1/5) - 4 arctan(1/239). Each of the thousands of divisions loses
    // less than one unit of the last digit; two digits more than asked for absorb that.
    constexpr std::size_t guard = 2;
    FixedPoint pi = arctangent(16, 5, 1 + words + guard);
    subtract(pi, arctangent(4, 239, 1 + words + guard));
    return {pi.begin() + 1, pi.end() - guard};
}

} // namespace ducksnest::age
