#pragma once

#include "base/json.h"
#include "base/result.h"
#include "ports/kube.h"

#include <map>
#include <string>
#include <utility>

namespace ducksnest::kube {

/// Where the objects of one kind live.
struct Resource {
    std::string path{};   ///< "/apis/apps/v1"
    std::string plural{}; ///< "daemonsets"
    bool is_namespaced = false;
};

/// Which kinds an API server knows.
class Discovery {
public:
    /// Adds what is in an answer to GET /api or /apis in aggregated form (apidiscovery.k8s.io/v2
    /// APIGroupDiscoveryList). `root` is "/api" or "/apis".
    Result<void> add(const Json& group_list, std::string_view root);

    const Resource* find(const std::string& api_version, const std::string& kind) const;
    bool is_empty() const { return resources_.empty(); }

private:
    std::map<std::pair<std::string, std::string>, Resource> resources_{}; ///< By apiVersion, kind.
};

/// The `Accept` header that asks for the aggregated form.
inline constexpr std::string_view discovery_media_type =
    "application/json;g=apidiscovery.k8s.io;v=v2;as=APIGroupDiscoveryList";

/// What is said of a kind that a server does not know, whichever server it is.
Error unknown_kind(const std::string& api_version, const std::string& kind);
/// What is said of an object whose kind lives in namespaces, and that is in none.
Error names_no_namespace(const Ref& ref);

/// "/apis/apps/v1/namespaces/kube-system/daemonsets", for all namespaces when none is named.
std::string collection_path(const Resource& resource, const std::string& namespace_name);
/// The same with "/calico-node" behind it.
std::string object_path(const Resource& resource, const Ref& ref);

/// Percent-encodes everything but unreserved characters (RFC 3986 section 2.3).
std::string encode_query(std::string_view text);

} // namespace ducksnest::kube
