#include "pki/certs.h"
#include "pki/paths.h"
#include "pki/store.h"
#include "pki/testing/trust_ground.h"

#include <doctest/doctest.h>
#include <rapidcheck.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::pki;
using testing::TrustGround;

namespace {

/// What an owner does to a homelab between two renewals.
enum class Edit : std::uint8_t { add_node, drop_node, add_name, drop_name, replace_key, wait };

/// One edit of the plan or of the time. Returns the nodes whose files may change because of it;
/// "*" for all.
std::set<std::string> apply(TrustGround& ground, Edit edit, std::size_t choice) {
    std::vector<std::string> workers;
    for (const auto& [node, key] : ground.plan.host_keys) {
        if (node != "control") {
            workers.push_back(node);
        }
    }
    if (edit == Edit::wait) {
        ground.now += std::chrono::days(choice % 400);
        return {"*"};
    }
    if (edit == Edit::add_node || workers.empty()) {
        const std::string name = "extra" + std::to_string(choice);
        if (!ground.plan.host_keys.contains(name)) {
            ground.add_worker(name);
        }
        return {name};
    }
    const std::string& worker = workers[choice % workers.size()];
    if (edit == Edit::drop_node) {
        ground.drop_worker(worker);
    } else if (edit == Edit::replace_key) {
        ground.plan.host_keys[worker] = age::make_host_key(ground.random, worker).public_line;
    } else {
        for (CertificateSpec& spec : ground.plan.certificates) {
            if (spec.name == "nodes/" + worker + "/kubelet-serving") {
                if (edit == Edit::drop_name && spec.dns_names.size() > 2) {
                    spec.dns_names.pop_back();
                } else {
                    spec.dns_names.push_back("z" + std::to_string(spec.dns_names.size()));
                }
            }
        }
    }
    return {worker};
}

bool may_change(const std::string& path, const std::set<std::string>& nodes) {
    if (path == index_path || nodes.contains("*")) {
        return true;
    }
    return std::ranges::any_of(nodes, [&](const std::string& node) {
        return path.starts_with("nodes/" + node + "/");
    });
}

} // namespace

TEST_CASE("whatever the owner does, renewing settles at once and touches only what it must") {
    CHECK(rc::check([] {
        TrustGround ground(
            *rc::gen::inRange<std::size_t>(0, 3), *rc::gen::arbitrary<std::uint64_t>()
        );
        Tree tree = ground.fresh();
        const int edits = *rc::gen::inRange(1, 5);
        for (int count = 0; count < edits; ++count) {
            const auto edit = static_cast<Edit>(*rc::gen::inRange(0, 6));
            const std::set<std::string> nodes =
                apply(ground, edit, *rc::gen::inRange<std::size_t>(0, 1000));
            const Outcome outcome = renew(ground.request(tree), ground.tools()).value();
            for (const auto& [path, file] : tree) {
                const auto found = outcome.tree.find(path);
                const bool is_same = found != outcome.tree.end() && found->second == file;
                RC_ASSERT(is_same || may_change(path, nodes));
            }
            RC_ASSERT(outcome.changes.empty() == (outcome.tree == tree));
            const Outcome again = renew(ground.request(outcome.tree), ground.tools()).value();
            RC_ASSERT(again.tree == outcome.tree);
            RC_ASSERT(again.changes.empty());
            const Store store = read_store(outcome.tree, ground.serial).value();
            RC_ASSERT(store.problems.empty());
            RC_ASSERT(store.index.certificates.size() == ground.plan.certificates.size());
            tree = outcome.tree;
        }
    }));
}
