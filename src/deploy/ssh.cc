#include "deploy/ssh.h"

#include "base/text.h"
#include "deploy/gate.h"
#include "deploy/trial.h"

#include <fmt/format.h>

namespace ducksnest::deploy {
namespace {

/// The algorithms by which a server proves that it has this key (sshd_config(5),
/// "HostKeyAlgorithms"): only those, so that it cannot offer another key of its own.
std::string algorithms_of(const std::string& host_key) {
    const std::string type = host_key.substr(0, host_key.find(' '));
    return type == "ssh-rsa" ? "rsa-sha2-512,rsa-sha2-256" : type;
}

} // namespace

std::string known_hosts(const std::vector<Remote>& remotes) {
    std::string text;
    for (const Remote& remote : remotes) {
        const std::vector<std::string_view> parts = split(remote.host_key, ' ');
        if (parts.size() > 1) {
            text += fmt::format("{} {} {}\n", remote.node, parts[0], parts[1]);
        }
    }
    return text;
}

std::vector<std::string> ssh_options(const Remote& remote, const SshSettings& settings) {
    std::vector<std::string> words = {
        "-F", "none", "-p", fmt::format("{}", remote.port), "-l", remote.user
    };
    const auto option = [&](std::string_view name, std::string_view value) {
        words.emplace_back("-o");
        words.push_back(fmt::format("{}={}", name, value));
    };
    option("BatchMode", "yes");
    option("CheckHostIP", "no");
    option("ClearAllForwardings", "yes");
    option("ConnectTimeout", fmt::format("{}", settings.connect_timeout.count() / 1000));
    option("ControlMaster", "no");
    option("ControlPath", "none");
    option("ForwardAgent", "no");
    option("GlobalKnownHostsFile", "/dev/null");
    option("HostKeyAlgorithms", algorithms_of(remote.host_key));
    option("HostKeyAlias", remote.node);
    option("LogLevel", "ERROR");
    option("PreferredAuthentications", "publickey");
    option("ServerAliveCountMax", "3");
    option("ServerAliveInterval", "3");
    option("StrictHostKeyChecking", "yes");
    option("UpdateHostKeys", "no");
    option("UserKnownHostsFile", settings.known_hosts);
    option("VerifyHostKeyDNS", "no");
    if (!settings.identity.empty()) {
        option("IdentitiesOnly", "yes");
        option("IdentityAgent", "none");
        option("IdentityFile", settings.identity);
    }
    return words;
}

CommandLine ssh_line(
    const Remote& remote,
    const SshSettings& settings,
    const std::vector<std::string>& words,
    Duration timeout
) {
    CommandLine line{.words = {settings.program}, .timeout = timeout};
    for (std::string& option : ssh_options(remote, settings)) {
        line.words.push_back(std::move(option));
    }
    line.words.insert(line.words.end(), {"-T", "--", remote.host});
    std::vector<std::string> quoted;
    for (const std::string& word : words) {
        quoted.push_back(quote_word(word));
    }
    line.words.push_back(join(quoted, " "));
    return line;
}

Error ssh_error(const Remote& remote, const std::string& said) {
    const auto has = [&](std::string_view text) { return said.find(text) != std::string::npos; };
    if (has("Host key verification failed") || has("no matching host key type found") ||
        has("REMOTE HOST IDENTIFICATION HAS CHANGED")) {
        return {
            .code = ErrorCode::denied,
            .message = fmt::format(
                "`{}` at {} does not have the host key of homelab.toml", remote.node, remote.host
            ),
            .help = "another machine may answer there; if the node was set up anew, look its key "
                    "up at its own console, set `host_key`, and run `ducksnest certs renew`",
        };
    }
    if (has("Permission denied")) {
        return {
            .code = ErrorCode::unauthenticated,
            .message = fmt::format("`{}` does not take our key", remote.node),
            .help = "its system has to list the key in `ducksnest.deploy.keys`; name another one "
                    "with `--identity FILE`",
        };
    }
    constexpr std::size_t said_max = 300;
    return {
        .code = ErrorCode::unavailable,
        .message = fmt::format(
            "`{}` cannot be reached at {}: {}",
            remote.node,
            remote.host,
            said.empty() ? "the connection ended" : last_lines(said, said_max)
        ),
        .help = "check that it is on and in the tailnet; `--node` leaves others out",
    };
}

} // namespace ducksnest::deploy
