#include "app/client_certificate.h"
#include "pki/certificate.h"
#include "sim/doors.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace std::chrono_literals;

namespace {

constexpr Instant begin = std::chrono::sys_days(std::chrono::year(2026) / 3 / 1);
constexpr Instant end = std::chrono::sys_days(std::chrono::year(2027) / 3 / 1);

std::string certificate() {
    sim::SeededRandom random(1);
    const pki::PrivateKey key = pki::PrivateKey::generate(random);
    pki::CertificateFields fields;
    fields.serial = 7;
    fields.issuer.common_name = "ducksnest cluster";
    fields.subject.common_name = "admin";
    fields.not_before = begin;
    fields.not_after = end;
    fields.public_key = key.public_point();
    fields.issuer_key = pki::key_id(key.public_point());
    fields.usage = pki::Usage::client;
    const Result<pki::Certificate> issued = pki::issue(fields, pki::Signer(key));
    REQUIRE(issued);
    return std::string(as_text(issued->to_pem()));
}

Result<void> check(Instant now) {
    return app::check_client_certificate(certificate(), now, "admin.kubeconfig");
}

} // namespace

TEST_CASE("a client certificate outside of its time is told before anybody is asked") {
    CHECK(check(begin));
    CHECK(check(end));
    const Error expired = check(end + 1s).error();
    CHECK(expired.code == ErrorCode::unauthenticated);
    CHECK(
        expired.message == "the client certificate of `admin` in `admin.kubeconfig` expired at "
                           "2027-03-01T00:00:00Z; it is 2027-03-01T00:00:01Z now"
    );
    CHECK(
        expired.help == "make a new one with `ducksnest certs renew`; if the date of now is wrong, "
                        "set this machine's clock (`timedatectl`)"
    );
    const Error early = check(begin - 24h).error();
    CHECK(
        early.message == "the client certificate of `admin` in `admin.kubeconfig` is not valid "
                         "before 2026-03-01T00:00:00Z; it is 2026-02-28T00:00:00Z now"
    );
    CHECK(
        early.help == "set the clock of this machine, or of the one that made the certificate "
                      "(`timedatectl`)"
    );
}

TEST_CASE("what is no certificate of ours is the server's to judge") {
    CHECK(app::check_client_certificate("", begin, "x"));
    CHECK(app::check_client_certificate("-----BEGIN CERTIFICATE-----\n", begin, "x"));
}
