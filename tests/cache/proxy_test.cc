#include "cache/narinfo.h"
#include "ground.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

#include <filesystem>
#include <string>

using namespace ducksnest;
using ducksnest::testing::CacheGround;
using ducksnest::testing::Ran;
using ducksnest::testing::read_text;
using ducksnest::testing::write_text;

namespace {

namespace fs = std::filesystem;

CacheGround& pushed_ground() {
    static CacheGround ground;
    static const Ran pushed = ground.ducksnest(
        "cache push --store src --to cache --key secret --level 3 " + ground.system()
    );
    REQUIRE_MESSAGE(pushed.exit == 0, pushed.err);
    return ground;
}

/// Runs a command while a proxy serves the folder `from`; `$URL` is where. The proxy's own words
/// are in `.proxy`.
Ran with_proxy(
    const CacheGround& ground,
    const std::string& from,
    const std::string& command,
    const std::string& flags = ""
) {
    return ground.run(fmt::format(
        // What an earlier proxy said must not be taken for this one's address.
        "rm -f .proxy; {0} cache proxy --from {1} --listen 127.0.0.1:0 --trusted-key {2} "
        "--folder spool --store nobody {3} 2>.proxy & PROXY=$!\n"
        "trap 'kill $PROXY; wait $PROXY' EXIT\n"
        "for i in $(seq 100); do grep -q 'http://' .proxy && break; sleep 0.05; done\n"
        "URL=$(sed -n 's/.* on //p' .proxy)\n{4}",
        DUCKSNEST_PROGRAM,
        from,
        ground.public_key(),
        flags,
        command
    ));
}

/// `nix copy` from the proxy into a new store.
std::string copy_into(const std::string& into, const CacheGround& ground) {
    return fmt::format(
        "env HOME=\"$PWD\" NIX_REMOTE= NIX_CONF_DIR=/nonexistent NIX_CONFIG='build-users-group =' "
        "nix --extra-experimental-features nix-command copy --from $URL --to $PWD/{} "
        "--option trusted-public-keys '{}' {}",
        into,
        ground.public_key(),
        ground.system()
    );
}

std::string narinfo_file(const std::string& path) {
    return path.substr(11, 32) + ".narinfo";
}

void flip(const std::string& path, std::size_t offset) {
    std::string text = read_text(path);
    text.at(offset) = static_cast<char>(text.at(offset) ^ 0x10);
    write_text(path, text);
}

} // namespace

TEST_CASE("Nix fills a store through the proxy, checking every signature") {
    const CacheGround& ground = pushed_ground();
    const Ran copied = with_proxy(ground, "cache", copy_into("by-proxy", ground));
    REQUIRE_MESSAGE(copied.exit == 0, copied.err);
    CHECK(
        ground.run("diff -r --no-dereference src/nix/store by-proxy/nix/store -x .links").exit == 0
    );
}

TEST_CASE("the proxy is a substituter of a real store") {
    const CacheGround& ground = pushed_ground();
    const Ran realised = with_proxy(
        ground,
        "cache",
        fmt::format(
            "env HOME=\"$PWD\" NIX_REMOTE=\"$PWD/substituted\" NIX_CONF_DIR=/nonexistent "
            "NIX_CONFIG=\"build-users-group =\nsandbox = false\nsubstituters = $URL\n"
            "trusted-public-keys = {}\nrequire-sigs = true\" nix-store --realise {}",
            ground.public_key(),
            ground.system()
        )
    );
    REQUIRE_MESSAGE(realised.exit == 0, realised.err);
    for (const std::string& path : ground.paths()) {
        CHECK(fs::exists(ground.path("substituted") + path));
    }
}

TEST_CASE("one question brings everything that it leads to") {
    const CacheGround& ground = pushed_ground();
    // What was fetched ahead is served also when the bucket is gone.
    const Ran ran = with_proxy(
        ground,
        "ahead",
        fmt::format(
            "curl -sf $URL/{0} >/dev/null && sleep 1.5 && mv ahead gone && {1}",
            narinfo_file(ground.system()),
            copy_into("from-memory", ground)
        )
    );
    CHECK(ran.exit != 0); // "ahead" is not there yet: nothing can be served.
    REQUIRE(ground.run("cp -r cache ahead && rm -rf gone").exit == 0);
    const Ran again = with_proxy(
        ground,
        "ahead",
        fmt::format(
            "curl -sf $URL/nix-cache-info >/dev/null && curl -sf $URL/{0} >/dev/null && sleep 1.5 "
            "&& mv ahead gone && {1}",
            narinfo_file(ground.system()),
            copy_into("from-memory", ground)
        )
    );
    CHECK_MESSAGE(again.exit == 0, again.err);
}

TEST_CASE("what is broken is refused and named, and what it does not know is passed on") {
    const CacheGround& ground = pushed_ground();
    REQUIRE(ground.run("rm -rf broken && cp -r cache broken").exit == 0);
    const std::string path = ground.paths().front();
    const std::string info_path = ground.path("broken/" + narinfo_file(path));
    const cache::Narinfo narinfo = cache::parse_narinfo(read_text(info_path)).value();
    const std::string archive = ground.path("broken/" + narinfo.url);
    flip(archive, fs::file_size(archive) / 2);
    const Ran damaged = with_proxy(
        ground,
        "broken",
        fmt::format(
            "curl -s -o /dev/null -w '%{{http_code}} ' $URL/{} && "
            "curl -s -w ' %{{http_code}}' $URL/{}",
            narinfo_file(path),
            narinfo.url
        )
    );
    CHECK(damaged.out.starts_with("200 "));
    CHECK(damaged.out.ends_with(" 502"));
    CHECK(damaged.out.contains(narinfo.url));
    CHECK(damaged.out.contains(path));
    CHECK(read_text(ground.path(".proxy")).contains("is not the archive of"));

    // A narinfo that says something else than was signed.
    std::string text = read_text(info_path);
    const std::size_t at = text.find("NarSize: ");
    text.insert(at + 9, "1");
    write_text(info_path, text);
    const Ran forged = with_proxy(
        ground, "broken", fmt::format("curl -s -w ' %{{http_code}}' $URL/{}", narinfo_file(path))
    );
    CHECK(forged.out.ends_with(" 502"));
    CHECK(forged.out.contains("no signature of a trusted key"));
    CHECK(forged.out.contains(path));

    fs::create_directory(ground.path("broken/log"));
    write_text(ground.path("broken/log/some.drv"), "a log");
    const Ran others = with_proxy(
        ground,
        "broken",
        "curl -s $URL/log/some.drv && curl -s -r 2-4 $URL/log/some.drv && "
        "curl -s -o /dev/null -w ' %{http_code}' $URL/log/none.drv && "
        "curl -s -o /dev/null -w ' %{http_code}' --path-as-is $URL/nar/../../etc/passwd"
    );
    CHECK(others.out == "a loglog 404 404");
}

TEST_CASE("with hardly any room the proxy still serves everything") {
    const CacheGround& ground = pushed_ground();
    const Ran copied = with_proxy(ground, "cache", copy_into("little-room", ground), "--disk 0");
    CHECK_MESSAGE(copied.exit == 0, copied.err);
}

TEST_CASE("a port that is taken and an address that is none are told") {
    const CacheGround& ground = pushed_ground();
    const Ran taken = with_proxy(
        ground,
        "cache",
        fmt::format(
            "{} cache proxy --from cache --folder other --listen ${{URL#http://}}",
            DUCKSNEST_PROGRAM
        )
    );
    CHECK(taken.exit == 1);
    CHECK(taken.err.contains("cannot listen on 127.0.0.1:"));
    const Ran wrong = ground.ducksnest("cache proxy --from cache --listen everywhere");
    CHECK(wrong.exit == 2);
    CHECK(wrong.err.contains("`everywhere` is no address to listen on"));
}
