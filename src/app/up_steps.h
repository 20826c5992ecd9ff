#pragma once

#include "app/context.h"
#include "app/terraform.h"
#include "model/homelab.h"
#include "plan/plan.h"

#include <functional>
#include <map>
#include <optional>
#include <string>
#include <vector>

/// The steps of `ducksnest up` on the real ground.
namespace ducksnest::app {

/// What a step came to.
struct StepResult {
    std::string text{}; ///< What was done, or why nothing was.
    bool has_changed = false;
};

/// One step. It looks first; what it finds is what `--dry-run` shows.
struct Step {
    std::string name{};
    /// What would be done; "" when there is nothing to do.
    std::function<Result<std::string>()> look{};
    std::function<Result<StepResult>()> work{};
};

/// What one run of `up` has found out so far.
class UpRun {
public:
    UpRun(Context& context, const model::Homelab& homelab, plan::Plan plan)
        : context_(context)
        , homelab_(homelab)
        , plan_(std::move(plan)) {}

    /// Refuses before anything is touched: programs, credentials, git.
    Result<void> prepare();
    /// In order. They refer to this.
    std::vector<Step> steps();

private:
    Step render();
    Step certs();
    Step committed();
    Step cache(bool is_after_cloud);
    Step cloud();
    Step hosts();
    Step tailnet();
    Step deploy();
    Step bootstrap();
    Step verify();

    /// Machines at AWS for which no tailnet key waits: a key lets one machine in, once.
    Result<std::vector<std::string>> keyless_machines();
    Result<bool> has_cache_bucket();
    Result<StepResult> push();
    Result<StepResult> change_cloud();
    Result<void> machines_are_as_planned();
    Result<std::string> look_at_nodes();
    Result<void> nodes_are_ready();
    std::vector<std::string> deploy_words() const;
    std::vector<std::string> access_words(std::string_view verb) const;
    std::vector<std::string> identity_words() const;

    Context& context_;
    const model::Homelab& homelab_;
    plan::Plan plan_;
    std::optional<Terraform> terraform_{};
    std::optional<CloudChanges> changes_{}; ///< Of the last look; not yet done.
    bool is_push_late_ = false;             ///< The bucket was not there yet.
    std::vector<std::string> new_machines_{};
    std::map<std::string, std::string> systems_{};
};

} // namespace ducksnest::app
