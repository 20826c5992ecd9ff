#include "plan/digest.h"

#include "base/digest.h"
#include "base/encoding.h"

#include <fmt/format.h>

#include <concepts>

namespace ducksnest::plan {
namespace {

/// One text of all values: each with its length before it, so that no two models give the same.
class Encoder {
public:
    void put(std::string_view text) {
        fmt::format_to(std::back_inserter(text_), "{}:", text.size());
        text_ += text;
    }
    void put(const std::string& text) { put(std::string_view(text)); }
    void put(std::integral auto value) { fmt::format_to(std::back_inserter(text_), "{};", value); }
    void put(Duration value) { put(value.count()); }
    void put(const net::Address& value) { put(net::to_string(value)); }
    void put(const net::Cidr& value) { put(net::to_string(value)); }

    void put(model::Provider value) { put(model::to_string(value)); }
    void put(model::Role value) { put(model::to_string(value)); }
    void put(model::Boot value) { put(model::to_string(value)); }
    void put(model::Encapsulation value) { put(model::to_string(value)); }
    void put(model::Witness value) { put(model::to_string(value)); }
    void put(model::Expose value) { put(model::to_string(value)); }

    template <class T>
    void put(const model::Spanned<T>& value) {
        put(value.value);
    }
    template <class T>
    void put(const std::optional<T>& value) {
        text_ += value ? '+' : '-';
        if (value) {
            put(*value);
        }
    }
    template <class T>
    void put(const std::vector<T>& values) {
        put(values.size());
        for (const T& value : values) {
            put(value);
        }
    }

    void put(const model::Site& site) {
        put_all(site.name, site.provider, site.cidr, site.interface, site.region, site.gateway);
        put(site.state_bucket);
    }
    void put(const model::Node& node) {
        put_all(node.name, node.site, node.role, node.address, node.interface, node.instance);
        put_all(node.host_key, node.tailnet_address, node.names, node.cpus, node.memory, node.disk);
        put_all(node.cpu_model, node.gpu, node.boot);
    }
    void put(const model::Network& network) {
        put_all(network.pods, network.services, network.tailnet, network.tailnet_domain);
        put_all(network.tailnet_mtu, network.calico.encapsulation, network.calico.mtu);
    }
    void put(const model::Certificates& certificates) {
        put_all(
            certificates.leaf_days, certificates.authority_days, certificates.renew_before_days
        );
    }
    void put(const model::Cache& cache) {
        put_all(cache.bucket, cache.public_key, cache.keep_generations);
    }
    void put(const model::Database& database) {
        put_all(database.version, database.rpo, database.rto, database.memory, database.storage);
        put_all(database.bucket, database.retention_days);
    }
    void put(const model::Logs& logs) { put_all(logs.bucket, logs.retention_days); }
    void put(const model::Offer& offer) { put_all(offer.instance, offer.hourly); }
    void put(const model::DisasterRecovery& dr) {
        put_all(dr.site, dr.offers, dr.max_replacements, dr.monthly_budget, dr.confirm, dr.stable);
        put(dr.witnesses);
    }
    void put(const model::GitOps& gitops) {
        put_all(gitops.repository, gitops.revision, gitops.path);
    }
    void put(const model::App& app) {
        put_all(app.name, app.image, app.host, app.expose, app.replicas, app.port, app.cpu_millis);
        put(app.memory);
    }

    template <class... T>
    void put_all(const T&... values) {
        (put(values), ...);
    }

    const std::string& text() const { return text_; }

private:
    std::string text_{};
};

} // namespace

std::string digest_of(const model::Homelab& homelab) {
    Encoder encoder;
    encoder.put_all(homelab.name, homelab.domain, homelab.timezone, homelab.operators);
    encoder.put_all(homelab.sites, homelab.network, homelab.certificates, homelab.nodes);
    encoder.put_all(homelab.cache, homelab.database, homelab.logs, homelab.dr, homelab.gitops);
    encoder.put(homelab.apps);
    return "sha256-" + encode_hex(sha256(as_bytes(encoder.text())));
}

} // namespace ducksnest::plan
