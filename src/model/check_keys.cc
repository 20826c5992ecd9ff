#include "model/check_parts.h"
#include "model/public_key.h"

#include <optional>

namespace ducksnest::model {
namespace {

/// NIST SP 800-57 part 1: anything less is no longer taken for safe.
constexpr int rsa_bits_min = 2048;

std::string fingerprint(const PublicKey& key) {
    return std::string(as_text(key.blob));
}

/// The key, or nothing after a report.
std::optional<PublicKey>
check_key(const Spanned<std::string>& text, const std::string& whose, Diagnostics& out) {
    const Result<PublicKey> key = parse_public_key(*text);
    if (!key) {
        out.push_back({
            .code = key.error().code == ErrorCode::unsupported ? "E0409" : "E0408",
            .message = fmt::format("{} cannot be used: {}", whose, key.error().message),
            .primary = {text.span, "not a usable public key"},
            .help = {key.error().help},
        });
        return std::nullopt;
    }
    if (key->kind == KeyKind::ssh_rsa && key->bits < rsa_bits_min) {
        out.push_back({
            .code = "E0414",
            .message = fmt::format(
                "{} is an RSA key of {} bits, at least {} are needed",
                whose,
                key->bits,
                rsa_bits_min
            ),
            .primary = {text.span, "too short"},
            .help = {"use an `ssh-ed25519` key: `ssh-keygen -t ed25519` makes one"},
        });
        return std::nullopt;
    }
    return *key;
}

/// The operators' keys by fingerprint.
std::map<std::string, diag::Span> check_operators(const Homelab& homelab, Diagnostics& out) {
    std::map<std::string, diag::Span> operators;
    if (homelab.operators.empty()) {
        out.push_back({
            .code = "E0418",
            .message = "nobody could open the secrets: `operators` is empty",
            .primary = {homelab.span, "at least one operator is needed"},
            .help = {"add your public key, for example the line in `~/.ssh/id_ed25519.pub`"},
        });
    }
    for (const Spanned<std::string>& text : homelab.operators) {
        const std::optional<PublicKey> key = check_key(text, "this operator's key", out);
        if (!key) {
            continue;
        }
        const auto [first, added] = operators.emplace(fingerprint(*key), text.span);
        if (!added) {
            out.push_back({
                .severity = diag::Severity::warning,
                .code = "W0401",
                .message = "this operator stands in the list twice",
                .primary = {text.span, "the same key"},
                .notes = {{"it stands here first", {first->second, ""}}},
                .help = {"delete one: comments after a key do not make it another"},
            });
        }
    }
    return operators;
}

void check_host_keys(
    const Homelab& homelab, const std::map<std::string, diag::Span>& operators, Diagnostics& out
) {
    Unique host_keys(
        out,
        "E0407",
        "a cloned disk brings its key along: `ssh-keygen -A` on one of them makes a new one"
    );
    for (const Node& node : homelab.nodes) {
        if (!node.host_key) {
            const std::string address = node.address ? to_string(**node.address) : "ADDRESS";
            out.push_back({
                .severity = diag::Severity::warning,
                .code = "W0403",
                .message = fmt::format(
                    "`{}` has no `host_key`: no secret can be encrypted to it yet", node.name
                ),
                .primary = {node.span, "`host_key` is missing"},
                .help = {fmt::format("`ssh-keyscan -t ed25519 {}` prints it", address)},
            });
            continue;
        }
        const Spanned<std::string>& text = *node.host_key;
        if (text->starts_with("age1")) {
            out.push_back({
                .code = "E0406",
                .message = fmt::format(
                    "the host key of `{}` is an age recipient, not an SSH key", node.name
                ),
                .primary = {text.span, "a machine opens its secrets with its SSH host key"},
                .help = {"`ssh-keyscan -t ed25519 ADDRESS` prints the right one"},
            });
            continue;
        }
        const std::optional<PublicKey> key =
            check_key(text, fmt::format("the host key of `{}`", node.name), out);
        if (!key) {
            continue;
        }
        const auto same = operators.find(fingerprint(*key));
        if (same != operators.end()) {
            out.push_back({
                .code = "E0411",
                .message = fmt::format("the host key of `{}` is an operator's key", node.name),
                .primary = {text.span, "this machine could open every secret"},
                .notes = {{"the operator is declared here", {same->second, ""}}},
                .help = {"an operator's key belongs to a person; take the machine's own from "
                         "`ssh-keyscan`"},
            });
        }
        host_keys.add(fingerprint(*key), text.span, fmt::format("the host key of `{}`", node.name));
    }
}

void check_lifetimes(const Certificates& certificates, Diagnostics& out) {
    const auto too_long = [&](const Spanned<std::int64_t>& value,
                              const Spanned<std::int64_t>& limit,
                              std::string_view name,
                              std::string_view limit_name) {
        out.push_back({
            .code = "E0413",
            .message =
                fmt::format("`{}` {} is not less than `{}` {}", name, *value, limit_name, *limit),
            .primary = {value.span, "too long"},
            .notes = {{fmt::format("`{}` is {} days here", limit_name, *limit), {limit.span, ""}}},
            .help = {"a certificate must outlive the time before which it is renewed, "
                     "and an authority the certificates it signs"},
        });
    };
    if (*certificates.renew_before_days >= *certificates.leaf_days) {
        too_long(
            certificates.renew_before_days, certificates.leaf_days, "renew_before_days", "leaf_days"
        );
    }
    if (*certificates.leaf_days >= *certificates.authority_days) {
        too_long(
            certificates.leaf_days, certificates.authority_days, "leaf_days", "authority_days"
        );
    }
}

} // namespace

void check_keys(const Homelab& homelab, Diagnostics& out) {
    check_host_keys(homelab, check_operators(homelab, out), out);
    check_lifetimes(homelab.certificates, out);
}

} // namespace ducksnest::model
