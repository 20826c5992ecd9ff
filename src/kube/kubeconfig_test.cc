#include "kube/kubeconfig.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

namespace ducksnest::kube {
namespace {

Result<Access> read(const std::string& cluster, const std::string& user) {
    const std::string text = fmt::format(
        R"({{"current-context":"x","contexts":[{{"name":"x","context":{{"cluster":"c","user":"u"}}}}],
            "clusters":[{{"name":"c","cluster":{}}}],"users":[{{"name":"u","user":{}}}]}})",
        cluster,
        user
    );
    return read_kubeconfig(*Json::parse(text), [](const std::string& path) -> Result<Bytes> {
        if (path == "missing") {
            return fail(ErrorCode::not_found, "`missing` does not exist");
        }
        return to_bytes("file " + path + "\n");
    });
}

constexpr const char* server = R"({"server":"https://api:6443/"})";

} // namespace

TEST_CASE("a kubeconfig names files, or holds their bytes") {
    Result<Access> access = read(
        R"({"server":"https://api:6443/","certificate-authority":"ca.crt"})",
        R"({"client-certificate-data":"Y2VydA==","client-certificate":"ignored","client-key":"k.key"})"
    );
    REQUIRE(access);
    CHECK(access->server == "https://api:6443");
    CHECK(access->authorities == "file ca.crt\n");
    CHECK(access->certificate == "cert");
    CHECK(as_text(access->key.view()) == "file k.key\n");
    access = read(server, R"({"tokenFile":"token"})");
    CHECK(access->token == "file token");
}

TEST_CASE("what a kubeconfig lacks is told") {
    const auto message = [](const std::string& cluster, const std::string& user) {
        return read(cluster, user).error().message;
    };
    CHECK(message(R"({"server":"api"})", "{}") == "`api` is no address of an API server");
    CHECK(
        message(server, R"({"client-key":"k"})") ==
        "the kubeconfig has only one of `client-certificate` and `client-key`"
    );
    CHECK(message(server, R"({"client-key":"missing"})") == "`missing` does not exist");
    CHECK(
        message(server, R"({"exec":{}})") == "the kubeconfig uses `exec`, which ducksnest does not"
    );
    CHECK(
        message(R"({"server":"https://a","insecure-skip-tls-verify":true})", "{}") ==
        "the kubeconfig uses `insecure-skip-tls-verify`, which ducksnest does not"
    );
    const auto nothing = [](const std::string&) -> Result<Bytes> { return Bytes(); };
    CHECK(
        read_kubeconfig(Json::object({}), nothing).error().message ==
        "the kubeconfig has no `current-context`"
    );
    CHECK(
        read_kubeconfig(Json::object({{"current-context", "x"}}), nothing).error().message ==
        "the kubeconfig has no entry `x` under `contexts`"
    );
}

} // namespace ducksnest::kube
