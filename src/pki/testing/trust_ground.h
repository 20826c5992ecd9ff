#pragma once

#include "age/age.h"
#include "age/testing/seeded_random.h"
#include "pki/certs.h"

#include <map>
#include <string>
#include <vector>

/// A small homelab's trust for tests: a control plane and workers, with host keys made on the spot.
namespace ducksnest::pki::testing {

/// One after another, in the calling thread.
class Serial final : public Parallel {
public:
    void for_each(std::size_t count, const std::function<void(std::size_t)>& work) override {
        for (std::size_t index = 0; index < count; ++index) {
            work(index);
        }
    }
};

class TrustGround {
public:
    /// "control" and `workers` workers called "worker1", "worker2", …, and one operator.
    explicit TrustGround(std::size_t workers, std::uint64_t seed = 1);

    TrustPlan plan{};
    Instant now{};
    age::SeededRandom random;
    Serial serial{};
    std::vector<age::Identity> operator_identity{};
    std::map<std::string, Secret> host_keys{}; ///< Private files, by node.
    Secret operator_key{};                     ///< Private file.

    /// Adds a worker with its host key, certificates and edges.
    void add_worker(const std::string& name);
    /// Takes a worker out of the plan, with everything that names it.
    void drop_worker(const std::string& name);
    /// Adds an operator; the answer is his private file.
    Secret add_operator(const std::string& name);

    Tools tools() { return {.random = random, .parallel = serial}; }
    Request request(const Tree& tree) const {
        return {.plan = plan, .tree = tree, .now = now, .identities = operator_identity};
    }
    Tree fresh() { return recreate(request({}), tools()).value().tree; }
    age::Identity identity_of(const std::string& node) const;

private:
    CertificateSpec& add(const std::string& node, const std::string& name, Usage usage);
    void add_control_plane();
    void sort_plan();
};

} // namespace ducksnest::pki::testing
