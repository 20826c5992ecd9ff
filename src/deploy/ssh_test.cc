#include "deploy/ssh.h"

#include <doctest/doctest.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::deploy;

namespace {

const Remote alpha = {
    .node = "alpha", .host = "192.168.0.11", .port = 2222, .host_key = "ssh-ed25519 AAAA duck"
};

bool has(const CommandLine& line, std::string_view word) {
    return std::ranges::find(line.words, word) != line.words.end();
}

} // namespace

TEST_CASE("nodes are known by their names and by one key each") {
    CHECK(
        known_hosts({alpha, {.node = "beta", .host_key = "ssh-rsa BBBB"}, {.node = "new"}}) ==
        "alpha ssh-ed25519 AAAA\nbeta ssh-rsa BBBB\n"
    );
}

TEST_CASE("ssh reads no settings, asks nothing, forwards nothing and takes no other host key") {
    const CommandLine line = ssh_line(
        alpha, {.known_hosts = "/k", .identity = "/i"}, {"ducksnest", "two words"}, Duration(1000)
    );
    CHECK(line.words[0] == "ssh");
    CHECK(line.words[1] == "-F");
    CHECK(line.words[2] == "none");
    for (const char* option :
         {"BatchMode=yes",
          "ControlMaster=no",
          "ForwardAgent=no",
          "HostKeyAlgorithms=ssh-ed25519",
          "HostKeyAlias=alpha",
          "IdentitiesOnly=yes",
          "IdentityAgent=none",
          "IdentityFile=/i",
          "StrictHostKeyChecking=yes",
          "UserKnownHostsFile=/k"}) {
        CAPTURE(option);
        CHECK(has(line, option));
    }
    CHECK(line.words[line.words.size() - 2] == "192.168.0.11");
    CHECK(line.words.back() == "ducksnest 'two words'");
}

TEST_CASE("an RSA host key is proved by SHA-2 signatures") {
    Remote remote = alpha;
    remote.host_key = "ssh-rsa BBBB";
    CHECK(has(ssh_line(remote, {}, {"x"}, {}), "HostKeyAlgorithms=rsa-sha2-512,rsa-sha2-256"));
}

TEST_CASE("what ssh says becomes a cause and a way out") {
    CHECK(ssh_error(alpha, "Host key verification failed.\n").code == ErrorCode::denied);
    CHECK(
        ssh_error(alpha, "Host key verification failed.\n").message ==
        "`alpha` at 192.168.0.11 does not have the host key of homelab.toml"
    );
    CHECK(
        ssh_error(alpha, "root@x: Permission denied (publickey).").code ==
        ErrorCode::unauthenticated
    );
    const Error away = ssh_error(alpha, "ssh: connect to host x port 22: No route to host\n");
    CHECK(away.code == ErrorCode::unavailable);
    CHECK(
        away.message == "`alpha` cannot be reached at 192.168.0.11: ssh: connect to host x port "
                        "22: No route to host"
    );
    CHECK(
        ssh_error(alpha, "").message ==
        "`alpha` cannot be reached at 192.168.0.11: the connection ended"
    );
}
