#pragma once

#include "io/testing/temporary_folder.h"

#include <string>
#include <vector>

namespace ducksnest::testing {

/// How a run of the first boot went.
struct Boot {
    int exit = -1;
    std::string log{}; ///< What the journal would have.
};

/// A machine of paper: a root folder, and stand-ins for every program of the first boot that
/// reaches out of it. Each records how it was called.
class FirstBootGround {
public:
    FirstBootGround();

    std::string path(const std::string& name) const { return place_ / name; }
    /// Runs the script; at the end of the given call of a stand-in, counted from 1, the machine
    /// loses power. 0: never.
    Boot boot(int killed_at = 0) const;
    /// Every call: a program and its arguments a line.
    std::string calls() const;
    int call_count() const;
    bool exists(const std::string& name) const;
    std::string read(const std::string& name) const;
    void write(const std::string& name, const std::string& text) const;

private:
    io::testing::TemporaryFolder place_{};
};

/// That the machine of the ground came to its end: system, switch, tailnet, one key used.
void check_booted(const FirstBootGround& ground);

/// terraform/first-boot.sh.tftpl as Terraform fills it for the node `standby-1`.
std::string first_boot_script();

/// What the stand-ins give away as secrets.
const std::vector<std::string>& first_boot_secrets();

} // namespace ducksnest::testing
