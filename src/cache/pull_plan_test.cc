#include "cache/delta.h"
#include "cache/pull_plan.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::cache;

namespace {

StorePath path_of(char digit) {
    return StorePath::parse_name(std::string(32, digit) + "-p").value();
}

Narinfo narinfo_of(char digit, std::uint64_t size, const std::string& references) {
    Narinfo narinfo{.path = path_of(digit), .url = "nar/x", .nar_size = size};
    for (const char reference : references) {
        narinfo.references.push_back(path_of(reference));
    }
    return narinfo;
}

} // namespace

TEST_CASE("a closure is asked for as it becomes known, and registered from below") {
    PullPlan plan;
    plan.want(path_of('1'), "");
    plan.want(path_of('1'), "");
    REQUIRE(plan.take_narinfo()->path == path_of('1'));
    CHECK_FALSE(plan.take_narinfo());
    // It refers to itself, which nothing waits for.
    plan.has_narinfo(narinfo_of('1', 10, "123"));
    const auto second = plan.take_narinfo();
    CHECK(second->path == path_of('2'));
    CHECK(second->referrer == path_of('1').text());
    CHECK(plan.take_narinfo()->path == path_of('3'));
    plan.is_valid(path_of('3'));
    plan.has_narinfo(narinfo_of('2', 20, "3"));
    // The largest first.
    CHECK(plan.take_nar()->path == path_of('2'));
    CHECK(plan.take_nar()->path == path_of('1'));
    CHECK(plan.take_nar() == nullptr);
    plan.has_files(path_of('1'));
    CHECK(plan.take_complete().empty());
    plan.has_files(path_of('2'));
    const auto complete = plan.take_complete();
    REQUIRE(complete.size() == 2);
    CHECK(complete[0]->path == path_of('2'));
    CHECK(complete[1]->path == path_of('1'));
    plan.registered(path_of('2'));
    CHECK_FALSE(plan.is_done());
    plan.registered(path_of('1'));
    CHECK(plan.is_done());
}

TEST_CASE("a delta joins neighbours and bounds each fetch") {
    const auto chunk = [](std::uint64_t id, std::uint32_t file_size) {
        return Chunk{.id = {{id, 0}}, .nar_size = 100, .file_size = file_size};
    };
    const ChunkIndex index{
        {chunk(1, 10), chunk(2, 10), chunk(3, 30), chunk(4, 30), chunk(5, 30), chunk(6, 10)}
    };
    const std::map<ChunkId, std::uint64_t> base = {{{{1, 0}}, 500}, {{{2, 0}}, 600}, {{{6, 0}}, 0}};
    const std::vector<DeltaStep> steps = plan_delta(index, base, 60);
    REQUIRE(steps.size() == 4);
    CHECK(steps[0].base_offset == 500);
    CHECK(steps[0].nar_size == 200);
    CHECK(steps[1].file_offset == 20);
    CHECK(steps[1].file_size == 60);
    CHECK(steps[1].nar_size == 200);
    CHECK(steps[2].file_offset == 80);
    CHECK(steps[2].file_size == 30);
    CHECK(steps[3].base_offset == 0);
    CHECK(steps[3].file_size == 0);
}
