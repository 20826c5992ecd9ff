#include "certs/example_homelab.h"
#include "io/thread_pool.h"
#include "pki/paths.h"
#include "pki/store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>

using namespace ducksnest;
using namespace ducksnest::pki;
using ducksnest::testing::ExampleHomelab;
using ducksnest::testing::Ran;

namespace {

/// One homelab with fresh secrets for all cases of this file.
const ExampleHomelab& sealed_homelab() {
    static const ExampleHomelab lab;
    static const Ran made = lab.ducksnest("certs recreate");
    REQUIRE_MESSAGE(made.exit == 0, made.err);
    return lab;
}

bool openssl_verify(
    const ExampleHomelab& lab,
    const CertificateSpec& spec,
    Authority authority,
    const std::string& options
) {
    return lab.run(fmt::format(
                       "openssl verify -x509_strict -no-CApath -no-CAstore -CAfile '{0}/{1}' {2} "
                       "'{0}/{3}'",
                       lab.secrets(),
                       bundle_path(authority),
                       options,
                       certificate_path(spec.name)
                   ))
               .exit == 0;
}

} // namespace

TEST_CASE("openssl verify accepts every chain for its purpose and names, and nothing else") {
    const ExampleHomelab& lab = sealed_homelab();
    for (const CertificateSpec& spec : lab.trust().certificates) {
        CAPTURE(spec.name);
        const bool is_server = spec.usage != Usage::client;
        const bool is_client = spec.usage != Usage::server;
        CHECK(openssl_verify(lab, spec, spec.authority, "-purpose sslserver") == is_server);
        CHECK(openssl_verify(lab, spec, spec.authority, "-purpose sslclient") == is_client);
        const Authority other =
            spec.authority == Authority::etcd ? Authority::cluster : Authority::etcd;
        CHECK(!openssl_verify(lab, spec, other, ""));
        std::string names;
        for (const std::string& name : spec.dns_names) {
            names += " -verify_hostname " + name;
        }
        for (const net::Address& address : spec.addresses) {
            CHECK(openssl_verify(lab, spec, spec.authority, "-verify_ip " + net::to_string(address))
            );
        }
        if (is_server) {
            CHECK(openssl_verify(lab, spec, spec.authority, names));
            CHECK(!openssl_verify(lab, spec, spec.authority, "-verify_hostname not.there"));
            CHECK(!openssl_verify(lab, spec, spec.authority, "-verify_ip 203.0.113.1"));
        }
    }
}

TEST_CASE("openssl reads in every certificate what was asked for") {
    const ExampleHomelab& lab = sealed_homelab();
    const Ran leaf = lab.run(
        fmt::format("openssl x509 -noout -text -in '{}/nodes/firebat/kubelet.crt'", lab.secrets())
    );
    CHECK(leaf.out.contains("Issuer: CN = ducksnest cluster authority 1\n"));
    CHECK(leaf.out.contains("Subject: O = system:nodes, CN = system:node:firebat\n"));
    CHECK(leaf.out.contains("X509v3 Key Usage: critical\n                Digital Signature\n"));
    CHECK(leaf.out.contains("TLS Web Client Authentication\n"));
    CHECK(!leaf.out.contains("TLS Web Server Authentication"));
    CHECK(leaf.out.contains("X509v3 Basic Constraints: critical\n                CA:FALSE\n"));
    const Ran authority = lab.run(
        fmt::format("openssl x509 -noout -text -in '{}/authorities/etcd.crt'", lab.secrets())
    );
    CHECK(authority.out.contains("CA:TRUE, pathlen:0\n"));
    CHECK(authority.out.contains("Certificate Sign, CRL Sign\n"));
    const Ran service = lab.run(
        fmt::format("openssl pkey -pubin -noout -text -in '{}/service-account.pub'", lab.secrets())
    );
    CHECK(service.out.contains("ASN1 OID: prime256v1"));
}

TEST_CASE("age opens every key with its owner's host key, and with no other node's") {
    const ExampleHomelab& lab = sealed_homelab();
    io::ThreadPool threads;
    const Store store = read_store(lab.tree(), threads).value();
    CHECK(store.problems.empty());
    const auto opens = [&](const std::string& reader, const std::string& name) {
        return lab.run(fmt::format(
                           "age -d -i '{}' -o '{}' '{}/{}'",
                           lab.key(reader),
                           lab.scratch("key"),
                           lab.secrets(),
                           sealed_key_path(name)
                       ))
                   .exit == 0;
    };
    const auto belongs = [&](const std::string& name) {
        return lab.run(fmt::format(
                           "test \"$(openssl pkey -in '{}' -pubout)\" = "
                           "\"$(openssl x509 -in '{}/{}' -noout -pubkey)\"",
                           lab.scratch("key"),
                           lab.secrets(),
                           certificate_path(name)
                       ))
                   .exit == 0;
    };
    std::size_t pairs = 0;
    for (const CertificateEntry& entry : store.index.certificates) {
        CAPTURE(entry.name);
        for (const std::string& node : lab.nodes()) {
            const bool is_owner = std::ranges::count(entry.owners, node) != 0;
            CHECK(opens(node, entry.name) == is_owner);
            ++pairs;
        }
        REQUIRE(opens("operator", entry.name));
        CHECK(belongs(entry.name));
    }
    for (const Authority authority : all_authorities) {
        for (const std::string& node : lab.nodes()) {
            CHECK(!opens(node, authority_name(authority)));
        }
        CHECK(opens("operator", authority_name(authority)));
        CHECK(belongs(authority_name(authority)));
    }
    CHECK(pairs == 4 * store.index.certificates.size());
}

TEST_CASE("a node opens its secrets with its host key, onto a disk only when told so") {
    const ExampleHomelab& lab = sealed_homelab();
    const std::string folder = lab.scratch("opened");
    const Ran refused =
        lab.ducksnest(fmt::format("certs open --host-key '{}' --to '/usr/x'", lab.key("old")));
    CHECK(refused.exit == 6);
    CHECK(refused.err.starts_with("error: `/usr/x` is on a disk, where opened keys would stay"));
    const Ran opened = lab.ducksnest(
        fmt::format("certs open --host-key '{}' --to '{}' --allow-disk", lab.key("old"), folder)
    );
    REQUIRE_MESSAGE(opened.exit == 0, opened.err);
    CHECK(opened.out == fmt::format("opened 13 files of old in {}\n", folder));
    CHECK(
        lab.run(fmt::format("stat -c %a '{0}/kubelet.key' '{0}/kubelet.crt'", folder)).out ==
        "400\n444\n"
    );
    const Ran other = lab.ducksnest(fmt::format(
        "certs open --node firebat --host-key '{}' --to '{}' --allow-disk", lab.key("old"), folder
    ));
    CHECK(other.exit == 6);
    CHECK(other.err.contains("opening `nodes/firebat/"));
}
