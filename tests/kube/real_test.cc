#include "control_plane.h"
#include "drain_suite.h"
#include "kube_suite.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::testing;

TEST_CASE("the client conforms on a real API server") {
    RealKube real;
    SUBCASE("objects") {
        check_objects(real.client);
    }
    SUBCASE("apply") {
        check_apply(real.client);
    }
    SUBCASE("ownership") {
        check_ownership(real.client);
    }
    SUBCASE("status") {
        check_status(real.client);
    }
    SUBCASE("lists") {
        check_lists(real.client);
    }
    SUBCASE("watches") {
        check_watches(real.client);
    }
    SUBCASE("watched selectors") {
        check_watched_selectors(real.client);
    }
    SUBCASE("bookmarks") {
        check_bookmarks(real.client);
    }
    SUBCASE("removals") {
        check_removals(real.client);
    }
    SUBCASE("leases") {
        check_leases(real.client);
    }
    SUBCASE("evictions") {
        check_evictions(real.client);
    }
    SUBCASE("budgets") {
        check_budgets(real.client);
    }
    SUBCASE("custom kinds") {
        check_custom_kinds(real.client, real.timer);
    }
    SUBCASE("errors") {
        check_errors(real.client);
    }
    SUBCASE("cordons") {
        check_cordon(real.client, real.timer);
    }
    SUBCASE("drains") {
        check_drain(real.client, real.timer);
    }
}
