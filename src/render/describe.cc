#include "render/describe.h"

#include "base/text.h"
#include "render/paint.h"
#include "render/parts.h"
#include "render/table.h"

#include <fmt/format.h>

#include <algorithm>
#include <set>

namespace ducksnest::render {
namespace {

constexpr std::size_t detailed_nodes_max = 12;

std::string join_cidrs(const std::vector<net::Cidr>& networks) {
    std::vector<std::string> texts;
    for (const net::Cidr& network : networks) {
        texts.push_back(net::to_string(network));
    }
    return join(texts, ", ");
}

std::string ports_text(const plan::FirewallPort& port) {
    const std::string range = port.first == port.last ? fmt::format("{}", port.first)
                                                      : fmt::format("{}-{}", port.first, port.last);
    return fmt::format("{}/{}", range, port.protocol);
}

std::string certificate_names(const plan::Plan& plan, const plan::NodePlan& node) {
    std::vector<std::string> names;
    const std::string folder = "nodes/" + node.name + "/";
    for (const pki::CertificateSpec& certificate : certificates_of(plan.trust, folder)) {
        names.push_back(certificate.name.substr(folder.size()));
    }
    return join(names, ", ");
}

/// Labelled lines of one node.
class NodeText {
public:
    NodeText(const plan::Plan& plan, const plan::NodePlan& node, const DescribeStyle& style)
        : plan_(plan)
        , node_(node)
        , style_(style)
        , paint_(style.colour) {
        text_ = fmt::format(
            "{}  {}\n",
            paint_.strong(node.name),
            paint_.faint(fmt::format(
                "{} in {}, profile {}", model::to_string(node.role), node.site, node.profile->name
            ))
        );
    }

    void add_short() {
        add_address();
        line(
            "memory", plan::memory_arithmetic(node_.memory, node_.profile->reserves) + " for pods"
        );
        line(
            "cpu",
            fmt::format("{}m of {}m for pods", node_.allocatable_millicpus, node_.cpus * 1000)
        );
        std::vector<std::string> labels;
        for (const auto& [key, value] : node_.labels) {
            labels.push_back(value.empty() ? key : key + "=" + value);
        }
        line("labels", join(labels, ", "));
        for (const plan::Taint& taint : node_.taints) {
            line(
                "taint", fmt::format("{}:{}, because it {}", taint.key, taint.effect, why_of(taint))
            );
        }
        add_ports();
        std::vector<std::string> units;
        for (const auto& unit : node_.units) {
            units.push_back(unit->name);
        }
        line("units", join(units, " > "));
        line("certs", certificate_names(plan_, node_));
    }

    void add_network() {
        for (const plan::Route& route : node_.routes) {
            line(
                "route",
                fmt::format("{} on {}: {}", net::to_string(route.to), route.device, route.why)
            );
        }
        for (const plan::IpRule& rule : node_.ip_rules) {
            line(
                "ip rule",
                fmt::format(
                    "{} to {} lookup {}: {}",
                    rule.priority,
                    net::to_string(rule.to),
                    rule.table,
                    rule.why
                )
            );
        }
        for (const plan::TunnelSource& source : node_.tunnel_sources) {
            line(
                "source",
                fmt::format(
                    "{} to {} instead of {}: {}",
                    net::to_string(source.source),
                    net::to_string(source.to),
                    net::to_string(source.from),
                    source.why
                )
            );
        }
        for (const plan::FirewallPort& port : node_.profile->firewall) {
            line(
                "port",
                fmt::format("{} from {}: {}", ports_text(port), join_cidrs(port.sources), port.why)
            );
        }
        for (const plan::KernelSetting& module : node_.profile->kernel_modules) {
            line("module", fmt::format("{}: {}", module.name, module.why));
        }
        for (const plan::KernelSetting& sysctl : node_.profile->sysctls) {
            line("sysctl", fmt::format("{}={}: {}", sysctl.name, sysctl.value, sysctl.why));
        }
    }

    /// Arguments stand on lines of their own and are never folded: they are copied.
    void add_processes() {
        for (const auto& unit : node_.units) {
            text_ += fmt::format(
                "\n{}  {}\n  {}/bin/{}\n",
                paint_.accent("unit " + unit->name),
                paint_.faint(fmt::format("{}, as {}", unit->description, unit->user)),
                unit->package,
                unit->program
            );
            for (const std::string& argument : unit->arguments) {
                text_ += fmt::format("    {}\n", argument);
            }
            if (!unit->credentials.empty()) {
                line("opens", join(unit->credentials, ", "));
            }
        }
        text_ += "\n";
        for (const auto& file : node_.files) {
            line("file", fmt::format("{} {:04o} {}", file->path, file->mode, file->owner));
        }
    }

    std::string take() { return std::move(text_); }

private:
    /// "because it has 1.9 GiB, …": reasons that are no clause of their own get one.
    static std::string why_of(const plan::Taint& taint) {
        return taint.why.starts_with("has ") ? taint.why : "is a control plane: " + taint.why;
    }

    void add_address() {
        std::string address = net::to_string(node_.address);
        if (!node_.interface.empty()) {
            address += " on " + node_.interface;
        }
        if (node_.tailnet_address) {
            address += ", in the tailnet " + net::to_string(*node_.tailnet_address);
        }
        line(
            "address",
            fmt::format("{}, pods with MTU {} ({})", address, node_.mtu, plan_.mtu.reason)
        );
    }

    void add_ports() {
        std::vector<std::string> ports;
        for (const plan::FirewallPort& port : node_.profile->firewall) {
            ports.push_back(ports_text(port));
        }
        line("ports", join(ports, ", "));
    }

    void line(std::string_view name, std::string_view value) {
        constexpr std::size_t indent = 11;
        text_ += fmt::format("  {:<8} {}\n", name, fold(value, indent, style_.width));
    }

    const plan::Plan& plan_;
    const plan::NodePlan& node_;
    const DescribeStyle& style_;
    Paint paint_;
    std::string text_{};
};

void append_lines(std::string& text, const Table& table, const Paint& paint) {
    const std::vector<std::string> lines = table.lines();
    for (std::size_t i = 0; i < lines.size(); ++i) {
        text += (i == 0 ? paint.faint(lines[i]) : lines[i]) + "\n";
    }
}

std::string node_table(const plan::Plan& plan, const Paint& paint) {
    Table table(
        {"NODE",
         "SITE",
         "ADDRESS",
         "ROLE",
         "CLASS",
         "MEMORY",
         "FOR PODS",
         "CERTS",
         "UNITS",
         "TAINTS"}
    );
    for (const plan::NodePlan& node : plan.nodes) {
        std::vector<std::string> taints;
        for (const plan::Taint& taint : node.taints) {
            taints.push_back(taint.key.substr(taint.key.find('/') + 1));
        }
        table.add(
            {node.name,
             node.site,
             net::to_string(node.address),
             std::string(model::to_string(node.role)),
             std::string(plan::to_string(node.memory_class)),
             fmt::format("{} MiB", node.memory),
             fmt::format("{} MiB", node.allocatable_memory),
             fmt::format("{}", certificates_of(plan.trust, "nodes/" + node.name + "/").size()),
             fmt::format("{}", node.units.size()),
             taints.empty() ? "-" : join(taints, ",")}
        );
    }
    std::string text;
    append_lines(text, table, paint);
    return text;
}

std::string database_text(const plan::Plan& plan, const Paint& paint, const DescribeStyle& style) {
    std::string text = paint.strong("database") + "\n";
    for (const plan::DatabaseMember& member : plan.database) {
        const std::string name = fmt::format("  {:<14} {:<8} ", member.node, member.site);
        text += name + fold(member.why, name.size(), style.width) + "\n";
    }
    return text;
}

std::string workload_table(const plan::Plan& plan, const Paint& paint) {
    Table table({"WORKLOAD", "NAMESPACE", "REPLICAS", "CPU", "MEMORY", "STANDS ON"});
    for (const plan::Workload& workload : plan.workloads) {
        table.add(
            {workload.name,
             workload.space,
             fmt::format("{}", workload.replicas),
             fmt::format("{}m", workload.cpu_millis),
             fmt::format("{} MiB", workload.memory),
             workload.pinned.empty() ? (workload.spread_sites ? "any, spread over sites" : "any")
                                     : join(workload.pinned, ", ")}
        );
    }
    std::string text;
    append_lines(text, table, paint);
    return text;
}

std::string summary(const plan::Plan& plan) {
    std::set<std::string_view> sites;
    std::size_t units = 0;
    for (const plan::NodePlan& node : plan.nodes) {
        sites.insert(node.site);
        units += node.units.size();
    }
    return fmt::format(
        "{} in {}: {}, {}, {}, {}; Kubernetes {}, API at {}\n",
        count_of(plan.nodes.size(), "node"),
        count_of(sites.size(), "site"),
        count_of(units, "unit"),
        count_of(plan.trust.certificates.size(), "certificate"),
        count_of(plan.trust.secrets.size(), "secret"),
        count_of(plan.trust.edges.size(), "connection"),
        plan.kubernetes_version,
        plan.api_server
    );
}

} // namespace

std::string describe(const plan::Plan& plan, const DescribeStyle& style) {
    const Paint paint(style.colour);
    std::string text = node_table(plan, paint) + "\n";
    if (plan.nodes.size() <= detailed_nodes_max) {
        for (const plan::NodePlan& node : plan.nodes) {
            NodeText lines(plan, node, style);
            lines.add_short();
            text += lines.take() + "\n";
        }
    }
    if (!plan.database.empty()) {
        text += database_text(plan, paint, style) + "\n";
    }
    text += workload_table(plan, paint) + "\n";
    return text + summary(plan);
}

std::string
describe_node(const plan::Plan& plan, const plan::NodePlan& node, const DescribeStyle& style) {
    NodeText lines(plan, node, style);
    lines.add_short();
    lines.add_network();
    lines.add_processes();
    return lines.take();
}

} // namespace ducksnest::render
