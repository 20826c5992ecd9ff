#include "base/json.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

#include <algorithm>
#include <limits>

namespace ducksnest {
namespace {

/// Builds a Json from parser events; refuses what a Json cannot hold.
class Builder : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit Builder(JsonNumbers numbers)
        : numbers_(numbers) {}

    bool null() override { return put(Json()); }
    bool boolean(bool value) override { return put(Json(value)); }
    bool number_integer(number_integer_t value) override { return put(Json(std::int64_t{value})); }
    bool number_unsigned(number_unsigned_t value) override {
        if (value > static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max())) {
            return numbers_ == JsonNumbers::any ? put(Json::fraction(std::to_string(value)))
                                                : refuse("a number is larger than 64 bits");
        }
        return put(Json(static_cast<std::int64_t>(value)));
    }
    bool number_float(number_float_t /*value*/, const string_t& text) override {
        return numbers_ == JsonNumbers::any ? put(Json::fraction(text))
                                            : refuse(fmt::format("`{}` is not an integer", text));
    }
    bool string(string_t& value) override { return put(Json(std::move(value))); }
    bool binary(binary_t& /*value*/) override { return refuse("binary data"); }

    bool start_object(std::size_t /*size*/) override { return open(true); }
    bool key(string_t& value) override {
        levels_.back().key = std::move(value);
        return true;
    }
    bool end_object() override {
        Level level = std::move(levels_.back());
        levels_.pop_back();
        std::ranges::sort(level.members, {}, &Json::Member::first);
        const auto twin = std::ranges::adjacent_find(level.members, {}, &Json::Member::first);
        if (twin != level.members.end()) {
            return refuse(fmt::format("key `{}` appears twice in one object", twin->first));
        }
        return put(Json::object(std::move(level.members)));
    }
    bool start_array(std::size_t /*size*/) override { return open(false); }
    bool end_array() override {
        Level level = std::move(levels_.back());
        levels_.pop_back();
        return put(Json(std::move(level.items)));
    }
    bool parse_error(
        std::size_t /*position*/, const std::string& /*token*/, const nlohmann::json::exception& ex
    ) override {
        // "[json.exception.parse_error.101] parse error at line 1, column 2: …": keep what follows
        // "] ".
        const std::string_view what = ex.what();
        const std::size_t at = what.find("] ");
        return refuse(std::string(at == std::string_view::npos ? what : what.substr(at + 2)));
    }

    Json result{};
    std::string problem{};

private:
    struct Level {
        bool is_object = false;
        std::string key{};
        Json::Object members{};
        Json::Array items{};
    };

    bool open(bool is_object) {
        constexpr std::size_t depth_max = 200;
        if (levels_.size() == depth_max) {
            return refuse("nested deeper than 200 levels");
        }
        levels_.push_back({.is_object = is_object, .key = {}, .members = {}, .items = {}});
        return true;
    }

    bool put(Json value) {
        if (levels_.empty()) {
            result = std::move(value);
        } else if (levels_.back().is_object) {
            levels_.back().members.emplace_back(std::move(levels_.back().key), std::move(value));
        } else {
            levels_.back().items.push_back(std::move(value));
        }
        return true;
    }

    bool refuse(std::string why) {
        problem = std::move(why);
        return false;
    }

    JsonNumbers numbers_;
    std::vector<Level> levels_{};
};

} // namespace

Result<Json> Json::parse(std::string_view text, JsonNumbers numbers) {
    Builder builder(numbers);
    if (!nlohmann::json::sax_parse(text.begin(), text.end(), &builder)) {
        return fail(ErrorCode::invalid, "not valid JSON: " + builder.problem);
    }
    return std::move(builder.result);
}

} // namespace ducksnest
