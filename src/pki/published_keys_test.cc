#include "pki/published_keys.h"
#include "pki/testing/trust_ground.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::pki;
using testing::TrustGround;

namespace {

std::string refusal(const TrustGround& ground, const std::string& path, Bytes bytes) {
    const Result<void> result =
        refuse_published_keys(ground.plan, {{path, {.bytes = std::move(bytes)}}});
    return result.has_value() ? "accepted" : result.error().message;
}

Bytes copy(const Secret& secret) {
    return {secret.view().begin(), secret.view().end()};
}

} // namespace

TEST_CASE("a private half in the homelab's folder is refused, wherever it stands in a file") {
    TrustGround ground(1);
    CHECK(
        refusal(ground, "keys/worker1", copy(ground.host_keys.at("worker1"))) ==
        "`keys/worker1` is the private half of the host key of `worker1`, and lies in the "
        "homelab's "
        "folder"
    );
    Bytes wrapped = to_bytes("# a note\nkey: |\n");
    append(wrapped, ground.operator_key.view());
    append(wrapped, as_bytes("more\n"));
    CHECK(
        refusal(ground, "notes.md", std::move(wrapped)) ==
        "`notes.md` is the private half of the key of an operator, and lies in the homelab's folder"
    );
}

TEST_CASE("keys of nobody in the plan, and what only looks like a key, are no matter") {
    TrustGround ground(1);
    CHECK(
        refusal(ground, "id", copy(age::make_host_key(ground.random, "else").private_file)) ==
        "accepted"
    );
    const std::string dashes(5, '-');
    CHECK(
        refusal(
            ground, "doc", to_bytes("write " + dashes + "BEGIN OPENSSH PRIVATE KEY" + dashes)
        ) == "accepted"
    );
    CHECK(refusal(ground, "doc", to_bytes(dashes + "BEGIN ")) == "accepted");
    CHECK(refusal(ground, "doc", to_bytes("AGE-SECRET-KEY-1 and no more")) == "accepted");
    CHECK(refusal(ground, "doc", {}) == "accepted");
}
