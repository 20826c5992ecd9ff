#include "base/secret_json.h"

#include "base/json.h"

#include <nlohmann/json.hpp>

#include <string>

namespace ducksnest {
namespace {

/// Looks only for one text on the first level.
class MemberReader : public nlohmann::json_sax<nlohmann::json> {
public:
    explicit MemberReader(std::string_view member)
        : member_(member) {}

    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool binary(binary_t& /*value*/) override { return false; }
    bool key(string_t& value) override {
        is_wanted_ = depth_ == 1 && value == member_;
        return true;
    }
    bool string(string_t& value) override {
        if (is_wanted_ && depth_ == 1) {
            found.emplace(as_bytes(value));
        }
        wipe(value.data(), value.size());
        return true;
    }
    bool start_object(std::size_t /*size*/) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t /*size*/) override {
        is_wanted_ = false;
        return open();
    }
    bool end_array() override { return close(); }
    bool parse_error(
        std::size_t /*position*/,
        const std::string& /*token*/,
        const nlohmann::json::exception& /*exception*/
    ) override {
        return false;
    }

    std::optional<Secret> found{};

private:
    bool open() {
        constexpr int depth_max = 16;
        return ++depth_ <= depth_max;
    }
    bool close() {
        --depth_;
        return true;
    }

    std::string_view member_;
    bool is_wanted_ = false;
    int depth_ = 0;
};

} // namespace

Result<std::optional<Secret>> read_secret_member(std::string_view json, std::string_view member) {
    MemberReader reader(member);
    if (!nlohmann::json::sax_parse(json.begin(), json.end(), &reader)) {
        return fail(ErrorCode::corrupt, "the answer is not valid JSON");
    }
    return std::move(reader.found);
}

Secret secret_json_text(const Secret& text) {
    constexpr std::size_t escape_max = 6; // "\u00xx": no growth leaves a copy behind.
    std::string escaped;
    escaped.reserve(escape_max * text.size() + 2);
    append_json_string(escaped, as_text(text.view()));
    Secret out(as_bytes(escaped));
    wipe(escaped.data(), escaped.size());
    return out;
}

} // namespace ducksnest
