#pragma once

#include "base/json.h"
#include "diag/diagnostic.h"
#include "diag/source.h"
#include "kube/object.h"
#include "kube/phase.h"
#include "manifests/placeholders.h"

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::manifests {

/// When an object is applied. The name of a phase is also the name of the file that holds it.
using kube::Phase;
using kube::to_string;

/// One Kubernetes object, ready to be sent.
struct Object {
    Phase phase = Phase::services;
    std::string addon{}; ///< The folder it comes from.
    std::string place{}; ///< For messages: "manifests/coredns/dns.yaml:31".
    diag::Span span{};   ///< In the sources it was read from.
    Json value{};

    std::string_view api_version() const;
    std::string_view kind() const;
    std::string_view name() const;
    std::string_view space() const; ///< Kubernetes namespace; empty when there is none.
    /// "apps/v1 Deployment kube-system/coredns".
    std::string identity() const;

    bool operator==(const Object&) const = default;
};

/// The objects as the bootstrap takes them.
std::vector<kube::Object> for_bootstrap(const std::vector<Object>& objects);

/// A file of `manifests/`: `<addon>/<phase>.yaml`.
struct ManifestFile {
    std::string_view addon{};
    Phase phase = Phase::services;
    std::uint32_t source = 0; ///< In Filling::sources.
};

/// The objects of one file, placeholders filled and labels set: `app.kubernetes.io/managed-by`
/// (always ducksnest) and `app.kubernetes.io/name` (the addon, unless the file says otherwise).
/// Each needs apiVersion, kind and metadata.name; one that does not adds a diagnostic and is left
/// out.
std::vector<Object> read_objects(const ManifestFile& file, const Filling& filling);

} // namespace ducksnest::manifests
