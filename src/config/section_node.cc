#include "base/text.h"
#include "config/sections.h"
#include "model/instances.h"

#include <fmt/format.h>

namespace ducksnest::config {
namespace {

/// What an own machine has at least when its owner does not say: two threads and the memory of the
/// smallest laptop that still runs a kubelet and a few pods.
constexpr std::int64_t own_cpus = 2;
constexpr model::Mebibytes own_memory = 2048;
constexpr model::Mebibytes own_disk = 32LL * 1024;
/// Root volumes are ours to size: enough for NixOS generations and container images.
constexpr model::Mebibytes aws_disk = 30LL * 1024;

void read_site_of(
    const Context& context,
    const Entry& entry,
    Reader& reader,
    model::Node& node,
    const Defaults& defaults
) {
    reader.read("site", node.site);
    if (reader.has("site")) {
        return;
    }
    node.site = {defaults.own_site, reader.span()};
    if (defaults.own_site.empty() && context.complete) {
        context.diagnostics->push_back({
            .code = "E0205",
            .message = fmt::format("`{}` does not say in which site it stands", entry.key),
            .primary = {reader.span(), "`site` is missing"},
            .help = {"add `site = \"NAME\"`: it can be left out only when there is exactly one "
                     "site of own hardware"},
        });
    }
}

/// CPUs, memory and disk, from the file, the instance type, or a careful guess that is said aloud.
void read_hardware(const Context& context, const Entry& entry, Reader& reader, model::Node& node) {
    reader.read("cpus", node.cpus);
    reader.read("memory", node.memory);
    reader.read("disk", node.disk);
    const std::optional<model::Instance> instance =
        node.instance ? model::find_instance(**node.instance) : std::nullopt;
    std::vector<std::string> guessed;
    std::vector<std::string> guesses;
    const auto fill = [&](std::string_view key,
                          diag::Spanned<std::int64_t>& out,
                          std::int64_t known,
                          std::int64_t guess,
                          std::string guess_text) {
        if (reader.has(key)) {
            return;
        }
        out = {node.instance ? known : guess, reader.span()};
        if (!node.instance) {
            guessed.push_back(fmt::format("`{}`", key));
            guesses.push_back(std::move(guess_text));
        }
    };
    // A type we do not know is an error of its own; the guess only keeps the model whole until
    // then.
    fill(
        "cpus",
        node.cpus,
        instance ? instance->cpus : own_cpus,
        own_cpus,
        fmt::format("{} threads", own_cpus)
    );
    fill(
        "memory",
        node.memory,
        instance ? instance->memory : own_memory,
        own_memory,
        fmt::format("{}GiB of memory", own_memory / 1024)
    );
    fill("disk", node.disk, aws_disk, own_disk, fmt::format("{}GiB of disk", own_disk / 1024));
    if (!guessed.empty()) {
        context.diagnostics->push_back({
            .severity = diag::Severity::warning,
            .code = "W0402",
            .message = fmt::format("`{}` does not say its {}", entry.key, join(guessed, ", ")),
            .primary = {reader.span(), fmt::format("taken to have {}", join(guesses, ", "))},
            .help = {"`nproc`, `free -h` and `lsblk` on the machine tell; pods are planned with "
                     "these numbers"},
        });
    }
}

} // namespace

std::optional<model::Node>
read_node(const Context& context, const Entry& entry, const Defaults& defaults) {
    model::Node node{.name = entry.key, .span = entry.value.span};
    Reader reader(context, entry.value, section("nodes"), fmt::format("[nodes.{}]", entry.key));
    read_site_of(context, entry, reader, node, defaults);
    reader.read_word("role", node.role);
    reader.read("address", node.address);
    reader.read("interface", node.interface);
    reader.read("instance", node.instance);
    reader.read("host_key", node.host_key);
    reader.read("tailnet_address", node.tailnet_address);
    reader.read_strings("names", node.names);
    read_hardware(context, entry, reader, node);
    reader.read("cpu_model", node.cpu_model);
    reader.read("gpu", node.gpu);
    diag::Spanned<model::Boot> boot;
    reader.read_word("boot", boot);
    node.boot = *boot;
    const bool placed = !node.site->empty();
    return reader.typed() && placed ? std::optional(std::move(node)) : std::nullopt;
}

} // namespace ducksnest::config
