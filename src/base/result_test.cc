#include "base/result.h"

#include <doctest/doctest.h>

#include <memory>

using namespace ducksnest;

namespace {

Result<std::unique_ptr<int>> make(bool good) {
    if (!good) {
        return fail(ErrorCode::not_found, "no duck in `pond`", "put one in");
    }
    return std::make_unique<int>(41);
}

Result<int> add_one(bool good) {
    const std::unique_ptr<int> number = TRY(make(good).with("counting ducks"));
    return *number + 1;
}

Result<void> nothing(bool good) {
    static_cast<void>(TRY(add_one(good).with("at noon")));
    return {};
}

} // namespace

TEST_CASE("TRY unwraps values and passes errors up with their context") {
    CHECK(add_one(true).value() == 42);
    CHECK(nothing(true).has_value());
    const Error error = nothing(false).error();
    CHECK(error.code == ErrorCode::not_found);
    CHECK(describe(error) == "at noon: counting ducks: no duck in `pond`");
    CHECK(error.help == "put one in");
}

TEST_CASE("or_help does not overwrite a help that is nearer to the cause") {
    CHECK(make(false).or_help("buy one").error().help == "put one in");
}
