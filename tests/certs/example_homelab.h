#pragma once

#include "io/testing/temporary_folder.h"
#include "pki/spec.h"
#include "ports/files.h"

#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::testing {

/// What a process said and how it ended.
struct Ran {
    int exit = -1;
    std::string out{};
    std::string err{};
};

/// The example homelab in a temporary folder, with host keys and an operator's key that
/// ssh-keygen(1) made on the spot, and the program itself to work on it.
class ExampleHomelab {
public:
    ExampleHomelab();

    /// homelab.toml and secrets/; the keys lie elsewhere.
    std::string folder() const { return place_ / "homelab"; }
    std::string secrets() const { return folder() + "/secrets"; }
    /// The private key file of a node, or of "operator".
    std::string key(const std::string& name) const { return place_ / ("keys/" + name); }
    std::string scratch(const std::string& name) const { return place_ / ("scratch/" + name); }
    /// Those of the example; "old" has an RSA key, the others Ed25519.
    const std::vector<std::string>& nodes() const { return nodes_; }

    std::string text() const;
    void write_text(const std::string& text) const;
    pki::TrustPlan trust() const;
    Tree tree() const;

    /// `ducksnest ARGUMENTS -C FOLDER`, by the shell; nothing is asked.
    Ran ducksnest(const std::string& arguments) const;
    /// Any command, by the shell.
    Ran run(const std::string& command) const;

private:
    io::testing::TemporaryFolder place_{};
    std::vector<std::string> nodes_{};
};

std::string read_text(const std::string& path);

} // namespace ducksnest::testing
