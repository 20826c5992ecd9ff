#include "drain_suite.h"
#include "kube_suite.h"
#include "sim/api_server.h"
#include "sim/doors.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::testing;

TEST_CASE("the twin's Kubernetes conforms") {
    sim::VirtualTimer timer;
    sim::ApiServer server(timer);
    SUBCASE("objects") {
        check_objects(server);
    }
    SUBCASE("apply") {
        check_apply(server);
    }
    SUBCASE("ownership") {
        check_ownership(server);
    }
    SUBCASE("status") {
        check_status(server);
    }
    SUBCASE("lists") {
        check_lists(server);
    }
    SUBCASE("watches") {
        check_watches(server);
    }
    SUBCASE("watched selectors") {
        check_watched_selectors(server);
    }
    SUBCASE("bookmarks") {
        check_bookmarks(server);
    }
    SUBCASE("removals") {
        check_removals(server);
    }
    SUBCASE("leases") {
        check_leases(server);
    }
    SUBCASE("evictions") {
        check_evictions(server);
    }
    SUBCASE("budgets") {
        check_budgets(server);
    }
    SUBCASE("custom kinds") {
        check_custom_kinds(server, timer);
    }
    SUBCASE("errors") {
        check_errors(server);
    }
    SUBCASE("cordons") {
        check_cordon(server, timer);
    }
    SUBCASE("drains") {
        check_drain(server, timer);
    }
}
