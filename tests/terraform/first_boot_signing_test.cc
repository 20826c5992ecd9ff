#include "cache/generation.h"
#include "io/object_stores.h"
#include "support/s3_server.h"
#include "terraform/first_boot_ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

/// The first boot reads what `ducksnest cache push` records, with a real curl that signs, from an
/// S3 that checks signatures.
using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

cache::Generation generation(const std::string& node, char letter, const std::string& time) {
    return {
        .node = node,
        .path = *cache::StorePath::parse_name(std::string(32, letter) + "-nixos-system-" + node),
        .time = *parse_time(time),
    };
}

std::string credentials_json(const std::string& secret_key) {
    return fmt::format(
        R"({{"AccessKeyId": "{}", "SecretAccessKey": "{}", "Token": "of-a-role"}})",
        s3_server().access_key(),
        secret_key
    );
}

/// A bucket with systems of two nodes.
std::string endpoint() {
    static const std::string made = [] {
        const auto store = io::open_object_store(s3_server().url());
        REQUIRE(store.has_value());
        for (const auto& each :
             {generation("standby-1", 'a', "2026-11-21T09:30:00Z"),
              generation("standby-1", 'c', "2026-11-23T09:30:00Z"),
              generation("standby-1", 'b', "2026-11-22T09:30:00Z"),
              generation("standby-10", 'd', "2026-11-24T09:30:00Z")}) {
            const Result<void> recorded = cache::record_generation(**store, each);
            REQUIRE_MESSAGE(recorded, describe(recorded.error()));
        }
        return fmt::format("{}/{}", s3_server().endpoint(), s3_server().bucket());
    }();
    return made;
}

} // namespace

TEST_CASE("first boot: finds the newest system by calls that S3 takes for signed") {
    const FirstBootGround ground;
    ground.write("s3_endpoint", endpoint());
    ground.write("credentials.json", credentials_json(s3_server().secret_key()));
    const Boot boot = ground.boot();
    CHECK_MESSAGE(boot.exit == 0, boot.log);
    CHECK(boot.log.starts_with(
        "first boot of standby-1: taking /nix/store/cccccccccccccccccccccccccccccccc-nixos-system-"
        "standby-1\n"
    ));
}

TEST_CASE("first boot: calls with another key are refused, so the last test means something") {
    const FirstBootGround ground;
    ground.write("s3_endpoint", endpoint());
    ground.write("credentials.json", credentials_json("wrong"));
    const Boot boot = ground.boot();
    CHECK(boot.exit == 1);
    CHECK(boot.log.contains("403"));
    CHECK_FALSE(boot.log.contains("wrong"));
}
