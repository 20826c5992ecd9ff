#include "aws/region.h"

#include "base/text.h"

#include <algorithm>

namespace ducksnest::aws {

Result<void> check_region(const std::string& region) {
    const std::vector<std::string_view> parts = split(region, '-');
    const auto is_word = [](std::string_view part) {
        return !part.empty() && std::ranges::all_of(part, [](char letter) {
            return letter >= 'a' && letter <= 'z';
        });
    };
    const bool is_region = (parts.size() == 3 || parts.size() == 4) &&
                           std::ranges::all_of(parts.begin(), parts.end() - 1, is_word) &&
                           !parts.back().empty() &&
                           std::ranges::all_of(parts.back(), [](char letter) {
                               return letter >= '0' && letter <= '9';
                           });
    if (!is_region) {
        return fail(
            ErrorCode::invalid,
            "`" + region + "` is no region of AWS",
            "such as ap-northeast-2; an availability zone has a letter at its end, a region has not"
        );
    }
    return {};
}

} // namespace ducksnest::aws
