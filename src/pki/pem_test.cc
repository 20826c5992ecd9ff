#include "pki/pem.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <string>

using namespace ducksnest;
using namespace ducksnest::pki;

namespace {

std::string text_of(const Bytes& bytes) {
    return std::string(as_text(bytes));
}

std::string refusal(std::string_view text) {
    const Result<Secret> result = pem::decode("X", as_bytes(text));
    return result.has_value() ? "accepted" : result.error().message;
}

} // namespace

TEST_CASE("every length survives, in lines of 64 letters") {
    for (std::size_t size = 1; size < 200; ++size) {
        Bytes der(size);
        for (std::size_t index = 0; index < size; ++index) {
            der[index] = static_cast<std::uint8_t>(index * 7);
        }
        const Bytes text = pem::encode("X", der);
        const Secret secret = pem::encode_secret("X", der);
        CHECK(std::ranges::equal(secret.view(), text));
        const Secret back = pem::decode("X", text).value();
        CHECK(std::ranges::equal(back.view(), der));
    }
    CHECK(
        text_of(pem::encode("X", Bytes(49))) ==
        "-----BEGIN X-----\n" + std::string(64, 'A') + "\nAA==\n-----END X-----\n"
    );
}

TEST_CASE("anything but one clean block is refused") {
    const std::string good = "-----BEGIN X-----\nAAAA\n-----END X-----\n";
    CHECK(refusal(good) == "accepted");
    const std::string prefix = "not a PEM file of type `X`: ";
    CHECK(refusal("") == prefix + "it does not begin with its BEGIN line");
    CHECK(refusal("<<<<<<< HEAD\n" + good) == prefix + "it does not begin with its BEGIN line");
    CHECK(refusal(good + "=======\n") == prefix + "something follows its END line");
    CHECK(refusal(good + good) == prefix + "something follows its END line");
    CHECK(refusal("-----BEGIN X-----\nAAAA\n") == prefix + "its END line is missing");
    CHECK(refusal("-----BEGIN X-----\n-----END X-----\n") == prefix + "it is empty");
    for (const char* body :
         {"AA\n", "A AA\n", "AA=A\n", "====\n", "AB==\n", "AAAA\r\n", "AAAA\nAAAA\n"}) {
        CHECK(
            refusal("-----BEGIN X-----\n" + std::string(body) + "-----END X-----\n") ==
            prefix + "a line is no base64"
        );
    }
}

TEST_CASE("a bundle keeps its order") {
    Bytes text = pem::encode("X", Bytes{1});
    append(text, pem::encode("X", Bytes{2}));
    CHECK(pem::decode_all("X", text).value() == std::vector<Bytes>{{1}, {2}});
    CHECK(!pem::decode_all("X", {}).has_value());
}
