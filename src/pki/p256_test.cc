#include "age/testing/seeded_random.h"
#include "base/encoding.h"
#include "pki/p256.h"

#include <doctest/doctest.h>

#include <deque>
#include <string>

using namespace ducksnest;
using namespace ducksnest::pki;

namespace {

/// Gives out what it was told to.
class ScriptedRandom final : public Random {
public:
    explicit ScriptedRandom(const std::vector<std::string>& draws) {
        for (const std::string& hex : draws) {
            const Bytes draw = decode_hex(hex).value();
            bytes_.insert(bytes_.end(), draw.begin(), draw.end());
        }
    }
    void fill(std::span<std::uint8_t> out) override {
        for (std::uint8_t& byte : out) {
            REQUIRE(!bytes_.empty());
            byte = bytes_.front();
            bytes_.pop_front();
        }
    }

private:
    std::deque<std::uint8_t> bytes_{};
};

const std::string order = "ffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551";

} // namespace

TEST_CASE("numbers outside the group are drawn again") {
    ScriptedRandom random({
        std::string(64, 'f'),
        order,
        std::string(64, '0'),
        std::string(63, '0') + "1",
    });
    const PrivateKey key = PrivateKey::generate(random);
    // One times the generator is the generator (FIPS 186-4 appendix D.1.2.3).
    CHECK(
        encode_hex(key.public_point()) ==
        "04"
        "6b17d1f2e12c4247f8bce6e563a440f277037d812deb33a0f4a13945d898c296"
        "4fe342e2fe1a7f9b8ee7eb4a7c0f9e162bce33576b315ececbb6406837bf51f5"
    );
}

TEST_CASE("a key follows from its seed and survives its file") {
    age::SeededRandom once(7);
    age::SeededRandom again(7);
    const PrivateKey key = PrivateKey::generate(once);
    CHECK(key.public_point() == PrivateKey::generate(again).public_point());
    const PrivateKey back = PrivateKey::parse_pem(key.to_pem().view()).value();
    CHECK(back.public_point() == key.public_point());
    CHECK(encode_hex(back.scalar()) == encode_hex(key.scalar()));
}

TEST_CASE("what is signed verifies, what was changed does not") {
    age::SeededRandom random(7);
    const PrivateKey key = PrivateKey::generate(random);
    const PrivateKey other = PrivateKey::generate(random);
    const Signer signer(key);
    const Bytes message = to_bytes("a message");
    const Bytes signature = signer.sign(message);
    CHECK(verify_signature(key.public_point(), message, signature));
    CHECK(!verify_signature(other.public_point(), message, signature));
    CHECK(!verify_signature(key.public_point(), to_bytes("a massage"), signature));
    P256Point off_curve = key.public_point();
    off_curve.back() ^= 1;
    CHECK(!verify_signature(off_curve, message, signature));
    CHECK(!verify_signature(key.public_point(), message, {}));
}

TEST_CASE("a private key whose halves differ is refused") {
    age::SeededRandom random(7);
    const Secret text = PrivateKey::generate(random).to_pem();
    Bytes changed(text.view().begin(), text.view().end());
    // The last letters of the body belong to the public half.
    changed[changed.size() - 32] = changed[changed.size() - 32] == 'A' ? 'B' : 'A';
    CHECK(
        PrivateKey::parse_pem(changed).error().message ==
        "not a P-256 private key: its public half belongs to another key"
    );
    CHECK(PrivateKey::parse_pem(as_bytes("nothing")).error().code == ErrorCode::corrupt);
}
