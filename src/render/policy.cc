#include "render/policy.h"

#include "base/json.h"
#include "render/table.h"

#include <algorithm>
#include <cctype>
#include <vector>

namespace ducksnest::render {
namespace {

constexpr std::size_t line_length = 100;

std::string quoted(std::string_view text) {
    std::string out;
    append_json_string(out, text);
    return out;
}

/// Reasons are kept as parts of a sentence.
std::string sentence(std::string text) {
    text.front() = static_cast<char>(std::toupper(static_cast<unsigned char>(text.front())));
    return text + ".";
}

/// Members and items, one a line, each with a comma behind it; comments before them.
class Hujson {
public:
    void comment(std::string_view text) {
        const std::size_t indent = 2 * depth_;
        const std::string folded = fold(text, indent + 3, line_length);
        out_.append(indent, ' ').append("// ");
        for (std::size_t at = 0; at < folded.size();) {
            const std::size_t end = std::min(folded.find('\n', at), folded.size());
            out_.append(folded, at, end - at).append("\n");
            at = end + 1;
            if (at < folded.size()) {
                // `fold` has indented the text; the slashes take the place of its last three.
                out_.append(indent, ' ').append("// ");
                at += indent + 3;
            }
        }
    }

    /// Between sections.
    void gap() { out_ += "\n"; }

    void open(char bracket) { out_.append(2 * depth_++, ' ').append(1, bracket).append("\n"); }
    void open(std::string_view key, char bracket) {
        out_.append(2 * depth_++, ' ').append(quoted(key)).append(": ");
        out_.append(1, bracket).append("\n");
    }
    void close(char bracket) { line(std::string(1, bracket), true); }
    /// Of the document: no comma follows.
    void end() {
        --depth_;
        out_ += "}\n";
    }

    void member(std::string_view key, std::string_view value) {
        line(quoted(key) + ": " + quoted(value), false);
    }
    /// On one line when it fits.
    void member(std::string_view key, const std::vector<std::string>& values) {
        std::string text = quoted(key) + ": [";
        for (const std::string& value : values) {
            text += (text.back() == '[' ? "" : ", ") + quoted(value);
        }
        if (2 * depth_ + text.size() + 2 <= line_length) {
            line(text + "]", false);
            return;
        }
        open(key, '[');
        for (const std::string& value : values) {
            line(quoted(value), false);
        }
        close(']');
    }

    std::string take() { return std::move(out_); }

private:
    void line(const std::string& text, bool is_end) {
        depth_ -= is_end ? 1 : 0;
        out_.append(2 * depth_, ' ').append(text).append(",\n");
    }

    std::string out_{};
    std::size_t depth_ = 0;
};

void write_names(Hujson& json, const plan::TailnetPolicy& policy) {
    json.comment("Every node's own address, for the tests below.");
    json.open("hosts", '{');
    for (const auto& [name, address] : policy.hosts) {
        json.member(name, net::to_string(address));
    }
    json.close('}');
    json.gap();
    json.comment(
        "A tag stands for the addresses that Tailscale gives to a device, and for no other. Nodes "
        "know each other by their own addresses and announce them as routes, so grants need both."
    );
    json.open("ipsets", '{');
    for (const plan::AddressSet& set : policy.sets) {
        json.comment(sentence(set.why));
        std::vector<std::string> steps;
        steps.reserve(set.addresses.size());
        for (const net::Cidr& address : set.addresses) {
            steps.push_back("add " + net::to_string(address));
        }
        json.member(set.name, steps);
    }
    json.close('}');
}

void write_ownership(Hujson& json, const plan::TailnetPolicy& policy) {
    json.comment("Who may give a device its tag: administrators, and keys that they made for it.");
    json.open("tagOwners", '{');
    for (const std::string& tag : policy.tags) {
        json.member(tag, std::vector<std::string>{"autogroup:admin"});
    }
    json.close('}');
    json.gap();
    json.comment(
        "A node announces its own address and nothing else. These are approved without an "
        "administrator, so that a machine which comes back, or is rented at night, is reachable. "
        "What address a replacement gets is known only then, so its tag stands for whole subnets."
    );
    json.open("autoApprovers", '{');
    json.open("routes", '{');
    for (const plan::Approver& approver : policy.approvers) {
        json.member(net::to_string(approver.route), std::vector<std::string>{approver.tag});
    }
    json.close('}');
    json.close('}');
}

void write_grants(Hujson& json, const plan::TailnetPolicy& policy) {
    json.comment("What is not granted here is denied.");
    json.open("grants", '[');
    for (const plan::Grant& grant : policy.grants) {
        json.comment(sentence(grant.why));
        json.open('{');
        json.member("src", grant.from);
        json.member("dst", grant.to);
        json.member("ip", grant.ports);
        json.close('}');
    }
    json.close(']');
}

void write_tests(Hujson& json, const plan::TailnetPolicy& policy) {
    json.comment("Tailscale refuses this file when one of these does not hold.");
    json.open("tests", '[');
    for (const plan::PolicyTest& test : policy.tests) {
        json.open('{');
        json.member("src", test.from);
        json.member("proto", test.protocol);
        if (!test.accept.empty()) {
            json.member("accept", test.accept);
        }
        if (!test.deny.empty()) {
            json.member("deny", test.deny);
        }
        json.close('}');
    }
    json.close(']');
}

} // namespace

std::string render_policy(const plan::TailnetPolicy& policy) {
    Hujson json;
    json.comment(
        "Written by `ducksnest render` from homelab.toml: change that, not this. It is the policy "
        "of a whole tailnet, so devices outside the homelab get nothing from it; when there are "
        "some, take these sections over into your own policy."
    );
    json.open('{');
    write_names(json, policy);
    json.gap();
    write_ownership(json, policy);
    json.gap();
    write_grants(json, policy);
    json.gap();
    json.comment(
        "No `ssh` section: the one way to a shell is the node's own sshd, with the host keys of "
        "homelab.toml, also when the tailnet's coordination server cannot be reached."
    );
    json.gap();
    write_tests(json, policy);
    json.end();
    return json.take();
}

} // namespace ducksnest::render
