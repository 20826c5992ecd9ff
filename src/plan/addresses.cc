#include "plan/addresses.h"

#include "base/assert.h"
#include "base/digest.h"
#include "plan/cloud.h"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <string_view>

namespace ducksnest::plan {
namespace {

/// Offsets are 32 bits wide; a larger IPv6 network is used only at its start.
std::uint64_t host_count(const net::Cidr& cidr) {
    return std::min<std::uint64_t>(cidr.size(), std::uint64_t{1} << 32U);
}

net::Address host_at(const net::Cidr& cidr, std::uint64_t offset) {
    net::Address address = cidr.address;
    const auto last = static_cast<std::size_t>(address.bits() / 8 - 1);
    for (std::size_t i = 0; i < 4; ++i) {
        address.bytes.at(last - i) |= static_cast<std::uint8_t>(offset >> (8U * i));
    }
    return address;
}

std::uint64_t hash_of(std::string_view name) {
    const Sha256 digest = sha256(as_bytes(name));
    std::uint64_t value = 0;
    for (std::size_t i = 0; i < 8; ++i) {
        value = (value << 8U) | digest.at(i);
    }
    return value;
}

/// The addresses of one site: which are taken, and the next free one for a name.
class SiteAddresses {
public:
    explicit SiteAddresses(const model::Site& site)
        : cidr_(*site.cidr)
        , is_aws_(site.provider == model::Provider::aws)
        , count_(host_count(cidr_)) {
        taken_.insert(site.gateway ? **site.gateway : host_at(cidr_, count_ > 2 ? 1 : 0));
    }

    void take(const net::Address& address) { taken_.insert(address); }

    std::optional<net::Address> allocate(std::string_view name) {
        const std::uint64_t middle = count_ / 2;
        if (const auto address = probe(hash_of(name), middle, count_ - middle)) {
            return address;
        }
        return probe(hash_of(name), 0, middle);
    }

private:
    std::optional<net::Address>
    probe(std::uint64_t hash, std::uint64_t first, std::uint64_t count) {
        // Every address that cannot be given is either taken or reserved, so this many tries find
        // a free one if there is one, also in a /8.
        const std::uint64_t tries = std::min(count, 256 + 2 * std::uint64_t{taken_.size()});
        for (std::uint64_t i = 0; i < tries; ++i) {
            const std::uint64_t offset = first + (hash + i) % count;
            const net::Address address = host_at(cidr_, offset);
            if (!is_reserved(offset, address) && taken_.insert(address).second) {
                return address;
            }
        }
        return std::nullopt;
    }

    bool is_reserved(std::uint64_t offset, const net::Address& address) const {
        if (count_ > 2 && (offset == 0 || offset == count_ - 1)) {
            return true;
        }
        if (!is_aws_) {
            return false;
        }
        // Subnets of any size end at such boundaries, also if they are drawn anew one day.
        const std::uint64_t low = offset % 256;
        return low < 4 || low == 255 || (cidr_.prefix <= 27 && is_kept_by_aws(cidr_, address));
    }

    net::Cidr cidr_;
    bool is_aws_;
    std::uint64_t count_;
    std::set<net::Address> taken_{};
};

} // namespace

AddressPlan plan_addresses(const model::Homelab& homelab) {
    std::map<std::string_view, SiteAddresses> sites;
    for (const model::Site& site : homelab.sites) {
        sites.emplace(site.name, SiteAddresses(site));
    }
    for (const model::Node& node : homelab.nodes) {
        if (node.address) {
            sites.at(*node.site).take(**node.address);
        }
    }
    AddressPlan plan;
    plan.addresses.reserve(homelab.nodes.size());
    for (std::size_t i = 0; i < homelab.nodes.size(); ++i) {
        const model::Node& node = homelab.nodes[i];
        if (node.address) {
            plan.addresses.push_back(**node.address);
            continue;
        }
        const std::optional<net::Address> address = sites.at(*node.site).allocate(node.name);
        if (!address) {
            plan.unplaced.push_back(i);
        }
        plan.addresses.push_back(address.value_or(homelab.find_site(*node.site)->cidr->address));
    }
    return plan;
}

} // namespace ducksnest::plan
