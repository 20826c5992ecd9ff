#include "local/mapping.h"

#include "base/assert.h"
#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <set>

namespace ducksnest::local {
namespace {

/// An API server tells the cluster this address and refuses a loopback one; nothing here dials it.
constexpr std::string_view told_not_dialled = "--advertise-address=";

constexpr std::array<std::string_view, 3> moved_folders{"/etc/", "/run/", "/var/"};

bool is_address_letter(char c) {
    return (c >= '0' && c <= '9') || c == '.';
}

/// Whether a path may begin after this letter: not in the middle of another path or a URL.
bool ends_a_word(char c) {
    return c == '=' || c == ',' || c == ' ' || c == ':' || c == '"' || c == '\t';
}

/// Two things that were different may have become one: a list names it once.
std::string without_repetitions(std::string_view list) {
    std::set<std::string_view> seen;
    std::string result;
    for (const std::string_view item : split(list, ',')) {
        if (seen.insert(item).second) {
            result += result.empty() ? "" : ",";
            result += item;
        }
    }
    return result;
}

} // namespace

Mapping::Mapping(const plan::Plan& plan, std::string folder, int network)
    : folder_(std::move(folder)) {
    ASSERT(network >= 1 && network <= 250);
    int number = 0;
    for (const plan::NodePlan& node : plan.nodes) {
        const std::string mapped =
            fmt::format("127.{}.{}.{}", network, number / 250, number % 250 + 1);
        ++number;
        by_node_.emplace(node.name, mapped);
        by_address_.emplace(net::to_string(node.address), mapped);
        if (node.tailnet_address) {
            by_address_.emplace(net::to_string(*node.tailnet_address), mapped);
        }
    }
}

std::string Mapping::address_of(std::string_view node) const {
    const auto at = by_node_.find(node);
    ASSERT(at != by_node_.end());
    return at->second;
}

std::string Mapping::folder_of(std::string_view node) const {
    return fmt::format("{}/nodes/{}", folder_, node);
}

std::string Mapping::addresses_mapped(std::string_view node, std::string_view text) const {
    std::string result;
    std::size_t at = 0;
    while (at < text.size()) {
        if (!is_address_letter(text[at])) {
            result += text[at++];
            continue;
        }
        std::size_t end = at;
        while (end < text.size() && is_address_letter(text[end])) {
            ++end;
        }
        const std::string_view word = text.substr(at, end - at);
        const bool is_network = end < text.size() && text[end] == '/';
        const auto known = by_address_.find(word);
        if (!is_network && (word == "127.0.0.1" || word == "0.0.0.0")) {
            result += address_of(node);
        } else if (!is_network && known != by_address_.end()) {
            result += known->second;
        } else {
            result += word;
        }
        at = end;
    }
    return result;
}

std::string Mapping::text(std::string_view node, std::string_view text) const {
    const std::string addressed = addresses_mapped(node, text);
    std::string result;
    for (std::size_t at = 0; at < addressed.size(); ++at) {
        const bool may_begin = at == 0 || ends_a_word(addressed[at - 1]);
        const std::string_view rest = std::string_view(addressed).substr(at);
        const bool is_moved =
            may_begin && std::ranges::any_of(moved_folders, [&](std::string_view folder) {
                return rest.starts_with(folder);
            });
        if (is_moved) {
            result += folder_of(node);
        }
        result += addressed[at];
    }
    return result;
}

Json Mapping::json(std::string_view node, const Json& json) const {
    if (const std::string* string = json.as_string()) {
        return text(node, *string);
    }
    if (const Json::Array* items = json.as_array()) {
        Json::Array mapped;
        for (const Json& item : *items) {
            mapped.push_back(this->json(node, item));
        }
        return mapped;
    }
    if (const Json::Object* members = json.as_object()) {
        Json::Object mapped;
        for (const auto& [key, value] : *members) {
            mapped.emplace_back(key, this->json(node, value));
        }
        return Json::object(std::move(mapped));
    }
    return json;
}

std::string Mapping::argument(std::string_view node, const std::string& argument) const {
    if (argument.starts_with(told_not_dialled)) {
        return argument;
    }
    const std::string mapped = text(node, argument);
    const std::size_t equals = mapped.find('=');
    if (mapped == argument || equals == std::string::npos) {
        return mapped;
    }
    return mapped.substr(0, equals + 1) + without_repetitions(mapped.substr(equals + 1));
}

plan::Unit Mapping::unit(std::string_view node, const plan::Unit& unit) const {
    plan::Unit mapped = unit;
    for (std::string& argument : mapped.arguments) {
        argument = this->argument(node, argument);
    }
    for (auto& [name, value] : mapped.environment) {
        value = text(node, value);
    }
    for (std::string& path : mapped.files) {
        path = text(node, path);
    }
    return mapped;
}

plan::ConfigFile Mapping::file(std::string_view node, const plan::ConfigFile& file) const {
    plan::ConfigFile mapped = file;
    mapped.path = text(node, file.path);
    mapped.content = json(node, file.content);
    return mapped;
}

pki::TrustPlan Mapping::trust(const pki::TrustPlan& trust) const {
    pki::TrustPlan mapped = trust;
    for (pki::CertificateSpec& certificate : mapped.certificates) {
        std::set<net::Address> addresses(
            certificate.addresses.begin(), certificate.addresses.end()
        );
        for (const net::Address& address : certificate.addresses) {
            if (const auto known = by_address_.find(net::to_string(address));
                known != by_address_.end()) {
                addresses.insert(net::parse_address(known->second).value());
            }
        }
        // Whoever answers on loopback answers on the node's own address here.
        const bool on_loopback =
            std::ranges::any_of(certificate.addresses, [](const auto& address) {
                return net::to_string(address) == "127.0.0.1";
            });
        // API servers are also asked through the balancer on the loopback of every node.
        const bool is_balanced = std::ranges::count(certificate.dns_names, "kubernetes") > 0;
        for (const auto& [node, address] : by_node_) {
            const bool is_owner = std::ranges::count(certificate.owners, node) > 0;
            if (on_loopback && (is_owner || is_balanced)) {
                addresses.insert(net::parse_address(address).value());
            }
        }
        certificate.addresses.assign(addresses.begin(), addresses.end());
    }
    for (pki::TrustEdge& edge : mapped.edges) {
        if (const auto known = by_address_.find(edge.server_name); known != by_address_.end()) {
            edge.server_name = known->second;
        }
    }
    return mapped;
}

} // namespace ducksnest::local
