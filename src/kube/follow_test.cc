#include "base/text.h"
#include "kube/follow.h"
#include "kube/object.h"
#include "kube/testing/fake_kube.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <deque>

namespace ducksnest::kube {
namespace {

Json pod(const std::string& name, const std::string& version) {
    return Json::object(
        {{"apiVersion", "v1"},
         {"kind", "Pod"},
         {"metadata",
          Json::object({{"name", name}, {"namespace", "a"}, {"resourceVersion", version}})}}
    );
}

/// Lists and watches from a script; every watch is one line of it.
class ScriptedKube final : public testing::FakeKube {
public:
    struct List {
        std::vector<Json> objects{};
        std::string version{};
        std::optional<Error> error{};
    };
    struct Watch {
        std::vector<Event> events{};
        std::optional<Error> error{};
    };

    Result<std::string> list(const ListQuery&, const ObjectReceiver& receiver) override {
        REQUIRE(!lists.empty());
        const List list = lists.front();
        lists.pop_front();
        log.push_back("list");
        if (list.error) {
            return std::unexpected(*list.error);
        }
        for (const Json& object : list.objects) {
            receiver(object);
        }
        return list.version;
    }
    Result<void> watch(const WatchQuery& query, const EventReceiver& receiver) override {
        REQUIRE(!watches.empty());
        const Watch watch = watches.front();
        watches.pop_front();
        log.push_back("watch " + query.resource_version);
        for (const Event& event : watch.events) {
            if (!receiver(event)) {
                return {};
            }
        }
        return watch.error ? Result<void>(std::unexpected(*watch.error)) : Result<void>();
    }

    std::deque<List> lists{};
    std::deque<Watch> watches{};
    std::vector<std::string> log{};
};

class Zeros final : public Random {
public:
    void fill(std::span<std::uint8_t> out) override { std::ranges::fill(out, std::uint8_t{0}); }
};

struct Told {
    std::string events{};
    Result<void> end{};
    Duration waited{};
};

/// Follows until `count` events are told.
Told follow_for(ScriptedKube& kube, std::size_t count) {
    testing::FakeTimer timer;
    Zeros random;
    std::vector<std::string> seen;
    Told told;
    const ListQuery query = {.api_version = "v1", .kind = "Pod"};
    told.end = follow({kube, timer, random}, query, [&](const Event& event) {
        constexpr std::string_view marks[] = {"+", "~", "-"};
        seen.push_back(fmt::format(
            "{}{}@{}",
            marks[static_cast<std::size_t>(event.type)],
            text_at(event.object, "metadata.name"),
            text_at(event.object, "metadata.resourceVersion")
        ));
        return seen.size() < count;
    });
    told.events = join(seen, " ");
    told.waited = timer.now;
    return told;
}

Event event(EventType type, const std::string& name, const std::string& version) {
    return {.type = type, .object = pod(name, version)};
}

} // namespace

TEST_CASE("a follower tells what is there and what happens, and goes on where it was") {
    ScriptedKube kube;
    kube.lists = {{.objects = {pod("x", "1"), pod("y", "2")}, .version = "3"}};
    kube.watches = {
        {.events =
             {event(EventType::modified, "x", "4"),
              event(EventType::modified, "x", "4"), // Told twice by the server.
              event(EventType::bookmark, "", "9")}},
        {.events = {event(EventType::deleted, "y", "10"), event(EventType::deleted, "y", "10")}},
        {.events = {event(EventType::added, "z", "11")}},
    };
    const Told told = follow_for(kube, 5);
    CHECK(told.end.has_value());
    CHECK(told.events == "+x@1 +y@2 ~x@4 -y@10 +z@11");
    CHECK(kube.log == std::vector<std::string>{"list", "watch 3", "watch 9", "watch 10"});
}

TEST_CASE("after a gap the follower lists anew and tells the difference") {
    ScriptedKube kube;
    const Error gone = {.code = ErrorCode::aborted, .message = "too old resource version"};
    kube.lists = {
        {.objects = {pod("x", "1"), pod("y", "2"), pod("z", "2")}, .version = "3"},
        {.error = Error{.code = ErrorCode::unavailable, .message = "connection refused"}},
        {.objects = {pod("x", "1"), pod("z", "7")}, .version = "8"},
    };
    kube.watches = {{.error = gone}, {.events = {event(EventType::added, "n", "9")}}};
    const Told told = follow_for(kube, 6);
    CHECK(told.events == "+x@1 +y@2 +z@2 ~z@7 -y@ +n@9");
    CHECK(kube.log == std::vector<std::string>{"list", "watch 3", "list", "list", "watch 8"});
    CHECK(told.waited == Duration(100));
}

TEST_CASE("a connection that breaks is waited for, a right that is missing is not") {
    ScriptedKube kube;
    const Error broken = {.code = ErrorCode::unavailable, .message = "connection reset"};
    kube.lists = {{.objects = {pod("x", "1")}, .version = "3"}};
    kube.watches = {
        {.error = broken},
        {.error = broken},
        {.error = Error{.code = ErrorCode::denied, .message = "no"}},
    };
    const Told told = follow_for(kube, 9);
    CHECK(told.end.error().code == ErrorCode::denied);
    CHECK(told.waited == Duration(100 + 200));
    CHECK(kube.log == std::vector<std::string>{"list", "watch 3", "watch 3", "watch 3"});
}

} // namespace ducksnest::kube
