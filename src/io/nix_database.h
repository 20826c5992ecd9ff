#pragma once

#include "base/result.h"
#include "ports/nix_store.h"

#include <memory>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <vector>

struct sqlite3;

namespace ducksnest::io {

/// The SQLite database of a Nix store, schema 10 (Nix: src/libstore/schema.sql), which Nix has
/// written since 2.0. Reads while the daemon writes.
class NixDatabase {
public:
    /// `folder` is "…/nix/var/nix/db". With `write` the database is made when there is none.
    static Result<NixDatabase> open(const std::string& folder, StoreAccess access);

    Result<std::optional<PathRecord>> find(const std::string& path);
    Result<std::vector<std::string>> paths();
    Result<void> insert(std::span<const PathRecord> records, std::int64_t seconds);

private:
    struct Close {
        void operator()(sqlite3* database) const;
    };
    class Statement;

    NixDatabase(std::unique_ptr<sqlite3, Close> database, std::string shown);
    Result<void> run(const char* sql);
    Result<void> create(const std::string& folder);
    std::unexpected<Error> failure(std::string_view action);
    Result<void> insert_all(std::span<const PathRecord> records, std::int64_t seconds);

    std::unique_ptr<std::mutex> mutex_ = std::make_unique<std::mutex>();
    std::unique_ptr<sqlite3, Close> database_;
    std::string shown_; ///< Its file, for errors.
};

} // namespace ducksnest::io
