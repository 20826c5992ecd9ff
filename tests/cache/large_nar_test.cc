#include "base/digest.h"
#include "base/encoding.h"
#include "ground.h"
#include "io/posix_tree_source.h"
#include "nar/writer.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using ducksnest::testing::CacheGround;

TEST_CASE("a sparse file of 4 GiB has nix-store's archive") {
    const CacheGround ground;
    REQUIRE(
        ground.run("mkdir tree && truncate -s 4G tree/sparse && echo x >>tree/sparse").exit == 0
    );
    const auto expected = ground.run("nix-store --dump tree | sha256sum");
    io::PosixTreeSource source(ground.path("tree"));
    Sha256Hasher hasher;
    REQUIRE(nar::write(source, [&](ByteView piece) -> Result<void> {
        hasher.update(piece);
        return {};
    }));
    CHECK(expected.out.starts_with(encode_hex(hasher.finish())));
}
