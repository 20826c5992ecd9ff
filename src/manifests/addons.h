#pragma once

#include "diag/diagnostic.h"
#include "diag/source.h"
#include "manifests/embedded.h"
#include "manifests/object.h"
#include "manifests/placeholders.h"
#include "plan/plan.h"

#include <span>
#include <vector>

namespace ducksnest::manifests {

/// What the placeholders of `manifests/` stand for in this homelab.
Values values_of(const plan::Plan& plan);

/// Every object of the plan except the custom resource definitions, which come from
/// `calico_definitions`: by phase, then addon, then the order of the file.
std::vector<Object> make_objects(const plan::Plan& plan);

/// The same for any set of files: `<addon>/<phase>.yaml` each, in sorted order. Mistakes become
/// diagnostics: also a file under no phase's name, and an object that two files declare.
struct ManifestSet {
    std::vector<Object> objects{};
    diag::Sources sources{};
    std::vector<diag::Diagnostic> diagnostics{};
};
ManifestSet read_manifests(std::span<const EmbeddedFile> files, const Values& values);

} // namespace ducksnest::manifests
