#include "aws/http_date.h"
#include "aws/s3_url.h"
#include "aws/uri.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::aws;

TEST_CASE("S3 URLs in the spelling of Nix") {
    const S3Url plain = parse_s3_url("s3://my-cache").value();
    CHECK(plain.options.bucket == "my-cache");
    CHECK(plain.options.region == "us-east-1");
    CHECK(plain.options.endpoint.empty());
    CHECK(!plain.has_region);
    const S3Url full = parse_s3_url("s3://my-cache?region=eu-central-1&endpoint=minio.lan:9000&"
                                    "scheme=http&profile=backup&addressing-style=path&"
                                    "compression=zstd&parallel-compression=true&secret-key=%2Fk")
                           .value();
    CHECK(full.options.region == "eu-central-1");
    CHECK(full.options.endpoint == "http://minio.lan:9000");
    CHECK(full.options.addressing == Addressing::path);
    CHECK(full.profile == "backup");
    CHECK(
        parse_s3_url("s3://abc?endpoint=http://[::1]:9&scheme=https").value().options.endpoint ==
        "http://[::1]:9"
    );
    const auto message = [](const char* url) { return parse_s3_url(url).error().message; };
    CHECK(message("s3://a") == "`a` is no name of a bucket");
    CHECK(message("s3://abc/x") == "`s3://abc/x` names a folder in a bucket");
    CHECK(message("s3://abc?scheme=ftp") == "`scheme=ftp` is unknown");
    CHECK(message("s3://abc?addressing-style=x") == "`addressing-style=x` is unknown");
    CHECK(message("s3://abc?x=%4") == "`%4` has a `%` without two hexadecimal digits");
    CHECK(message("s3://user@abc") == "URL `s3://user@abc` has a user name");
}

TEST_CASE("percent encoding goes there and back") {
    std::string all;
    for (int i = 0; i < 256; ++i) {
        all += static_cast<char>(i);
    }
    CHECK(percent_decode(percent_encode(all)).value() == all);
    CHECK(percent_encode("a/b c~\u00e4", Slashes::keep) == "a/b%20c~%C3%A4");
    CHECK(percent_encode("a/b") == "a%2Fb");
    CHECK(percent_decode("%e4").value() == "\xe4");
    CHECK(canonical_query({{"b", ""}, {"a", "2"}, {"a", "1 "}}) == "a=1%20&a=2&b=");
}

TEST_CASE("dates of HTTP and of listings") {
    const Instant time = parse_time("2026-11-01T04:08:09Z").value();
    CHECK(parse_http_date("Sun, 01 Nov 2026 04:08:09 GMT") == time);
    CHECK(parse_listed_date("2026-11-01T04:08:09.123Z") == time);
    CHECK(parse_listed_date("2026-11-01T04:08:09Z") == time);
    CHECK(!parse_http_date("Sun, 01 Nov 2026 04:08:09 CET"));
    CHECK(!parse_http_date("Sun, 01 Xov 2026 04:08:09 GMT"));
    CHECK(!parse_http_date(""));
    CHECK(!parse_listed_date("yesterday"));
}
