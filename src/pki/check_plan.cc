#include "pki/check_plan.h"

#include "ports/tree_path.h"

#include <algorithm>
#include <set>

namespace ducksnest::pki {

namespace {

/// RFC 5280 appendix A.1: ub-common-name and ub-organization-name.
constexpr std::size_t name_letters_max = 64;
/// RFC 1035 section 2.3.4.
constexpr std::size_t dns_name_max = 253;
constexpr std::size_t dns_label_max = 63;
/// Ends in the year 9999 at the latest whenever it begins in this millennium (RFC 5280).
constexpr std::int64_t days_max = 365LL * 1000;

std::unexpected<Error> refuse(std::string message, std::string help = std::string()) {
    return fail(ErrorCode::invalid, std::move(message), std::move(help));
}

bool is_label_letter(char letter) {
    return (letter >= 'a' && letter <= 'z') || (letter >= 'A' && letter <= 'Z') ||
           (letter >= '0' && letter <= '9') || letter == '-' || letter == '_';
}

bool is_dns_name(std::string_view name) {
    if (name.empty() || name.size() > dns_name_max) {
        return false;
    }
    for (std::size_t begin = 0; begin <= name.size();) {
        const std::size_t end = std::min(name.find('.', begin), name.size());
        const std::string_view label = name.substr(begin, end - begin);
        const bool is_wildcard = begin == 0 && label == "*";
        if (label.empty() || label.size() > dns_label_max || label.front() == '-' ||
            label.back() == '-' || !(is_wildcard || std::ranges::all_of(label, is_label_letter))) {
            return false;
        }
        begin = end + 1;
    }
    return true;
}

Result<void> check_subject_part(std::string_view what, std::string_view text) {
    if (text.empty()) {
        return refuse(std::string(what) + " is empty");
    }
    if (text.size() > name_letters_max) {
        return refuse(
            std::string(what) + " `" + std::string(text) + "` is longer than 64 letters",
            "shorten the node's name"
        );
    }
    return {};
}

Result<void> check_names(const CertificateSpec& spec) {
    for (const std::string& name : spec.dns_names) {
        if (!is_dns_name(name)) {
            return refuse("`" + name + "` is no DNS name");
        }
    }
    if (!std::ranges::is_sorted(spec.dns_names) || !std::ranges::is_sorted(spec.addresses)) {
        return refuse("its names are not sorted");
    }
    if (spec.usage != Usage::client && spec.dns_names.empty() && spec.addresses.empty()) {
        return refuse("a server needs at least one name or address");
    }
    return {};
}

Result<void> check_certificate(const CertificateSpec& spec) {
    TRY(check_tree_path(spec.name));
    TRY(check_subject_part("the common name", spec.common_name));
    for (const std::string& organization : spec.organizations) {
        TRY(check_subject_part("the organization", organization));
    }
    return check_names(spec);
}

Result<void> check_owners(const TrustPlan& plan, const std::vector<std::string>& owners) {
    std::set<std::string_view> seen;
    for (const std::string& owner : owners) {
        if (!plan.host_keys.contains(owner)) {
            return refuse(
                "node `" + owner + "` has no host key, so nothing can be encrypted to it",
                "add `host_key = \"ssh-ed25519 …\"` to [nodes." + owner +
                    "]; the machine has it in /etc/ssh/ssh_host_ed25519_key.pub"
            );
        }
        if (!seen.insert(owner).second) {
            return refuse("node `" + owner + "` is listed twice as an owner");
        }
    }
    return {};
}

Result<void> check_lifetimes(const TrustPlan& plan) {
    if (plan.leaf_days < 1 || plan.leaf_days > days_max || plan.authority_days > days_max) {
        return refuse("certificates must live between one day and 1000 years");
    }
    if (plan.renew_before_days < 0 || plan.renew_before_days >= plan.leaf_days) {
        return refuse(
            "certificates that live " + std::to_string(plan.leaf_days) +
                " days would always be due for renewal " + std::to_string(plan.renew_before_days) +
                " days before their end",
            "make leaf_days larger than renew_before_days"
        );
    }
    if (plan.authority_days <= plan.leaf_days) {
        return refuse(
            "an authority must live longer than the certificates it signs",
            "make authority_days larger than leaf_days"
        );
    }
    return {};
}

Result<void> check_edges(const TrustPlan& plan) {
    std::set<std::string_view> names;
    for (const CertificateSpec& spec : plan.certificates) {
        names.insert(spec.name);
    }
    for (const TrustEdge& edge : plan.edges) {
        for (const std::string& name : {edge.client, edge.server}) {
            if (!names.contains(name)) {
                return refuse("a connection names `" + name + "`, which no certificate is called");
            }
        }
    }
    return {};
}

} // namespace

Result<void> check_plan(const TrustPlan& plan) {
    TRY(check_subject_part("the homelab's name", plan.homelab));
    if (plan.operators.empty()) {
        return refuse(
            "no operator is listed, so nobody could ever open an authority's key",
            "add your SSH public key to operators in [homelab]"
        );
    }
    TRY(check_lifetimes(plan));
    std::set<std::string_view> names;
    const auto take_name = [&](const std::string& name) -> Result<void> {
        if (!names.insert(name).second) {
            return refuse("two certificates or secrets are called `" + name + "`");
        }
        if (name.starts_with("authorities/") || name.starts_with("bundles/") || name == "index") {
            return refuse("`" + name + "` is a name that ducksnest keeps for itself");
        }
        return {};
    };
    for (const CertificateSpec& spec : plan.certificates) {
        TRY(take_name(spec.name));
        TRY(check_certificate(spec).with("certificate `" + spec.name + "`"));
        TRY(check_owners(plan, spec.owners).with("certificate `" + spec.name + "`"));
    }
    for (const SecretSpec& spec : plan.secrets) {
        TRY(take_name(spec.name));
        TRY(check_tree_path(spec.name));
        TRY(check_owners(plan, spec.owners).with("secret `" + spec.name + "`"));
    }
    return check_edges(plan);
}

} // namespace ducksnest::pki
