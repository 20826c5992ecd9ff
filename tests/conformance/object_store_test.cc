#include "io/folder_store.h"
#include "io/object_stores.h"
#include "io/system_clock.h"
#include "io/testing/temporary_folder.h"
#include "ports/object_store.h"
#include "sim/memory_store.h"
#include "support/s3_server.h"

#include <doctest/doctest.h>

#include <algorithm>
#include <atomic>
#include <memory>
#include <string>
#include <thread>
#include <vector>

using namespace ducksnest;

namespace {

struct OnDisk {
    io::testing::TemporaryFolder folder{};
    std::unique_ptr<ObjectStore> store =
        io::open_object_store("file://" + folder.path() + "/cache").value();
};

struct OnS3 {
    static std::string new_bucket() {
        static int count = 0;
        return testing::s3_server().add_bucket("conformance-" + std::to_string(++count));
    }
    std::string bucket = new_bucket();
    std::unique_ptr<ObjectStore> store =
        io::open_object_store(testing::s3_server().url(0, bucket)).value();
};

struct InMemory {
    io::SystemClock clock{};
    std::unique_ptr<ObjectStore> store = std::make_unique<sim::MemoryStore>(clock);
};

/// Bytes that show where they stand.
Bytes pattern(std::size_t size) {
    Bytes bytes(size);
    for (std::size_t i = 0; i < size; ++i) {
        bytes[i] = static_cast<std::uint8_t>(i * 2654435761U >> 24U);
    }
    return bytes;
}

std::vector<std::string>
keys(ObjectStore& store, const ListQuery& query, std::size_t count_max = 10'000) {
    std::vector<std::string> found;
    const Result<void> listed = store.list(query, [&](const ObjectEntry& entry) {
        found.push_back(entry.key);
        return found.size() < count_max;
    });
    REQUIRE_MESSAGE(listed, describe(listed.error()));
    return found;
}

std::string text_of(ObjectStore& store, const std::string& key, const GetOptions& options = {}) {
    const Result<Bytes> bytes = get_bytes(store, key, 1 << 20, options);
    return bytes ? std::string(as_text(*bytes)) : std::string(to_string(bytes.error().code));
}

/// A source without a size, in pieces of odd lengths.
ObjectSource endless(const Bytes& bytes) {
    return {.read = [&bytes](std::uint64_t offset, std::span<std::uint8_t> out) {
        const std::size_t odd = std::min<std::size_t>(out.size(), 77'777);
        return ObjectSource::of(bytes).read(offset, out.subspan(0, odd));
    }};
}

} // namespace

#define EVERY_STORE OnDisk, OnS3, InMemory

TEST_CASE_TEMPLATE("every store: an object comes back as it was put", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    CHECK(!store.head("nar/a.nar.zst").value().has_value());
    CHECK(text_of(store, "nar/a.nar.zst") == "not_found");
    for (const std::size_t size : {0UL, 1UL, 300'000UL}) {
        const Bytes bytes = pattern(size);
        const ObjectInfo put =
            put_bytes(
                store,
                "nar/a.nar.zst",
                bytes,
                {.content_type = "application/x-nix-nar", .cache_control = "max-age=60"}
            )
                .value();
        CHECK(put.size == size);
        CHECK(!put.etag.empty());
        const std::optional<ObjectInfo> head = store.head("nar/a.nar.zst").value();
        REQUIRE(head);
        CHECK(head->size == size);
        CHECK(head->etag == put.etag);
        CHECK(head->modified.has_value());
        CHECK(get_bytes(store, "nar/a.nar.zst", size).value() == bytes);
    }
    CHECK(get_bytes(store, "nar/a.nar.zst", 299'999).error().code == ErrorCode::corrupt);
    REQUIRE(store.remove("nar/a.nar.zst"));
    REQUIRE(store.remove("nar/a.nar.zst"));
    CHECK(!store.head("nar/a.nar.zst").value().has_value());
}

TEST_CASE_TEMPLATE("every store: a folder's name is no object", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    REQUIRE(put_bytes(store, "nar/a", as_bytes("1")));
    CHECK(!store.head("nar").value().has_value());
    CHECK(text_of(store, "nar") == "not_found");
    CHECK(text_of(store, "nar/a/b") == "not_found");
    CHECK(!store.head("nar/a/b").value().has_value());
    CHECK(store.remove("nar/a/b").has_value());
    CHECK(text_of(store, "nar/a") == "1");
}

TEST_CASE_TEMPLATE("every store: keys as people and Nix write them", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    const std::vector<std::string> odd = {
        "a b",
        "a%20b",
        "a+b&c=d?e#f",
        "log/0z-hello-2.12.drv",
        "nix-cache-info",
        "realisations/sha256:00!out.doi",
        "\u00e4\uac00\U0001F986/'\"(~)*!@$,;:<>|^`{}[]",
    };
    for (const std::string& key : odd) {
        CAPTURE(key);
        REQUIRE(put_bytes(store, key, as_bytes(key)));
        CHECK(text_of(store, key) == key);
    }
    CHECK(keys(store, {}) == odd);
}

TEST_CASE_TEMPLATE("every store: keys that are refused", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    const auto message = [&](const std::string& key) {
        const std::string put = put_bytes(store, key, {}).error().message;
        CHECK(get_bytes(store, key, 1).error().message == put);
        CHECK(store.head(key).error().message == put);
        CHECK(store.remove(key).error().message == put);
        return put;
    };
    CHECK(message("") == "a path is empty");
    CHECK(message("/a") == "path `/a` is absolute");
    CHECK(message("a/../../b") == "path `a/../../b` leads out of its folder");
    CHECK(message("a//b") == "path `a//b` has an empty part");
    CHECK(message("a/") == "path `a/` has an empty part");
    CHECK(message(".a") == "key `.a` has a part that begins with a dot");
    CHECK(message("a/.b") == "key `a/.b` has a part that begins with a dot");
    CHECK(message("a\nb") == "path `a\nb` has a control character");
    CHECK(message(std::string(1025, 'a')) == "a key of 1025 bytes is longer than 1024");
}

TEST_CASE_TEMPLATE("every store: ranges", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    REQUIRE(put_bytes(store, "a", as_bytes("0123456789")));
    REQUIRE(put_bytes(store, "empty", {}));
    const auto part = [&](std::uint64_t offset, std::optional<std::uint64_t> length) {
        return text_of(store, "a", {.range = {.offset = offset, .length = length}});
    };
    CHECK(part(0, {}) == "0123456789");
    CHECK(part(3, {}) == "3456789");
    CHECK(part(3, 4) == "3456");
    CHECK(part(0, 1) == "0");
    CHECK(part(9, 1) == "9");
    CHECK(part(8, 100) == "89");
    CHECK(part(2, 0) == "");
    CHECK(part(10, {}) == "invalid");
    CHECK(part(10, 1) == "invalid");
    CHECK(text_of(store, "empty", {.range = {.length = 5}}) == "");
    CHECK(text_of(store, "empty", {.range = {.offset = 1}}) == "invalid");
    CHECK(text_of(store, "absent", {.range = {.length = 0}}) == "not_found");
    std::uint64_t size = 0;
    size = store.get("a", {.range = {.offset = 3, .length = 2}}, [](ByteView) { return true; })
               .value()
               .size;
    CHECK(size == 10);
}

TEST_CASE_TEMPLATE("every store: a get that has enough ends early", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    REQUIRE(put_bytes(store, "a", pattern(5'000'000)));
    std::size_t got = 0;
    const Result<ObjectInfo> info = store.get("a", {}, [&](ByteView piece) {
        got += piece.size();
        return false;
    });
    REQUIRE(info);
    CHECK(info->size == 5'000'000);
    CHECK(got > 0);
    CHECK(got < 5'000'000);
    std::stop_source stopped;
    stopped.request_stop();
    const auto ignore = [](ByteView) { return true; };
    CHECK(
        store.get("a", {.stop = stopped.get_token()}, ignore).error().code == ErrorCode::interrupted
    );
    CHECK(
        put_bytes(store, "b", pattern(10), {.stop = stopped.get_token()}).error().code ==
        ErrorCode::interrupted
    );
    CHECK(!store.head("b").value().has_value());
}

TEST_CASE_TEMPLATE("every store: conditional writes", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    const auto code = [](const Result<ObjectInfo>& result) {
        return result ? std::string("done") : std::string(to_string(result.error().code));
    };
    CHECK(code(put_bytes(store, "lock", as_bytes("1"), {.if_match = "0123"})) == "conflict");
    CHECK(code(put_bytes(store, "lock", as_bytes("1"), {.if_absent = true})) == "done");
    CHECK(code(put_bytes(store, "lock", as_bytes("2"), {.if_absent = true})) == "conflict");
    CHECK(text_of(store, "lock") == "1");
    const std::string first = store.head("lock").value()->etag;
    CHECK(code(put_bytes(store, "lock", as_bytes("2"), {.if_match = first})) == "done");
    CHECK(code(put_bytes(store, "lock", as_bytes("3"), {.if_match = first})) == "conflict");
    CHECK(text_of(store, "lock") == "2");
    CHECK(text_of(store, "lock", {.if_match = first}) == "aborted");
    CHECK(text_of(store, "lock", {.if_match = store.head("lock").value()->etag}) == "2");
    REQUIRE(store.remove("lock"));
    CHECK(code(put_bytes(store, "lock", as_bytes("4"), {.if_absent = true})) == "done");
}

TEST_CASE_TEMPLATE("every store: one of many writers gets the lock", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    for (int round = 0; round < 5; ++round) {
        const std::string key = "locks/" + std::to_string(round);
        std::atomic<int> winners = 0;
        std::atomic<int> losers = 0;
        std::vector<std::jthread> writers;
        for (int i = 0; i < 8; ++i) {
            writers.emplace_back([&, i] {
                const auto put =
                    put_bytes(store, key, as_bytes(std::to_string(i)), {.if_absent = true});
                winners += put ? 1 : 0;
                losers += !put && put.error().code == ErrorCode::conflict ? 1 : 0;
            });
        }
        writers.clear();
        CHECK(winners == 1);
        CHECK(losers == 7);
    }
}

TEST_CASE_TEMPLATE("every store: listings are in order and complete", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    CHECK(keys(store, {}).empty());
    std::vector<std::string> all = {
        "a-b", "a.narinfo", "a/1", "a/b/2", "a/b/3", "a0", "b", "nar/x", "z/y/x/w"
    };
    for (const std::string& key : all) {
        REQUIRE(put_bytes(store, key, as_bytes(key)));
    }
    CHECK(keys(store, {}) == all);
    CHECK(keys(store, {.prefix = "a/"}) == std::vector<std::string>{"a/1", "a/b/2", "a/b/3"});
    CHECK(keys(store, {.prefix = "a/b"}) == std::vector<std::string>{"a/b/2", "a/b/3"});
    CHECK(keys(store, {.prefix = "z"}) == std::vector<std::string>{"z/y/x/w"});
    CHECK(keys(store, {.prefix = "none/"}).empty());
    CHECK(
        keys(store, {.start_after = "a/b/2"}) ==
        std::vector<std::string>{"a/b/3", "a0", "b", "nar/x", "z/y/x/w"}
    );
    CHECK(keys(store, {.prefix = "a/", .start_after = "a/1"}).size() == 2);
    CHECK(keys(store, {.prefix = "b", .start_after = "a"}) == std::vector<std::string>{"b"});
    CHECK(keys(store, {.start_after = "zz"}).empty());
    CHECK(keys(store, {}, 2) == std::vector<std::string>{"a-b", "a.narinfo"});
    REQUIRE(store.list({.prefix = "nar/"}, [&](const ObjectEntry& entry) {
        CHECK(entry.info == store.head("nar/x").value());
        return true;
    }));
}

TEST_CASE_TEMPLATE("every store: more keys than a page holds", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    constexpr int count = 1'050; // S3 has 1,000 on a page.
    std::vector<std::jthread> writers;
    std::atomic<int> next = 0;
    for (int i = 0; i < 32; ++i) {
        writers.emplace_back([&] {
            for (int n = next++; n < count; n = next++) {
                REQUIRE(put_bytes(store, "k" + std::to_string(10'000 + n), as_bytes("x")));
            }
        });
    }
    writers.clear();
    const std::vector<std::string> found = keys(store, {});
    CHECK(found.size() == count);
    CHECK(std::ranges::is_sorted(found));
    CHECK(keys(store, {.start_after = "k10500"}).size() == 549);
}

TEST_CASE_TEMPLATE("every store: large and endless sources", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    constexpr std::size_t size = (40UL << 20U) + 12'345;
    const Bytes bytes = pattern(size);
    const PutOptions checked = {.if_absent = true, .sha256 = sha256(bytes)};
    CHECK(put_bytes(store, "known", bytes, checked).value().size == size);
    CHECK(put_bytes(store, "known", bytes, checked).error().code == ErrorCode::conflict);
    CHECK(store.put("endless", endless(bytes), checked).value().size == size);
    for (const std::string key : {"known", "endless"}) {
        CHECK(store.head(key).value()->size == size);
        CHECK(get_bytes(store, key, size).value() == bytes);
    }
    const Bytes small = pattern(100'000);
    CHECK(store.put("small", endless(small), {}).value().size == small.size());
    CHECK(get_bytes(store, "small", size).value() == small);
    CHECK(store.put("empty", endless({}), {}).value().size == 0);
    const Bytes exact = pattern(16UL << 20U);
    CHECK(store.put("exact", endless(exact), {}).value().size == exact.size());
    CHECK(get_bytes(store, "exact", size).value() == exact);
}

TEST_CASE_TEMPLATE("every store: a source that is not what it says", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    for (const std::size_t size : {100UL, 34UL << 20U}) {
        const Bytes bytes = pattern(size);
        ObjectSource source = ObjectSource::of(bytes);
        source.size = size + 1;
        CHECK(store.put("a", source, {}).error().code == ErrorCode::invalid);
        source.size = size - 1;
        CHECK(store.put("a", source, {}).error().code == ErrorCode::invalid);
        source.size = size;
        CHECK(store.put("a", source, {.sha256 = Sha256{}}).error().code == ErrorCode::corrupt);
        source.read = [&](std::uint64_t offset,
                          std::span<std::uint8_t> out) -> Result<std::size_t> {
            if (offset + out.size() > size / 2) {
                return fail(ErrorCode::denied, "the disk says no");
            }
            return ObjectSource::of(bytes).read(offset, out);
        };
        CHECK(store.put("a", source, {}).error().message == "the disk says no");
        source.size.reset();
        CHECK(store.put("a", source, {}).error().message == "the disk says no");
        CHECK(!store.head("a").value().has_value());
    }
    CHECK(keys(store, {}).empty());
}

TEST_CASE_TEMPLATE("every store: readers see the old object or the new one", Ground, EVERY_STORE) {
    Ground ground;
    ObjectStore& store = *ground.store;
    const Bytes one(200'000, 1);
    const Bytes two(300'000, 2);
    REQUIRE(put_bytes(store, "a", one));
    std::atomic<bool> is_over = false;
    std::jthread writer([&] {
        for (int i = 0; i < 20; ++i) {
            REQUIRE(put_bytes(store, "a", i % 2 == 0 ? two : one));
        }
        is_over = true;
    });
    while (!is_over) {
        const Result<Bytes> got = get_bytes(store, "a", 1'000'000);
        CHECK((got ? *got == one || *got == two : got.error().code == ErrorCode::aborted));
    }
}
