#include "vector.h"

#include <doctest/doctest.h>
#include <zlib.h>

#include <algorithm>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string_view>

namespace ducksnest::age::testing {
namespace {

Bytes inflate_all(ByteView compressed) {
    Bytes plain(std::size_t{1} << 18U);
    while (true) {
        uLongf size = plain.size();
        const int code = uncompress(plain.data(), &size, compressed.data(), compressed.size());
        if (code == Z_OK) {
            plain.resize(size);
            return plain;
        }
        REQUIRE(code == Z_BUF_ERROR);
        plain.resize(plain.size() * 2);
    }
}

Vector parse_vector(std::string name, std::string_view text) {
    Vector vector{.name = std::move(name)};
    CAPTURE(vector.name);
    bool is_compressed = false;
    while (!text.starts_with('\n')) {
        const std::string_view line = text.substr(0, text.find('\n'));
        REQUIRE(line.size() < text.size());
        text.remove_prefix(line.size() + 1);
        const std::string_view key = line.substr(0, line.find(':'));
        const std::string value(line.substr(std::min(line.size(), key.size() + 2)));
        if (key == "expect") {
            vector.expect = value;
        } else if (key == "payload") {
            vector.payload = value;
        } else if (key == "identity") {
            vector.identities.push_back(value);
        } else if (key == "passphrase") {
            vector.passphrases.push_back(value);
        } else if (key == "armored") {
            vector.is_armored = value == "yes";
        } else if (key == "compressed") {
            REQUIRE(value == "zlib");
            is_compressed = true;
        } else {
            REQUIRE_MESSAGE((key == "comment" || key == "file key"), "unknown key ", key);
        }
    }
    const ByteView file = as_bytes(text.substr(1));
    vector.file = is_compressed ? inflate_all(file) : Bytes(file.begin(), file.end());
    return vector;
}

} // namespace

std::string vectors_folder() {
    const char* set = std::getenv("DUCKSNEST_AGE_VECTORS");
    return set != nullptr && *set != '\0' ? set : DUCKSNEST_AGE_VECTORS;
}

std::vector<Vector> read_vectors(const std::string& folder) {
    REQUIRE_MESSAGE(
        std::filesystem::is_directory(folder),
        "the test vectors of age are not in ",
        folder,
        ": run `./x fetch`"
    );
    std::vector<Vector> vectors;
    for (const auto& entry : std::filesystem::directory_iterator(folder)) {
        const std::string name = entry.path().filename().string();
        if (!name.starts_with('.')) {
            std::ifstream stream(entry.path(), std::ios::binary);
            const std::string text{std::istreambuf_iterator<char>(stream), {}};
            vectors.push_back(parse_vector(name, text));
        }
    }
    std::ranges::sort(vectors, {}, &Vector::name);
    return vectors;
}

} // namespace ducksnest::age::testing
