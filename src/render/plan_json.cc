#include "render/plan_json.h"

#include "render/json_stream.h"
#include "render/node_json.h"
#include "render/parts.h"

namespace ducksnest::render {
namespace {

void write_changes(JsonStream& json, const LockDiff* diff) {
    json.key("changes");
    if (diff == nullptr) {
        json.null();
        return;
    }
    json.begin_array();
    for (const LockEdit& edit : diff->edits) {
        json.begin_object();
        json.optional_member("after", edit.after);
        json.member("because", edit.because);
        json.optional_member("before", edit.before);
        json.member("path", edit.path);
        json.end_object();
    }
    json.end_array();
}

void write_consequences(JsonStream& json, const LockDiff* diff) {
    json.key("consequences");
    json.begin_array();
    if (diff != nullptr) {
        for (const auto& [what, nodes] : diff->consequences) {
            json.begin_object();
            json.member("nodes", nodes);
            json.member("what", what);
            json.end_object();
        }
    }
    json.end_array();
}

void write_impacts(JsonStream& json, const LockDiff* diff) {
    json.key("impacts");
    json.begin_array();
    if (diff != nullptr) {
        for (const auto& [node, impact] : diff->impacts) {
            json.begin_object();
            json.member("joins", impact.joins);
            json.member("node", node);
            json.member("why", impact.why);
            json.member("worst", to_string(impact.worst));
            json.end_object();
        }
    }
    json.end_array();
}

} // namespace

std::string render_plan_json(const plan::Plan& plan, const LockDiff* diff, std::string_view only) {
    std::string out;
    JsonStream json(out);
    json.begin_object();
    json.leading_member("schema", plan_schema);
    write_changes(json, diff);
    json.key("cluster");
    write_cluster(json, plan);
    write_consequences(json, diff);
    write_list(json, "database", plan.database);
    write_impacts(json, diff);
    json.key("nodes");
    json.begin_array();
    for (const plan::NodePlan& node : plan.nodes) {
        if (only.empty() || node.name == only) {
            write_node(json, plan, node, Detail::everything);
        }
    }
    json.end_array();
    write_list(json, "operator_certificates", certificates_of(plan.trust, "operators/"));
    write_list(json, "secrets", plan.trust.secrets);
    write_list(json, "workloads", plan.workloads);
    json.end_object();
    return out;
}

} // namespace ducksnest::render
