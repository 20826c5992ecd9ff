#include "model/glob.h"
#include "model/instances.h"
#include "model/names.h"

#include <doctest/doctest.h>

#include <string>

using namespace ducksnest::model;

TEST_CASE("DNS labels and names") {
    for (const char* good : {"a", "0", "firebat", "old-laptop", "a--b"}) {
        CHECK_MESSAGE(is_dns_label(good), good);
    }
    for (const char* bad : {"", "-a", "a-", "A", "a_b", "a.b", "오리"}) {
        CHECK_MESSAGE(!is_dns_label(bad), bad);
    }
    CHECK(is_dns_label(std::string(63, 'a')));
    CHECK_FALSE(is_dns_label(std::string(64, 'a')));
    CHECK(is_dns_name("blog.example.com"));
    for (const char* bad : {"", ".", "a.", ".a", "a..b", "a b"}) {
        CHECK_MESSAGE(!is_dns_name(bad), bad);
    }
    CHECK(is_standby_name("standby-1"));
    CHECK(is_standby_name("standby-42"));
    CHECK_FALSE(is_standby_name("standby-"));
    CHECK_FALSE(is_standby_name("standby-a"));
}

TEST_CASE("time zones") {
    for (const char* good : {"UTC", "Asia/Seoul", "America/Argentina/Buenos_Aires", "Etc/GMT+9"}) {
        CHECK_MESSAGE(is_timezone(good), good);
    }
    for (const char* bad :
         {"", "KST", "Asia", "Asia/", "asia/seoul", "Asia/Seoul/a/b", "Asia/Se oul", "+09:00"}) {
        CHECK_MESSAGE(!is_timezone(bad), bad);
    }
}

TEST_CASE("bucket names") {
    CHECK(is_bucket_name("ducksnest-logs"));
    for (const char* bad : {"ab", "Logs", "a.b.c", "xn--abc", "abc-s3alias", "-abc"}) {
        CHECK_MESSAGE(!is_bucket_name(bad), bad);
    }
}

TEST_CASE("container images") {
    const std::string digest = "@sha256:" + std::string(64, 'a');
    for (const std::string& good :
         {std::string("nginx"),
          std::string("nginx:1.27"),
          std::string("ghcr.io/example/blog:1.0.0"),
          std::string("localhost:5000/a/b"),
          std::string("registry.example.com:443/a:v1") + digest,
          "nginx" + digest}) {
        CHECK_MESSAGE(is_image(good), good);
    }
    for (const char* bad :
         {"",
          "https://ghcr.io/a",
          "Nginx",
          "nginx:",
          "a//b",
          "nginx@sha256:abc",
          "host:5000",
          "a b",
          "/a",
          "a/",
          "x:.1"}) {
        // "host:5000" reads as an image `host` with tag 5000.
        CHECK_MESSAGE(is_image(bad) == (std::string(bad) == "host:5000"), bad);
    }
}

TEST_CASE("addresses of Git repositories") {
    for (const char* good :
         {"https://github.com/a/b", "ssh://git@host/a.git", "git@github.com:a/b.git"}) {
        CHECK_MESSAGE(is_git_url(good), good);
    }
    for (const char* bad :
         {"",
          "github.com/a/b",
          "http://github.com/a",
          "https://github.com",
          "https:///a",
          "https://h/a b",
          "git@:a",
          "@h:a"}) {
        CHECK_MESSAGE(!is_git_url(bad), bad);
    }
}

TEST_CASE("globs") {
    CHECK(matches_glob("wlan*", "wlan0"));
    CHECK(matches_glob("*", ""));
    CHECK(matches_glob("e*s?", "enp0s3"));
    CHECK(matches_glob("*a*b*", "xaxbx"));
    CHECK_FALSE(matches_glob("wlan*", "wlp2s0"));
    CHECK_FALSE(matches_glob("", "a"));
    CHECK_FALSE(matches_glob("?", ""));
    // A pattern with many stars must not take time beyond the product of the lengths.
    CHECK_FALSE(matches_glob(std::string(200, '*') + "b", std::string(20'000, 'a')));
}

TEST_CASE("instance types") {
    const auto t3 = find_instance("t3.medium");
    REQUIRE(t3.has_value());
    CHECK(t3->cpus == 2);
    CHECK(t3->memory == 4096);
    CHECK(t3->architecture == Architecture::x86_64);
    CHECK(find_instance("t2.small")->cpus == 1);
    CHECK(find_instance("m6i.large")->memory == 8192);
    CHECK(find_instance("c7g.medium")->memory == 2048);
    CHECK(find_instance("c7g.medium")->architecture == Architecture::arm64);
    CHECK(find_instance("r5.4xlarge")->memory == 131072);
    CHECK_FALSE(find_instance("m6i.medium").has_value());
    CHECK_FALSE(find_instance("t3").has_value());
    CHECK_FALSE(find_instance("").has_value());
    for (const std::string& name : instance_names()) {
        CHECK(find_instance(name)->name == name);
    }
}
