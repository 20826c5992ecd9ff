#pragma once

#include "base/json.h"
#include "io/testing/temporary_folder.h"

#include <string>
#include <string_view>

namespace ducksnest::testing {

/// What a program said and how it ended.
struct Told {
    int exit = -1;
    std::string text{}; ///< Both streams.
};

/// A folder as `ducksnest render` leaves it, and a real OpenTofu in it, on the stand-in for the AWS
/// provider. The state is a file beside it: the real backend needs AWS.
class Workspace {
public:
    /// Renders this homelab.toml.
    explicit Workspace(const std::string& homelab);

    /// Renders another into the same folder, over what is there.
    void render(const std::string& homelab) const;
    /// An owner's own file in `terraform/`.
    void write(const std::string& name, const std::string& text) const;
    /// `tofu ARGUMENTS` in `terraform/`.
    Told tofu(const std::string& arguments) const;
    /// `tofu show -json` of the state.
    Json state() const;
    /// The values of a resource in the state; it must be there:
    /// `aws_iam_role.machine["standby-1"]`.
    static Json resource(const Json& state, std::string_view address);

private:
    io::testing::TemporaryFolder place_{};
    std::string tools_{};
};

} // namespace ducksnest::testing
