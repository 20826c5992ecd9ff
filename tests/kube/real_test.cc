#include "conformance.h"
#include "control_plane.h"

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
    SUBCASE("lists") {
        check_lists(real.client);
    }
    SUBCASE("watches") {
        check_watches(real.client);
    }
    SUBCASE("leases") {
        check_leases(real.client);
    }
    SUBCASE("evictions") {
        check_evictions(real.client);
    }
    SUBCASE("errors") {
        check_errors(real.client);
    }
}
