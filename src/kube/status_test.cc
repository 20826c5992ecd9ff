#include "base/error.h"
#include "kube/status.h"

#include <doctest/doctest.h>

namespace ducksnest::kube {
namespace {

HttpResponse answer(int status, std::string body) {
    return {.status = status, .body = std::move(body)};
}

} // namespace

TEST_CASE("a refused object is told field by field") {
    const Error error = error_of(
        answer(
            422,
            R"({"kind":"Status","message":"Deployment.apps \"x\" is invalid: [a, b]","reason":"Invalid",
                "details":{"causes":[
                  {"reason":"FieldValueInvalid","message":"Invalid value: -1: must be at least 0","field":"spec.replicas"},
                  {"reason":"FieldValueRequired","message":"Required value","field":"spec.template"}]},"code":422})"
        ),
        "Deployment apps/x"
    );
    CHECK(error.code == ErrorCode::invalid);
    CHECK(
        error.message == "the API server refuses `Deployment apps/x`:\n"
                         "  spec.replicas: Invalid value: -1: must be at least 0\n"
                         "  spec.template: Required value"
    );
}

TEST_CASE("a field that the kind does not have is invalid, though the server says 500") {
    const Error error = error_of(
        answer(
            500,
            R"({"kind":"Status","message":"failed to create typed patch object (/x; /v1, Kind=ConfigMap): .dota: field not declared in schema","code":500})"
        ),
        "ConfigMap x"
    );
    CHECK(error.code == ErrorCode::invalid);
    CHECK(
        error.message ==
        "the API server refuses `ConfigMap x`:\n  .dota: field not declared in schema"
    );
    CHECK(
        error_of(answer(500, R"({"kind":"Status","message":"etcdserver: leader changed"})"), "x")
            .code == ErrorCode::unavailable
    );
}

TEST_CASE("every status has its meaning") {
    const auto code = [](int status, std::string body = {}) {
        return error_of(answer(status, std::move(body)), "x").code;
    };
    CHECK(code(400) == ErrorCode::invalid);
    CHECK(code(401) == ErrorCode::unauthenticated);
    CHECK(code(403) == ErrorCode::denied);
    CHECK(code(404) == ErrorCode::not_found);
    CHECK(code(405) == ErrorCode::unsupported);
    CHECK(code(409) == ErrorCode::conflict);
    CHECK(code(410) == ErrorCode::aborted);
    CHECK(code(415) == ErrorCode::unsupported);
    CHECK(code(429) == ErrorCode::unavailable);
    CHECK(code(500) == ErrorCode::unavailable);
    CHECK(code(503, "not JSON") == ErrorCode::unavailable);
    CHECK(code(504) == ErrorCode::timeout);
    // A budget that allows no eviction now is no overload.
    CHECK(
        code(429, R"({"kind":"Status","details":{"causes":[{"reason":"DisruptionBudget"}]}})") ==
        ErrorCode::conflict
    );
    CHECK(
        code(
            403, R"({"kind":"Status","details":{"causes":[{"reason":"NamespaceTerminating"}]}})"
        ) == ErrorCode::conflict
    );
    CHECK(
        error_of(answer(503, ""), "every Pod").message == "`every Pod`: the API server answers 503"
    );
}

TEST_CASE("Retry-After counts when it is a number of seconds") {
    HttpResponse response;
    CHECK(!retry_after(response));
    response.headers["retry-after"] = "7";
    CHECK(retry_after(response) == Duration(7'000));
    response.headers["retry-after"] = "Fri, 31 Dec 2027 23:59:59 GMT";
    CHECK(!retry_after(response));
    response.headers["retry-after"] = "-1";
    CHECK(!retry_after(response));
}

} // namespace ducksnest::kube
