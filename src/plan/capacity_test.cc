#include "plan/capacity.h"

#include <doctest/doctest.h>

namespace ducksnest::plan {
namespace {

TEST_CASE("capacity: classes begin where a machine can carry more") {
    CHECK(memory_class_of(1945) == MemoryClass::small); // the owner's `old`
    CHECK(memory_class_of(3071) == MemoryClass::small);
    CHECK(memory_class_of(3072) == MemoryClass::medium);
    CHECK(memory_class_of(4096) == MemoryClass::medium); // t3.medium
    CHECK(memory_class_of(7680) == MemoryClass::large);  // 8 GiB less what firmware keeps
}

TEST_CASE("capacity: what pods get is the machine minus every reserve") {
    const std::vector<Reserve> reserves = reserves_of(
        {.memory_class = MemoryClass::medium,
         .role = model::Role::control_plane,
         .api_balancer = false,
         .log_agent = true}
    );
    CHECK(
        memory_arithmetic(4096, reserves) == "4096 - 320 system - 288 kubernetes - 1152 control "
                                             "plane - 150 eviction - 160 calico-node - "
                                             "64 log-agent = 1962 MiB"
    );
    CHECK(allocatable({.memory = 4096, .millicpus = 2000}, reserves) == Capacity{1962, 1150});
}

TEST_CASE("capacity: a machine smaller than its reserves has nothing left, not less than nothing") {
    const std::vector<Reserve> reserves = reserves_of({.memory_class = MemoryClass::small});
    CHECK(allocatable({.memory = 256, .millicpus = 100}, reserves) == Capacity{0, 0});
}

TEST_CASE("capacity: the balancer and the log agent cost only where they run") {
    const auto total = [](bool balancer, bool log_agent) {
        std::vector<Reserve> reserves = reserves_of(
            {.memory_class = MemoryClass::large, .api_balancer = balancer, .log_agent = log_agent}
        );
        return 16384 - allocatable({.memory = 16384, .millicpus = 4000}, reserves).memory;
    };
    CHECK(total(false, false) == 512 + 512 + 256 + 192);
    CHECK(total(true, false) == total(false, false) + 32);
    CHECK(total(false, true) == total(false, false) + 96);
}

} // namespace
} // namespace ducksnest::plan
