#include "config/schema.h"

#include "base/assert.h"
#include "config/schema_keys.h"

#include <algorithm>

namespace ducksnest::config {
namespace {

constexpr std::array<Section, 13> sections = {{
    {.path = "homelab",
     .shape = Shape::single,
     .required = true,
     .text = "The homelab itself.",
     .keys = homelab_keys},
    {.path = "sites",
     .shape = Shape::named,
     .required = true,
     .text = "A failure domain: one router, one roof or one cloud region. Becomes the zone label "
             "of its nodes.",
     .keys = site_keys},
    {.path = "network",
     .shape = Shape::single,
     .required = false,
     .text = "Address ranges of the cluster and the tunnel between the sites.",
     .keys = network_keys},
    {.path = "network.calico",
     .shape = Shape::single,
     .required = false,
     .text = "The pod network.",
     .keys = calico_keys},
    {.path = "certificates",
     .shape = Shape::single,
     .required = false,
     .text = "Lifetimes of certificates, in days.",
     .keys = certificates_keys},
    {.path = "nodes",
     .shape = Shape::named,
     .required = true,
     .text = "One machine.",
     .keys = node_keys},
    {.path = "cache",
     .shape = Shape::single,
     .required = false,
     .text = "The Nix binary cache, in S3. An empty section takes all defaults.",
     .keys = cache_keys},
    {.path = "database",
     .shape = Shape::single,
     .required = false,
     .text = "PostgreSQL. Members and their kind of replication are planned from `rpo` and `rto`.",
     .keys = database_keys},
    {.path = "logs",
     .shape = Shape::single,
     .required = false,
     .text = "Logs, in S3.",
     .keys = logs_keys},
    {.path = "dr",
     .shape = Shape::single,
     .required = false,
     .text = "Disaster recovery: machines that are rented while own ones are lost.",
     .keys = dr_keys},
    {.path = "dr.offers",
     .shape = Shape::listed,
     .required = false,
     .text = "An instance type to rent, in order of preference.",
     .keys = offer_keys},
    {.path = "gitops",
     .shape = Shape::single,
     .required = false,
     .text = "Where Argo CD finds the applications.",
     .keys = gitops_keys},
    {.path = "apps",
     .shape = Shape::named,
     .required = false,
     .text = "A web application that runs in the cluster.",
     .keys = app_keys},
}};

} // namespace

std::span<const Section> schema() {
    return sections;
}

const Section& section(std::string_view path) {
    const auto at = std::ranges::find(sections, path, &Section::path);
    ASSERT(at != sections.end());
    return *at;
}

std::string header_of(const Section& section) {
    std::string path(section.path);
    switch (section.shape) {
    case Shape::single:
        return "[" + path + "]";
    case Shape::named:
        return "[" + path + ".NAME]";
    case Shape::listed:
        return "[[" + path + "]]";
    }
    return path;
}

std::string_view describe(Type type) {
    switch (type) {
    case Type::string:
        return "a string";
    case Type::integer:
        return "an integer";
    case Type::address:
        return "an IP address";
    case Type::cidr:
        return "a network";
    case Type::duration:
        return "a duration";
    case Type::memory:
        return "a size";
    case Type::cpu:
        return "a share of a CPU";
    case Type::money:
        return "an amount of US dollars";
    case Type::word:
        return "one of a few words";
    case Type::strings:
        return "a list of strings";
    case Type::words:
        return "a list of words";
    }
    return "";
}

} // namespace ducksnest::config
