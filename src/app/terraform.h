#pragma once

#include "app/context.h"

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

namespace ducksnest::app {

/// What Terraform would do, from `terraform show -json PLAN`
/// (https://developer.hashicorp.com/terraform/internals/json-format).
struct CloudChanges {
    std::size_t added = 0;
    std::size_t changed = 0;
    std::vector<std::string> destroyed{}; ///< Addresses; those that are replaced, too.
    std::vector<std::string> machines{};  ///< Nodes whose instance is made or replaced.

    bool is_empty() const { return added == 0 && changed == 0 && destroyed.empty(); }
};

/// "3 to add, 1 to change, 0 to destroy".
std::string describe(const CloudChanges& changes);
Result<CloudChanges> read_changes(const Json& plan);

/// A machine that Terraform has made.
struct CloudMachine {
    std::string node{};
    std::string id{};      ///< "i-0123…".
    std::string address{}; ///< In the site's network.

    bool operator==(const CloudMachine&) const = default;
};

/// What `terraform output -json` says in `ducksnest` (terraform/outputs.tf): `corrupt` when it is
/// of another homelab, or of a module that this program does not know.
Result<std::vector<CloudMachine>> read_machines(const Json& outputs, const std::string& homelab);

/// Terraform or OpenTofu, whichever is in PATH, on the homelab's terraform/ folder.
class Terraform {
public:
    /// `not_found` when there is neither.
    static Result<Terraform> find(Context& context);

    const std::string& program() const { return program_; }
    Result<void> init();
    /// Compares with what is there; the plan stays in a file for `apply`. What changes nothing but
    /// outputs is no change.
    Result<CloudChanges> plan();
    /// Does what the last `plan` found, and nothing else.
    Result<void> apply();
    Result<std::vector<CloudMachine>> machines(const std::string& homelab);

private:
    Terraform(Context& context, std::string program)
        : context_(&context)
        , program_(std::move(program)) {}

    Result<CommandResult> run(std::vector<std::string> words, const std::string& step);

    Context* context_; ///< Never null.
    std::string program_;
};

} // namespace ducksnest::app
