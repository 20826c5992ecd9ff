#include "local/log_excerpt.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest;

TEST_CASE("an excerpt is the end of the log, and of each line the beginning and the end") {
    std::string log;
    for (int i = 1; i <= 30; ++i) {
        log += "line " + std::to_string(i) + "\n\n";
    }
    const std::string end = local::last_lines(log);
    CHECK_FALSE(end.contains("line 20\n"));
    CHECK(end.starts_with("\n    line 21\n"));
    CHECK(end.ends_with("\n    line 30"));
    CHECK(local::last_lines("") == "");
    const std::string wide = local::last_lines("W1121 " + std::string(900, 'x') + " the cause");
    CHECK(wide.starts_with("\n    W1121 xx"));
    CHECK(wide.ends_with("x the cause"));
    CHECK(wide.size() < 170);
}

TEST_CASE("well-known causes come with what to do") {
    CHECK(local::help_for("x509: certificate has expired or is not yet valid: current time "
                          "2026-11-21T15:14:08Z is before 2026-11-23T14:00:00Z")
              .contains("clock"));
    CHECK(local::help_for("listen tcp 127.0.0.1:2379: bind: address already in use")
              .contains("ss -ltnp"));
    CHECK(local::help_for("all is well") == "");
    std::string old = "address already in use\n";
    for (int i = 0; i < 20; ++i) {
        old += "since then all is well\n";
    }
    CHECK(local::help_for(old) == "");
}
