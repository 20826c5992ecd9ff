#include "aws/secret_answer.h"

#include "base/encoding.h"

#include <nlohmann/json.hpp>

#include <cstdint>
#include <string>

namespace ducksnest::aws {
namespace {

/// Takes the value out of the parser's own buffer: a tree of values would leave copies behind.
class ValueReader : public nlohmann::json_sax<nlohmann::json> {
public:
    bool null() override { return true; }
    bool boolean(bool /*value*/) override { return true; }
    bool number_integer(number_integer_t /*value*/) override { return true; }
    bool number_unsigned(number_unsigned_t /*value*/) override { return true; }
    bool number_float(number_float_t /*value*/, const string_t& /*text*/) override { return true; }
    bool binary(binary_t& /*value*/) override { return false; }
    bool key(string_t& value) override {
        key_ = value;
        return true;
    }
    bool string(string_t& value) override {
        if (depth_ == 1 && (key_ == "SecretString" || key_ == "SecretBinary")) {
            found.emplace(as_bytes(value));
            is_encoded = key_ == "SecretBinary";
        }
        wipe(value.data(), value.size());
        return true;
    }
    bool start_object(std::size_t /*size*/) override { return open(); }
    bool end_object() override { return close(); }
    bool start_array(std::size_t /*size*/) override { return open(); }
    bool end_array() override { return close(); }
    bool parse_error(
        std::size_t /*position*/,
        const std::string& /*token*/,
        const nlohmann::json::exception& /*exception*/
    ) override {
        return false;
    }

    std::optional<Secret> found{};
    bool is_encoded = false;

private:
    bool open() {
        constexpr int depth_max = 16;
        return ++depth_ <= depth_max;
    }
    bool close() {
        --depth_;
        return true;
    }

    std::string key_{};
    int depth_ = 0;
};

} // namespace

Result<std::optional<Secret>> read_secret_answer(std::string_view body) {
    ValueReader reader;
    if (!nlohmann::json::sax_parse(body.begin(), body.end(), &reader)) {
        return fail(ErrorCode::corrupt, "the answer is not valid JSON");
    }
    if (reader.found && reader.is_encoded) {
        Result<Bytes> bytes = decode_base64(as_text(reader.found->view()));
        if (!bytes) {
            return fail(ErrorCode::corrupt, "the binary value is not base64");
        }
        return Secret(std::move(*bytes));
    }
    return std::move(reader.found);
}

} // namespace ducksnest::aws
