#include "render/lock_consequences.h"

#include <algorithm>
#include <set>

namespace ducksnest::render {
namespace {

const Json* find(const Json* json, std::initializer_list<std::string_view> path) {
    for (const std::string_view key : path) {
        json = json == nullptr ? nullptr : json->find(key);
    }
    return json;
}

std::string text(const Json* json) {
    const std::string* value = json == nullptr ? nullptr : json->as_string();
    return value == nullptr ? std::string() : *value;
}

std::vector<std::string> texts(const Json* json) {
    std::vector<std::string> values;
    if (const Json::Array* items = json == nullptr ? nullptr : json->as_array()) {
        for (const Json& item : *items) {
            values.push_back(text(&item));
        }
    }
    return values;
}

/// Calls `see(name, member)` for every member of an object.
void each_member(const Json* json, const auto& see) {
    if (const Json::Object* members = json == nullptr ? nullptr : json->as_object()) {
        for (const auto& [name, member] : *members) {
            see(name, member);
        }
    }
}

bool reads(const Json& unit, const std::string& path) {
    const std::vector<std::string> files = texts(unit.find("files"));
    return std::ranges::find(files, path) != files.end();
}

class Consequences {
public:
    Consequences(LockDiff& diff, const Json& before, const Json& after)
        : diff_(diff)
        , after_(after) {
        each_member(after.find("nodes"), [&](const std::string& name, const Json& node) {
            // A node that joins starts everything anyway.
            if (find(&before, {"nodes", name}) != nullptr) {
                by_profile_[text(node.find("profile"))].push_back(name);
                stay_.push_back(name);
            }
        });
    }

    void add(const LockEdit& edit) {
        const std::string& area = edit.path[0];
        if (area == "nodes") {
            add_node(edit);
        } else if (area == "profiles" && edit.path.size() > 2) {
            add_part(edit, "profiles", by_profile_[edit.path[1]]);
        } else if (area == "cluster" && edit.path.size() == 2) {
            add_cluster(edit);
        } else if (area == "operators") {
            add_operators(edit);
        } else if (area == "certificate_days") {
            note("reissue with the next `certs renew`", {"operators"}, Disruption::none);
        } else if (area == "secrets") {
            note("seal secrets for their new owners", {"operators"}, Disruption::none);
        } else if (area == "workloads" || area == "database") {
            note("move or resize pods", {"operators"}, Disruption::none);
        }
    }

    /// What was found goes to the diff.
    void finish() {
        for (auto& [what, nodes] : found_) {
            diff_.consequences.emplace(what, std::vector<std::string>(nodes.begin(), nodes.end()));
        }
        for (auto& [node, impact] : diff_.impacts) {
            std::ranges::sort(impact.why);
            const auto same = std::ranges::unique(impact.why);
            impact.why.erase(same.begin(), same.end());
        }
    }

private:
    void add_node(const LockEdit& edit) {
        const std::vector<std::string> node{edit.path[1]};
        if (edit.path.size() == 2) {
            if (edit.after) {
                note("join the cluster", node, Disruption::none);
                diff_.impacts[node.front()].joins = true;
            } else {
                note("leave the cluster: drain, then delete", node, Disruption::leave);
            }
            return;
        }
        const std::string& field = edit.path[2];
        if (field == "address") {
            note("reboot: its address changes", node, Disruption::reboot);
        } else if (field == "boot") {
            note("reinstall the boot loader and reboot", node, Disruption::reboot);
        } else if (field == "instance") {
            note("stop and start: its instance type changes", node, Disruption::reboot);
        } else if (field == "nvidia") {
            note("reboot: the NVIDIA driver comes or goes", node, Disruption::reboot);
        } else if (field == "mtu") {
            note("move pods: those that run keep the old MTU", node, Disruption::drain);
        } else if (field == "role") {
            note("move to another role: drain first", node, Disruption::drain);
        } else if (field == "host_key") {
            note("seal its keys again for the new host key", node, Disruption::reload);
        } else if (field == "taints" && edit.after && edit.after->contains("NoExecute")) {
            note("evict the pods that do not stand a new taint", node, Disruption::drain);
        } else if (field == "labels" || field == "taints") {
            note("relabel the Node object", node, Disruption::reload);
        } else if (field == "profile") {
            note("restart every unit that its new profile changes", node, Disruption::restart);
        } else {
            add_part(edit, "nodes", node);
        }
    }

    void add_cluster(const LockEdit& edit) {
        if (edit.path[1] == "kubernetes_version" && edit.before && edit.after) {
            // A kubelet of another minor version takes over no pod that its predecessor started
            // (Kubernetes, "Upgrade kubeadm clusters": drain first).
            note(
                "upgrade Kubernetes from " + *edit.before + " to " + *edit.after + ": drain first",
                stay_,
                Disruption::drain
            );
        }
    }

    void
    add_part(const LockEdit& edit, std::string_view area, const std::vector<std::string>& nodes) {
        if (edit.path.size() < 3 || nodes.empty()) {
            return;
        }
        const std::string& kind = edit.path[2];
        const std::string name = edit.path.size() > 3 ? edit.path[3] : std::string();
        if (kind == "units") {
            add_unit(edit, name, nodes);
        } else if (kind == "files") {
            add_file(area, edit.path[1], name, nodes);
        } else if (kind == "certificates") {
            add_certificate(edit, nodes);
        } else if (kind == "kernel_modules" && edit.before && !edit.after) {
            note("reboot: a kernel module is no longer wanted", nodes, Disruption::reboot);
        } else if (kind == "kernel_modules") {
            note("load kernel modules", nodes, Disruption::reload);
        } else if (kind == "sysctls") {
            note("set kernel parameters", nodes, Disruption::reload);
        } else if (kind == "firewall") {
            note("reload the firewall", nodes, Disruption::reload);
        } else if (kind == "ip_rules" || kind == "routes" || kind == "tunnel_sources") {
            note("set routes and rules", nodes, Disruption::reload);
        }
    }

    void
    add_unit(const LockEdit& edit, const std::string& unit, const std::vector<std::string>& nodes) {
        const bool is_whole = edit.path.size() == 4;
        if (is_whole && !edit.before) {
            note("start " + unit, nodes, Disruption::restart);
        } else if (is_whole && !edit.after) {
            note("stop " + unit, nodes, Disruption::restart);
        } else {
            note("restart " + unit, nodes, Disruption::restart);
        }
    }

    /// Whatever reads a changed file starts again; such a unit may stand in the profile or with the
    /// node.
    void add_file(
        std::string_view area,
        const std::string& owner,
        const std::string& path,
        const std::vector<std::string>& nodes
    ) {
        const auto restart_readers = [&](const Json* units, const std::vector<std::string>& where) {
            each_member(units, [&](const std::string& unit, const Json& definition) {
                if (reads(definition, path)) {
                    note("restart " + unit, where, Disruption::restart);
                }
            });
        };
        restart_readers(find(&after_, {area, owner, "units"}), nodes);
        if (area == "nodes") {
            const std::string profile = text(find(&after_, {"nodes", owner, "profile"}));
            restart_readers(find(&after_, {"profiles", profile, "units"}), nodes);
            return;
        }
        for (const std::string& node : nodes) {
            restart_readers(find(&after_, {"nodes", node, "units"}), {node});
        }
    }

    void add_certificate(const LockEdit& edit, const std::vector<std::string>& nodes) {
        const std::string& name = edit.path[3];
        const bool is_whole = edit.path.size() == 4;
        if (is_whole && !edit.after) {
            note("retire certificate " + name, nodes, Disruption::reload);
            return;
        }
        if (!is_whole && (edit.path[4] == "units" || edit.path[4] == "user")) {
            return;
        }
        note(
            (is_whole ? "issue certificate " : "reissue certificate ") + name,
            nodes,
            Disruption::restart
        );
        for (const std::string& node : nodes) {
            const Json* certificate = find(&after_, {"nodes", node, "certificates", name});
            for (std::string unit :
                 texts(certificate == nullptr ? nullptr : certificate->find("units"))) {
                unit.resize(
                    unit.size() - std::min(unit.size(), std::string_view(".service").size())
                );
                note("restart " + unit, {node}, Disruption::restart);
            }
        }
    }

    void add_operators(const LockEdit& edit) {
        if (edit.path.size() > 1 && edit.path[1] == "recipients") {
            note("seal every key again for the operators", {"operators"}, Disruption::none);
        } else {
            note("reissue the operators' certificates", {"operators"}, Disruption::none);
        }
    }

    void
    note(const std::string& what, const std::vector<std::string>& nodes, Disruption disruption) {
        found_[what].insert(nodes.begin(), nodes.end());
        if (disruption == Disruption::none) {
            return;
        }
        for (const std::string& node : nodes) {
            NodeImpact& impact = diff_.impacts[node];
            if (disruption > impact.worst) {
                impact.worst = disruption;
                impact.why.clear();
            }
            if (disruption == impact.worst) {
                impact.why.push_back(what);
            }
        }
    }

    LockDiff& diff_;
    const Json& after_;
    std::map<std::string, std::vector<std::string>> by_profile_{};
    std::vector<std::string> stay_{}; ///< Nodes of both locks.
    std::map<std::string, std::set<std::string>> found_{};
};

} // namespace

void add_consequences(LockDiff& diff, const Json& before, const Json& after) {
    Consequences consequences(diff, before, after);
    for (const LockEdit& edit : diff.edits) {
        consequences.add(edit);
    }
    consequences.finish();
}

} // namespace ducksnest::render
