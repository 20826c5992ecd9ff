#include "app/bootstrap_objects.h"

#include "app/homelab.h"
#include "app/places.h"
#include "base/digest.h"
#include "base/encoding.h"
#include "manifests/addons.h"
#include "manifests/calico.h"
#include "manifests/lock.h"
#include "plan/labels.h"
#include "plan/plan.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

constexpr std::size_t definitions_bytes_max = 16UL << 20U;

bool is_pinned(ByteView bytes) {
    return encode_hex(sha256(bytes)) == manifests::calico_definitions().sha256;
}

Result<Bytes> download_definitions(Context& context) {
    const manifests::PinnedFile& pinned = manifests::calico_definitions();
    constexpr std::string_view help =
        "fetch it where there is a network, and name it with `--definitions FILE`";
    const std::unique_ptr<Http> http = context.open_http({.proxies = Proxies::environment});
    Result<HttpResponse> sent = http->send(
        {.url = std::string(pinned.url),
         .deadline = Duration(120'000),
         .body_max = definitions_bytes_max}
    );
    if (!sent) {
        // Whatever keeps this machine from the network, this is the way without one.
        sent.error().help = help;
    }
    const HttpResponse response =
        TRY(std::move(sent).with(fmt::format("fetching `{}`", pinned.name)));
    if (!response.is_success()) {
        return fail(
            ErrorCode::unavailable,
            fmt::format("`{}` answers {}", pinned.url, response.status),
            std::string(help)
        );
    }
    return to_bytes(response.body);
}

/// The bytes, whoever has them; a download is kept for the next time.
Result<Bytes> find_definitions(Context& context) {
    if (const std::optional<std::string> named = context.arguments().text("definitions")) {
        return read_required(context, expand_home(context, *named));
    }
    const Result<std::string> cache = cache_folder(context);
    const std::string cached =
        fmt::format("{}/{}", cache.value_or(""), manifests::calico_definitions().name);
    const std::unique_ptr<Files> files = context.open_folder("/");
    if (cache) {
        const auto bytes = files->read(cached);
        if (bytes && *bytes && is_pinned(**bytes)) {
            return **bytes;
        }
    }
    Bytes bytes = TRY(download_definitions(context));
    if (cache && is_pinned(bytes)) {
        if (const auto kept = files->write(cached, {.bytes = bytes}); !kept) {
            context.detail(describe(kept.error())); // The next run downloads again, no more.
        }
    }
    return bytes;
}

void append(std::vector<kube::Object>& out, std::vector<manifests::Object> objects) {
    for (manifests::Object& object : objects) {
        out.push_back(
            {.body = std::move(object.value),
             .origin = std::move(object.place),
             .phase = std::string(manifests::to_string(object.phase))}
        );
    }
}

} // namespace

Result<Bytes> read_required(Context& context, const std::string& path) {
    const std::optional<Bytes> bytes = TRY(context.open_folder(".")->read(path));
    if (!bytes) {
        return fail(ErrorCode::not_found, fmt::format("`{}` does not exist", path));
    }
    return *bytes;
}

BootstrapSet bootstrap_set_of(const plan::Plan& plan) {
    BootstrapSet set = {.homelab = plan.homelab, .access = operator_access(plan)};
    append(set.objects, manifests::make_objects(plan));
    for (const plan::NodePlan& node : plan.nodes) {
        for (const auto& [key, value] : node.labels) {
            if (!plan::kubelet_may_set(key)) {
                set.node_labels[node.name].emplace(key, value);
            }
        }
    }
    return set;
}

Result<std::expected<BootstrapSet, Exit>> bootstrap_set(Context& context) {
    plan::Plan plan;
    if (const std::optional<std::string> path = context.arguments().text("lock")) {
        const Bytes bytes = TRY(read_required(context, *path));
        const Json lock = TRY(Json::parse(as_text(bytes)).with(fmt::format("reading `{}`", *path)));
        plan = TRY(manifests::read_lock(lock).with(fmt::format("reading `{}`", *path)));
    } else {
        const auto lab = load_homelab(context);
        if (!lab) {
            return std::expected<BootstrapSet, Exit>(std::unexpect, lab.error());
        }
        plan = plan::make_plan(lab->homelab);
    }
    return std::expected<BootstrapSet, Exit>(bootstrap_set_of(plan));
}

Result<void> add_definitions(Context& context, BootstrapSet& set) {
    const Bytes definitions = TRY(find_definitions(context));
    append(set.objects, TRY(manifests::read_calico_definitions(as_text(definitions))));
    return {};
}

} // namespace ducksnest::app
