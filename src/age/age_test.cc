#include "age/age.h"
#include "age/testing/seeded_random.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::age;

TEST_CASE("a host key opens what was encrypted to it, and no other does") {
    SeededRandom random(1);
    const HostKeyPair mine = make_host_key(random, "root@firebat");
    const HostKeyPair other = make_host_key(random, "root@ultra");
    const auto recipient = Recipient::parse(mine.public_line).value();
    CHECK(recipient.type() == "ssh-ed25519");
    CHECK(recipient.tag().size() == 6);
    const Bytes file = encrypt(as_bytes("secret"), {recipient}, random).value();
    const auto identity = Identity::parse_openssh(as_text(mine.private_file.view())).value();
    CHECK(identity.recipient() == recipient);
    CHECK(as_text(decrypt(file, {identity}).value().view()) == "secret");
    const auto stranger = Identity::parse_openssh(as_text(other.private_file.view())).value();
    const auto refused = decrypt(file, {stranger});
    REQUIRE(!refused);
    CHECK(refused.error().code == ErrorCode::denied);
    CHECK(refused.error().message == "no identity at hand can open the file");
    CHECK(refused.error().help == "it was encrypted to `ssh-ed25519 " + recipient.tag() + "`");
}
