#include "pipeline/tailnet.h"

#include "base/text.h"
#include "net/address.h"

#include <fmt/format.h>

#include <algorithm>
#include <charconv>
#include <optional>
#include <set>

namespace ducksnest::testing {
namespace {

const Json& member(const Json& json, std::string_view key) {
    static const Json none;
    const Json* found = json.find(key);
    return found == nullptr ? none : *found;
}

std::vector<std::string> texts(const Json& json) {
    std::vector<std::string> values;
    if (const Json::Array* items = json.as_array()) {
        for (const Json& item : *items) {
            values.push_back(item.as_string() == nullptr ? "" : *item.as_string());
        }
    }
    return values;
}

std::vector<std::string> keys(const Json& json) {
    std::vector<std::string> names;
    if (const Json::Object* members = json.as_object()) {
        for (const auto& [name, value] : *members) {
            names.push_back(name);
        }
    }
    return names;
}

std::optional<net::Cidr> network(const std::string& text) {
    if (const auto cidr = net::parse_cidr(text)) {
        return *cidr;
    }
    const auto address = net::parse_address(text);
    return address ? std::optional(net::Cidr::host(*address)) : std::nullopt;
}

bool lies_in(const net::Cidr& inner, const net::Cidr& outer) {
    return inner.prefix >= outer.prefix && outer.contains(inner.address);
}

int number(std::string_view text) {
    int value = -1;
    std::from_chars(text.data(), text.data() + text.size(), value);
    return value;
}

/// "tcp:6443", "udp:1-9", "icmp:*", "*", or ports alone for TCP and UDP.
bool covers(const std::string& spec, const Connection& connection) {
    if (spec == "*") {
        return true;
    }
    const std::size_t colon = spec.find(':');
    const std::string protocol = colon == std::string::npos ? "" : spec.substr(0, colon);
    const std::string ports = colon == std::string::npos ? spec : spec.substr(colon + 1);
    const bool is_spoken =
        protocol.empty() ? connection.protocol != "icmp" : protocol == connection.protocol;
    if (!is_spoken || ports == "*") {
        return is_spoken;
    }
    const std::size_t dash = ports.find('-');
    const int first = number(ports.substr(0, dash));
    const int last = dash == std::string::npos ? first : number(ports.substr(dash + 1));
    return first <= connection.port && connection.port <= last;
}

} // namespace

bool Tailnet::set_contains(const std::string& set, const std::string& party) const {
    const auto address = network(party);
    bool contains = false;
    for (const std::string& step : texts(member(member(policy_, "ipsets"), set))) {
        const bool removes = step.starts_with("remove ");
        const auto cidr = network(step.substr(step.find(' ') + 1));
        if (address && cidr && lies_in(*address, *cidr)) {
            contains = !removes;
        }
    }
    return contains;
}

bool Tailnet::matches(const std::string& selector, const std::string& party) const {
    if (selector == "*" || selector == party) {
        return true;
    }
    if (selector.starts_with("ipset:")) {
        return set_contains(selector, party);
    }
    const std::string* host = member(member(policy_, "hosts"), selector).as_string();
    const auto cidr = network(host == nullptr ? selector : *host);
    const auto address = network(party);
    return cidr && address && lies_in(*address, *cidr);
}

bool Tailnet::allows(const Connection& connection) const {
    const auto any = [&](const Json& selectors, const std::string& party) {
        return std::ranges::any_of(texts(selectors), [&](const std::string& selector) {
            return matches(selector, party);
        });
    };
    const Json::Array* grants = member(policy_, "grants").as_array();
    return grants != nullptr && std::ranges::any_of(*grants, [&](const Json& grant) {
               return any(member(grant, "src"), connection.from) &&
                      any(member(grant, "dst"), connection.to) &&
                      std::ranges::any_of(texts(member(grant, "ip")), [&](const std::string& spec) {
                          return covers(spec, connection);
                      });
           });
}

bool Tailnet::approves(const std::string& tag, const std::string& route) const {
    const Json& routes = member(member(policy_, "autoApprovers"), "routes");
    const auto asked = network(route);
    return std::ranges::any_of(keys(routes), [&](const std::string& approved) {
        const auto cidr = network(approved);
        const auto tags = texts(member(routes, approved));
        return asked && cidr && lies_in(*asked, *cidr) &&
               std::ranges::find(tags, tag) != tags.end();
    });
}

void Tailnet::check_names(std::vector<std::string>& out) const {
    static const std::set<std::string> sections = {
        "autoApprovers", "grants", "hosts", "ipsets", "tagOwners", "tests"
    };
    static const std::set<std::string> autogroups = {"autogroup:admin", "autogroup:owner"};
    for (const std::string& section : keys(policy_)) {
        if (!sections.contains(section)) {
            out.push_back(fmt::format("there is no section `{}`", section));
        }
    }
    const auto check = [&](const std::string& selector) {
        const auto defined = [&](std::string_view section) {
            return member(policy_, section).find(selector) != nullptr;
        };
        const bool is_known = selector.starts_with("tag:")     ? defined("tagOwners")
                              : selector.starts_with("ipset:") ? defined("ipsets")
                              : selector.starts_with("autogroup:")
                                  ? autogroups.contains(selector)
                                  : defined("hosts") || network(selector);
        if (!is_known) {
            out.push_back(fmt::format("`{}` is not defined", selector));
        }
    };
    if (const Json::Array* grants = member(policy_, "grants").as_array()) {
        for (const Json& grant : *grants) {
            if (keys(grant) != std::vector<std::string>{"dst", "ip", "src"}) {
                out.push_back("a grant has other fields than src, dst and ip");
            }
            std::ranges::for_each(texts(member(grant, "src")), check);
            std::ranges::for_each(texts(member(grant, "dst")), check);
        }
    }
    const Json& routes = member(member(policy_, "autoApprovers"), "routes");
    for (const std::string& route : keys(routes)) {
        if (!net::parse_cidr(route)) {
            out.push_back(fmt::format("route `{}` is no network", route));
        }
        std::ranges::for_each(texts(member(routes, route)), check);
    }
    for (const std::string& set : keys(member(policy_, "ipsets"))) {
        for (const std::string& step : texts(member(member(policy_, "ipsets"), set))) {
            const std::size_t blank = step.find(' ');
            const std::string verb = step.substr(0, blank);
            if ((verb != "add" && verb != "remove") || !network(step.substr(blank + 1))) {
                out.push_back(fmt::format("`{}` of `{}` is no step", step, set));
            }
        }
    }
}

void Tailnet::check_tests(std::vector<std::string>& out) const {
    const Json::Array* tests = member(policy_, "tests").as_array();
    if (tests == nullptr || tests->empty()) {
        out.push_back("there are no tests");
        return;
    }
    const auto address = [&](const std::string& name) {
        const std::string* host = member(member(policy_, "hosts"), name).as_string();
        return host == nullptr ? name : *host;
    };
    for (const Json& test : *tests) {
        const auto run = [&](std::string_view list, bool is_wanted) {
            for (const std::string& target : texts(member(test, list))) {
                const std::size_t colon = target.rfind(':');
                const Connection connection{
                    .from = address(*member(test, "src").as_string()),
                    .to = address(target.substr(0, colon)),
                    .protocol = *member(test, "proto").as_string(),
                    .port = number(target.substr(colon + 1)),
                };
                if (allows(connection) != is_wanted) {
                    out.push_back(fmt::format(
                        "{} from {} to {} must be {}",
                        connection.protocol,
                        *member(test, "src").as_string(),
                        target,
                        is_wanted ? "accepted" : "denied"
                    ));
                }
            }
        };
        run("accept", true);
        run("deny", false);
    }
}

std::vector<std::string> Tailnet::complaints() const {
    std::vector<std::string> out;
    check_names(out);
    check_tests(out);
    return out;
}

} // namespace ducksnest::testing
