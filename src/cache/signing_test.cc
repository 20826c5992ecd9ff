#include "base/encoding.h"
#include "base/prng.h"
#include "cache/signing.h"

#include <doctest/doctest.h>

#include <string>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::cache;

namespace {

class SeededRandom final : public Random {
public:
    explicit SeededRandom(std::uint64_t seed)
        : prng_(seed) {}
    void fill(std::span<std::uint8_t> out) override { prng_.fill(out); }

private:
    Prng prng_;
};

SigningKey key_of(std::uint64_t seed, const std::string& name) {
    SeededRandom random(seed);
    return SigningKey::make(name, random);
}

} // namespace

TEST_CASE("a signature is believed by its own key only") {
    const SigningKey key = key_of(1, "nest-1");
    const std::vector<std::string> signatures = {"other-1:AAAA", "nonsense", key.sign("duck")};
    CHECK(is_signed_by("duck", signatures, std::vector{key.public_key()}));
    CHECK_FALSE(is_signed_by("goose", signatures, std::vector{key.public_key()}));
    CHECK_FALSE(is_signed_by("duck", signatures, {}));
    // Same name, other key; same key, other name.
    CHECK_FALSE(is_signed_by("duck", signatures, std::vector{key_of(2, "nest-1").public_key()}));
    CHECK_FALSE(is_signed_by("duck", signatures, std::vector{key_of(1, "nest-2").public_key()}));
}

TEST_CASE("keys survive their files") {
    const SigningKey key = key_of(3, "nest-1");
    const Secret file = key.file();
    CHECK(as_text(file.view()).starts_with("nest-1:"));
    const SigningKey again = SigningKey::parse(file.view()).value();
    CHECK(again.public_key() == key.public_key());
    CHECK(again.sign("duck") == key.sign("duck"));
    CHECK(PublicKey::parse(key.public_key().text()).value() == key.public_key());
}

TEST_CASE("what is no key is refused, and a secret is not repeated") {
    CHECK(
        PublicKey::parse("nest-1").error().message ==
        "`nest-1` is not a public key of a binary cache"
    );
    CHECK_FALSE(PublicKey::parse(":" + encode_base64(Bytes(32, 1))));
    CHECK_FALSE(PublicKey::parse("nest-1:" + encode_base64(Bytes(31, 1))));
    for (const std::string& text :
         {std::string("nest-1:AAAA"), "nest-1:" + encode_base64(Bytes(64, 1))}) {
        CHECK(
            SigningKey::parse(as_bytes(text)).error().message ==
            "this is not a signing key of a binary cache"
        );
    }
}
