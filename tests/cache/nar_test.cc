#include "ground.h"
#include "io/file_descriptor.h"
#include "io/posix_tree_source.h"
#include "io/posix_tree_target.h"
#include "nar/reader.h"
#include "nar/writer.h"

#include <doctest/doctest.h>
#include <fcntl.h>

using namespace ducksnest;
using ducksnest::testing::CacheGround;

TEST_CASE("our archives are those of nix-store, byte for byte, and back again") {
    const CacheGround ground;
    REQUIRE(
        ground
            .run("mkdir -p tree/empty tree/a/b/c && cd tree && touch none a/none && "
                 "echo quack >plain && printf 1234567 >seven && printf 12345678 >eight && "
                 "cp /bin/sh program && chmod 755 program && ln -s ../nowhere a/link && "
                 "ln -s / root && touch \"$(printf '\\377\\376 name')\" \"$(printf 'new\\nline')\" "
                 "' ' A a.b a-b ab && truncate -s 10M sparse")
            .exit == 0
    );
    REQUIRE(ground.run("nix-store --dump tree >expected.nar").exit == 0);
    Bytes archive;
    io::PosixTreeSource source(ground.path("tree"));
    REQUIRE(nar::write(source, [&](ByteView piece) -> Result<void> {
        append(archive, piece);
        return {};
    }));
    CHECK(as_text(archive) == testing::read_text(ground.path("expected.nar")));

    const io::FileDescriptor place(
        ::open(ground.path("").c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    );
    io::PosixTreeTarget target(place, "restored", ground.path("restored"));
    nar::Reader reader(target);
    REQUIRE(reader.feed(archive));
    REQUIRE(reader.finish());
    CHECK(ground.run("nix-store --dump restored | cmp - expected.nar").exit == 0);
}
