#pragma once

#include "base/bytes.h"
#include "io/testing/temporary_folder.h"

#include <cstdlib>
#include <fstream>
#include <iterator>
#include <string>
#include <string_view>

namespace ducksnest::age::testing {

/// A temporary folder in which the real `age` and `ssh-keygen` run.
class Workbench {
public:
    /// Runs a shell command in the folder; false when it fails. What it says is in the file `said`.
    bool run(const std::string& command) const {
        const std::string line = "cd '" + folder_.path() + "' && { " + command + "; } >said 2>&1";
        return std::system(line.c_str()) == 0; // NOLINT(bugprone-command-processor)
    }

    std::string read(const std::string& name) const {
        std::ifstream stream(folder_ / name, std::ios::binary);
        return {std::istreambuf_iterator<char>(stream), {}};
    }

    void write(const std::string& name, std::string_view text) const {
        std::ofstream stream(folder_ / name, std::ios::binary);
        stream << text;
    }

    /// A private key file: ssh-keygen and age refuse one that others may read.
    void write_private(const std::string& name, ByteView bytes) const {
        write(name, as_text(bytes));
        std::filesystem::permissions(folder_ / name, std::filesystem::perms::owner_read);
    }

private:
    io::testing::TemporaryFolder folder_{};
};

} // namespace ducksnest::age::testing
