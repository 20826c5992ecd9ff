#include "config/tree.h"

#include <algorithm>

namespace ducksnest::config {

const Entry* Value::find(std::string_view key) const {
    const auto at = std::ranges::lower_bound(entries, key, {}, &Entry::key);
    return at != entries.end() && at->key == key ? &*at : nullptr;
}

std::string_view describe(Kind kind) {
    switch (kind) {
    case Kind::string:
        return "a string";
    case Kind::integer:
        return "an integer";
    case Kind::real:
        return "a number with a fraction";
    case Kind::boolean:
        return "a boolean";
    case Kind::date:
        return "a date or time";
    case Kind::array:
        return "a list";
    case Kind::table:
        return "a section";
    }
    return "";
}

} // namespace ducksnest::config
