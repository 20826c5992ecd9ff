#include "ground.h"

#include "base/digest.h"
#include "base/prng.h"
#include "cache/base32.h"
#include "io/posix_nix_store.h"
#include "nar/writer.h"

#include <doctest/doctest.h>
#include <fmt/format.h>
#include <sys/wait.h>

#include <algorithm>
#include <cstdlib>
#include <fstream>
#include <iterator>

namespace ducksnest::testing {

std::string read_text(const std::string& path) {
    std::ifstream file(path, std::ios::binary);
    return {std::istreambuf_iterator<char>(file), {}};
}

void write_text(const std::string& path, const std::string& text) {
    std::ofstream file(path, std::ios::binary | std::ios::trunc);
    file << text;
    REQUIRE(file.flush());
}

std::string random_text(std::uint64_t seed, std::size_t size) {
    std::string text(size, '\0');
    Prng prng(seed);
    prng.fill({reinterpret_cast<std::uint8_t*>(text.data()), text.size()});
    return text;
}

CacheGround::CacheGround() {
    REQUIRE(run("nix-store --generate-binary-cache-key nest-1 secret public").exit == 0);
    std::string letters(300'000, 'a');
    for (std::size_t i = 0; i < letters.size(); ++i) {
        letters[i] = static_cast<char>('a' + i * i % 23);
    }
    paths_.push_back(add_path("glibc-2.36", letters, {}));
    paths_.push_back(add_path("bash-5.2", random_text(1, 700'000), {paths_[0]}));
    paths_.push_back(add_path("empty-1", "", {}));
    paths_.push_back(add_path("duck-1.0", "quack", {paths_[0], paths_[1]}));
    paths_.push_back(add_path("duck-copy-1.0", "quack", {paths_[2]}));
    system_ = add_path("nixos-system-nest-1", random_text(2, 3'000'000), paths_);
    paths_.push_back(system_);
}

std::string CacheGround::add_path(
    const std::string& name, const std::string& data, const std::vector<std::string>& references
) {
    const auto store = io::open_nix_store(path("src"), StoreAccess::write).value();
    const Sha256 hash = sha256(as_bytes(name));
    PathRecord record{
        .path = "/nix/store/" + cache::encode_base32(ByteView(hash).first(20)) + "-" + name,
        .references = references,
    };
    std::ranges::sort(record.references);
    const auto made = store->create(record.path).value();
    TreeTarget& tree = made->tree();
    REQUIRE(tree.begin_folder(""));
    REQUIRE(tree.begin_folder("bin"));
    REQUIRE(tree.begin_file("run", FileMode::executable, 10));
    REQUIRE(tree.write(as_bytes("#!/bin/sh\n")));
    REQUIRE(tree.end_file());
    REQUIRE(tree.end_folder());
    REQUIRE(tree.begin_file("data", FileMode::plain, data.size()));
    REQUIRE(tree.write(as_bytes(data)));
    REQUIRE(tree.end_file());
    REQUIRE(tree.add_symlink("link", references.empty() ? "data" : references[0] + "/data"));
    REQUIRE(tree.end_folder());
    REQUIRE(made->finish());
    Sha256Hasher hasher;
    REQUIRE(nar::write(*store->tree(record.path), [&](ByteView piece) -> Result<void> {
        hasher.update(piece);
        record.nar_size += piece.size();
        return {};
    }));
    record.nar_hash = hasher.finish();
    REQUIRE(store->register_paths(std::vector{record}));
    return record.path;
}

std::string CacheGround::public_key() const {
    return read_text(path("public"));
}

Ran CacheGround::run(const std::string& command) const {
    const std::string line = fmt::format(
        "cd '{0}' && exec >'{0}/.out' 2>'{0}/.err' </dev/null && {{\n{1}\n}}",
        place_.path(),
        command
    );
    const int status = std::system(line.c_str()); // NOLINT(cert-env33-c)
    return {
        .exit = WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status),
        .out = read_text(path(".out")),
        .err = read_text(path(".err")),
    };
}

Ran CacheGround::ducksnest(const std::string& arguments) const {
    return run(fmt::format("{} {} --no-input --color never", DUCKSNEST_PROGRAM, arguments));
}

Ran CacheGround::nix(const std::string& arguments) const {
    return run(
        "env HOME=\"$PWD\" NIX_REMOTE= NIX_CONF_DIR=/nonexistent NIX_CONFIG='build-users-group =' "
        "nix --extra-experimental-features nix-command " +
        arguments
    );
}

} // namespace ducksnest::testing
