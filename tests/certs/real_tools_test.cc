#include "age/age.h"
#include "certs/example_homelab.h"
#include "pki/paths.h"
#include "pki/store.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <algorithm>
#include <map>

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

/// Whether `age -d -i KEY` opens a file of the secrets folder, into the scratch file "key".
bool age_opens(const ExampleHomelab& lab, const std::string& reader, const std::string& path) {
    return lab.run(fmt::format(
                       "age -d -i '{}' -o '{}' '{}/{}'",
                       lab.key(reader),
                       lab.scratch("key"),
                       lab.secrets(),
                       path
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
        // One process for each name: of several, openssl heeds only the last.
        for (const std::string& name : spec.dns_names) {
            CHECK(openssl_verify(lab, spec, spec.authority, "-verify_hostname " + name));
        }
        for (const net::Address& address : spec.addresses) {
            CHECK(openssl_verify(lab, spec, spec.authority, "-verify_ip " + net::to_string(address))
            );
        }
        if (is_server) {
            CHECK(!spec.dns_names.empty());
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

TEST_CASE("every host key opens every file that is its node's, and no other file") {
    const ExampleHomelab& lab = sealed_homelab();
    std::map<std::string, std::vector<std::string>> owners;
    const TrustPlan trust = lab.trust();
    for (const CertificateSpec& spec : trust.certificates) {
        owners[sealed_key_path(spec.name)] = spec.owners;
    }
    for (const SecretSpec& spec : trust.secrets) {
        owners[sealed_key_path(spec.name)] = spec.owners;
    }
    for (const Authority authority : all_authorities) {
        owners[sealed_key_path(authority_name(authority))] = {};
    }
    std::size_t pairs = 0;
    for (const auto& [path, file] : lab.tree()) {
        if (!path.ends_with(".age")) {
            continue;
        }
        CAPTURE(path);
        REQUIRE(owners.contains(path));
        for (const std::string& reader : lab.nodes()) {
            CAPTURE(reader);
            const bool is_owner = std::ranges::count(owners.at(path), reader) != 0;
            CHECK(age_opens(lab, reader, path) == is_owner);
            const std::vector identities{
                age::Identity::parse_openssh(testing::read_text(lab.key(reader))).value()
            };
            const Result<Secret> opened = age::decrypt(file.bytes, identities);
            CHECK(opened.has_value() == is_owner);
            CHECK((opened.has_value() || opened.error().code == ErrorCode::denied));
            ++pairs;
        }
        CHECK(age_opens(lab, "operator", path));
    }
    CHECK(owners.size() == trust.certificates.size() + trust.secrets.size() + 3);
    CHECK(pairs == owners.size() * lab.nodes().size());
}

TEST_CASE("what age opens is the private half of the certificate beside it") {
    const ExampleHomelab& lab = sealed_homelab();
    std::vector<std::string> names;
    for (const CertificateSpec& spec : lab.trust().certificates) {
        names.push_back(spec.name);
    }
    for (const Authority authority : all_authorities) {
        names.push_back(authority_name(authority));
    }
    for (const std::string& name : names) {
        CAPTURE(name);
        REQUIRE(age_opens(lab, "operator", sealed_key_path(name)));
        const Ran compared = lab.run(fmt::format(
            "test \"$(openssl pkey -in '{}' -pubout)\" = "
            "\"$(openssl x509 -in '{}/{}' -noout -pubkey)\"",
            lab.scratch("key"),
            lab.secrets(),
            certificate_path(name)
        ));
        CHECK(compared.exit == 0);
    }
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
