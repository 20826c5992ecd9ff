#include "shell.h"

#include <fmt/format.h>

#include <cstdlib>
#include <filesystem>
#include <fstream>

namespace ducksnest::bench {
namespace {

namespace fs = std::filesystem;

constexpr std::string_view make_key =
    "openssl genpkey -algorithm EC -pkeyopt ec_paramgen_curve:P-256";

std::string file_name(const std::string& name) {
    std::string flat = name;
    for (char& letter : flat) {
        letter = letter == '/' ? '-' : letter;
    }
    return flat;
}

void write(const fs::path& path, const std::string& text) {
    std::ofstream(path) << text;
}

std::string recipients(const pki::TrustPlan& trust, const std::vector<std::string>& owners) {
    std::string flags;
    for (const std::string& line : trust.operators) {
        flags += fmt::format(" -r '{}'", line);
    }
    for (const std::string& owner : owners) {
        flags += fmt::format(" -r '{}'", trust.host_keys.at(owner));
    }
    return flags;
}

std::string subject_of(const pki::CertificateSpec& spec) {
    std::string subject = "/CN=" + spec.common_name;
    for (const std::string& organization : spec.organizations) {
        subject += "/O=" + organization;
    }
    return subject;
}

std::string extensions_of(const pki::CertificateSpec& spec) {
    const std::string_view usage = spec.usage == pki::Usage::client   ? "clientAuth"
                                   : spec.usage == pki::Usage::server ? "serverAuth"
                                                                      : "serverAuth,clientAuth";
    std::string text = fmt::format(
        "basicConstraints=critical,CA:false\nkeyUsage=critical,digitalSignature\n"
        "extendedKeyUsage={}\nsubjectKeyIdentifier=hash\nauthorityKeyIdentifier=keyid\n",
        usage
    );
    std::string names;
    for (const std::string& name : spec.dns_names) {
        names += fmt::format("{}DNS:{}", names.empty() ? "" : ",", name);
    }
    for (const net::Address& address : spec.addresses) {
        names += fmt::format("{}IP:{}", names.empty() ? "" : ",", net::to_string(address));
    }
    return names.empty() ? text : text + "subjectAltName=" + names + "\n";
}

/// The key goes from openssl to age through a file, as the certificate request needs it as well.
std::string certificate_script(const pki::TrustPlan& trust, const pki::CertificateSpec& spec) {
    const std::string name = file_name(spec.name);
    const std::string_view authority = to_string(spec.authority);
    return fmt::format(
        "set -e\n{0} -out {1}.key\n"
        "openssl req -new -key {1}.key -subj '{2}' -out {1}.csr\n"
        "openssl x509 -req -in {1}.csr -CA {3}.crt -CAkey {3}.key -days 365 -extfile {1}.ext"
        " -out {1}.crt 2>/dev/null\n"
        "age{4} -o {1}.key.age {1}.key\nrm {1}.key {1}.csr\n",
        make_key,
        name,
        subject_of(spec),
        authority,
        recipients(trust, spec.owners)
    );
}

std::string authority_script(const pki::TrustPlan& trust, std::string_view authority) {
    return fmt::format(
        "set -e\n{0} -out {1}.key\n"
        "openssl req -x509 -new -key {1}.key -subj '/CN={1}' -days 3650 -out {1}.crt"
        " -addext keyUsage=critical,keyCertSign,cRLSign\n"
        "age{2} -o {1}.key.age {1}.key\n",
        make_key,
        authority,
        recipients(trust, {})
    );
}

} // namespace

bool run_shell(const pki::TrustPlan& trust, const std::string& folder, ShellOptions options) {
    fs::create_directories(folder);
    std::string first;
    for (const pki::Authority authority :
         {pki::Authority::cluster, pki::Authority::etcd, pki::Authority::front_proxy}) {
        const std::string script = fmt::format("{}/{}.sh", folder, to_string(authority));
        write(script, authority_script(trust, to_string(authority)));
        first += script + "\n";
    }
    std::string rest;
    for (const pki::CertificateSpec& spec : trust.certificates) {
        const std::string script = fmt::format("{}/{}.sh", folder, file_name(spec.name));
        write(fmt::format("{}/{}.ext", folder, file_name(spec.name)), extensions_of(spec));
        write(script, certificate_script(trust, spec));
        rest += script + "\n";
    }
    write(folder + "/first.list", first);
    write(folder + "/rest.list", rest);
    const std::string command = fmt::format(
        "cd '{0}' && {1} xargs -P {2} -n 1 sh <first.list && {1} xargs -P {2} -n 1 sh <rest.list",
        folder,
        options.is_on_one_core ? "taskset -c 0" : "env",
        options.jobs
    );
    return std::system(command.c_str()) == 0;
}

} // namespace ducksnest::bench
