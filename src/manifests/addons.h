#pragma once

#include "diag/diagnostic.h"
#include "diag/source.h"
#include "manifests/embedded.h"
#include "manifests/object.h"
#include "manifests/placeholders.h"
#include "plan/plan.h"

#include <map>
#include <span>
#include <string>
#include <vector>

namespace ducksnest::manifests {

/// What a set of files holds, and what is wrong with it.
struct ManifestSet {
    std::vector<Object> objects{}; ///< By phase, then in the order of the files.
    diag::Sources sources{};
    std::vector<diag::Diagnostic> diagnostics{};
};

/// Reads files called `<addon>/<phase>.yaml`. Mistakes become diagnostics: also a file under no
/// phase's name, and an object that is declared twice.
ManifestSet read_manifests(std::span<const ManifestText> files, const Values& values);

/// Every object of the plan, except Calico's definitions (see `read_calico_definitions`).
std::vector<Object> make_objects(const plan::Plan& plan);

/// The objects as YAML for people and GitOps: "coredns/dns.yaml" and its text, filled in. kubectl
/// takes the files as they are, in the order of their phases.
std::map<std::string, std::string> render_objects(std::span<const Object> objects);

} // namespace ducksnest::manifests
