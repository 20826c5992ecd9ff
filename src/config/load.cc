#include "config/load.h"

#include "config/sections.h"
#include "config/structure.h"
#include "config/syntax.h"

#include <algorithm>

namespace ducksnest::config {
namespace {

/// Keys and tokens in the text, wherever they stand: the file is committed and copied around.
class Secrets {
public:
    Secrets(const diag::SourceFile& file, std::uint32_t file_index)
        : file_(file)
        , file_index_(file_index)
        , ranges_(diag::find_secrets(file.text())) {}

    bool any() const { return !ranges_.empty(); }

    void report(std::vector<diag::Diagnostic>& diagnostics) const {
        for (const diag::Range& range : ranges_) {
            diagnostics.push_back({
                .code = "E0410",
                .message = "the file holds a private key or token",
                .primary =
                    {{.file = file_index_, .begin = start_of(range), .end = range.end},
                     "secret, not shown"},
                .help =
                    {"delete it here, and replace it if this file was ever committed",
                     "write its public half: `ssh-keygen -y -f KEY` or `age-keygen -y KEY` prints "
                     "it"},
            });
        }
    }

    /// Whether a place is on a line of a secret: what is wrong with its grammar does not matter.
    bool touches(const diag::Span& span) const {
        const std::uint32_t line = file_.place(span.begin).line;
        return std::ranges::any_of(ranges_, [&](const diag::Range& range) {
            return file_.place(range.begin).line <= line && line <= file_.place(range.end).line;
        });
    }

private:
    /// The frame of a PEM key is shown, so it is where the key starts for a reader.
    std::uint32_t start_of(const diag::Range& range) const {
        constexpr std::uint32_t frame_max = 64;
        const std::uint32_t near = range.begin - std::min(range.begin, frame_max);
        const std::string_view before = file_.text().substr(near, range.begin - near);
        const std::size_t frame = before.rfind("-----BEGIN ");
        return frame != std::string_view::npos && before.ends_with('-')
                   ? near + static_cast<std::uint32_t>(frame)
                   : range.begin;
    }

    const diag::SourceFile& file_;
    std::uint32_t file_index_;
    std::vector<diag::Range> ranges_;
};

/// The only site with such a provider, by name; an unknown provider counts as neither.
std::string only_site(const Value& root, std::string_view provider) {
    std::string only;
    std::size_t count = 0;
    for (const Entry* site : named_sections(root, "sites")) {
        const Entry* written = site->value.find("provider");
        if ((written == nullptr ? "own" : written->value.text) == provider) {
            only = site->key;
            ++count;
        }
    }
    return count == 1 ? only : std::string();
}

/// Reads all sections named NAME; false when one of them was dropped.
template <class T>
bool read_named(const Value& root, std::string_view path, std::vector<T>& out, auto&& read) {
    bool whole = true;
    for (const Entry* entry : named_sections(root, path)) {
        if (std::optional<T> part = read(*entry)) {
            out.push_back(*std::move(part));
        } else {
            whole = false;
        }
    }
    return whole;
}

/// An absent section reads like an empty one.
const Value& section_or_empty(const Value& root, std::string_view key, const Value& empty) {
    const Value* table = single_section(root, key);
    return table != nullptr ? *table : empty;
}

std::optional<model::Homelab> read_model(const Context& context, const Value& root) {
    model::Homelab homelab;
    const Value empty{.span = root.span};
    bool whole =
        single_section(root, "sites") != nullptr && single_section(root, "nodes") != nullptr;

    const Value* head = single_section(root, "homelab");
    whole = head != nullptr && read_homelab(context, *head, homelab) && whole;
    const Defaults defaults{
        .homelab = *homelab.name,
        .own_site = only_site(root, "own"),
        .aws_site = only_site(root, "aws"),
    };
    std::optional<model::Network> network =
        read_network(context, section_or_empty(root, "network", empty));
    whole = read_certificates(
                context, section_or_empty(root, "certificates", empty), homelab.certificates
            ) &&
            network.has_value() && whole;
    whole = read_named(
                root,
                "sites",
                homelab.sites,
                [&](const Entry& entry) { return read_site(context, entry); }
            ) &&
            whole;
    whole = read_named(
                root,
                "nodes",
                homelab.nodes,
                [&](const Entry& entry) { return read_node(context, entry, defaults); }
            ) &&
            whole;
    read_named(root, "apps", homelab.apps, [&](const Entry& entry) {
        return read_app(context, entry);
    });
    if (const Value* table = single_section(root, "cache")) {
        homelab.cache = read_cache(context, *table, defaults);
    }
    if (const Value* table = single_section(root, "database")) {
        homelab.database = read_database(context, *table, defaults);
    }
    if (const Value* table = single_section(root, "logs")) {
        homelab.logs = read_logs(context, *table, defaults);
    }
    if (const Value* table = single_section(root, "dr")) {
        homelab.dr = read_recovery(context, *table, defaults);
    }
    if (const Value* table = single_section(root, "gitops")) {
        homelab.gitops = read_gitops(context, *table);
    }
    if (!whole) {
        return std::nullopt;
    }
    homelab.network = *std::move(network);
    return homelab;
}

} // namespace

Loaded load(const diag::Sources& sources, std::uint32_t file_index) {
    const diag::SourceFile& file = sources.at(file_index);
    Loaded loaded;
    const Secrets secrets(file, file_index);
    secrets.report(loaded.diagnostics);

    Parsed parsed = parse(file, file_index);
    std::erase_if(parsed.diagnostics, [&](const diag::Diagnostic& diagnostic) {
        return secrets.touches(diagnostic.primary.span);
    });
    std::ranges::move(parsed.diagnostics, std::back_inserter(loaded.diagnostics));
    if (parsed.complete && parsed.root->entries.empty()) {
        loaded.diagnostics.push_back({
            .code = "E0115",
            .message = "the file says nothing",
            .primary = {parsed.root->span, ""},
            .help = {"`ducksnest init` lays out a new homelab"},
        });
    } else if (parsed.root) {
        const Context context{.diagnostics = &loaded.diagnostics, .complete = parsed.complete};
        check_structure(context, *parsed.root);
        std::optional<model::Homelab> homelab = read_model(context, *parsed.root);
        if (parsed.complete && !secrets.any()) {
            loaded.homelab = std::move(homelab);
        }
    }
    diag::normalize(loaded.diagnostics);
    return loaded;
}

} // namespace ducksnest::config
