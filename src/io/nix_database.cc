#include "io/nix_database.h"

#include "base/encoding.h"
#include "base/text.h"
#include "io/os_error.h"

#include <sqlite3.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <fstream>
#include <utility>

namespace ducksnest::io {
namespace {

constexpr std::string_view schema_version = "10";
constexpr int busy_milliseconds = 60'000;

/// The tables that Nix expects to find.
constexpr std::array schema = {
    "create table if not exists ValidPaths (id integer primary key autoincrement not null, path "
    "text unique not null, hash text not null, registrationTime integer not null, deriver text, "
    "narSize integer, ultimate integer, sigs text, ca text)",
    "create table if not exists Refs (referrer integer not null, reference integer not null, "
    "primary key (referrer, reference), foreign key (referrer) references ValidPaths(id) on delete "
    "cascade, foreign key (reference) references ValidPaths(id) on delete restrict)",
    "create index if not exists IndexReferrer on Refs(referrer)",
    "create index if not exists IndexReference on Refs(reference)",
    "create trigger if not exists DeleteSelfRefs before delete on ValidPaths begin delete from "
    "Refs where referrer = old.id and reference = old.id; end",
    "create table if not exists DerivationOutputs (drv integer not null, id text not null, path "
    "text not null, primary key (drv, id), foreign key (drv) references ValidPaths(id) on delete "
    "cascade)",
    "create index if not exists IndexDerivationOutputs on DerivationOutputs(path)",
};

bool is_there(const std::string& path) {
    return ::access(path.c_str(), F_OK) == 0;
}

/// A path as a URI file name (https://www.sqlite.org/uri.html).
std::string uri_of(const std::string& path, std::string_view query) {
    std::string uri = "file:";
    for (const char letter : path) {
        if (letter == '%' || letter == '?' || letter == '#') {
            uri += '%' + encode_hex(as_bytes({&letter, 1}));
        } else {
            uri += letter;
        }
    }
    return uri + std::string(query);
}

std::vector<std::string> words(std::string_view text) {
    std::vector<std::string> found;
    for (const std::string_view word : split(text, ' ')) {
        if (!word.empty()) {
            found.emplace_back(word);
        }
    }
    return found;
}

} // namespace

void NixDatabase::Close::operator()(sqlite3* database) const {
    sqlite3_close_v2(database);
}

/// A prepared statement; bound and stepped by hand, finalized when it goes.
class NixDatabase::Statement {
public:
    Statement(NixDatabase& database, std::string_view sql)
        : database_(database) {
        sqlite3_prepare_v2(
            database.database_.get(), sql.data(), static_cast<int>(sql.size()), &statement_, nullptr
        );
    }
    Statement(const Statement&) = delete;
    Statement& operator=(const Statement&) = delete;
    ~Statement() { sqlite3_finalize(statement_); }

    Statement& bind(std::string_view text) {
        sqlite3_bind_text(
            statement_, ++bound_, text.data(), static_cast<int>(text.size()), SQLITE_TRANSIENT
        );
        return *this;
    }
    /// Nothing stands for null.
    Statement& bind_optional(std::string_view text) {
        if (text.empty()) {
            sqlite3_bind_null(statement_, ++bound_);
            return *this;
        }
        return bind(text);
    }
    Statement& bind(std::int64_t number) {
        sqlite3_bind_int64(statement_, ++bound_, number);
        return *this;
    }
    void reset() {
        sqlite3_reset(statement_);
        bound_ = 0;
    }
    /// Whether there is a row.
    Result<bool> step() {
        if (statement_ == nullptr) {
            return database_.failure("read");
        }
        switch (sqlite3_step(statement_)) {
        case SQLITE_ROW:
            return true;
        case SQLITE_DONE:
            return false;
        default:
            return database_.failure("use");
        }
    }
    std::string text(int column) const {
        const unsigned char* bytes = sqlite3_column_text(statement_, column);
        return bytes == nullptr
                   ? std::string()
                   : std::string(
                         reinterpret_cast<const char*>(bytes),
                         static_cast<std::size_t>(sqlite3_column_bytes(statement_, column))
                     );
    }
    std::int64_t number(int column) const { return sqlite3_column_int64(statement_, column); }

private:
    NixDatabase& database_;
    sqlite3_stmt* statement_ = nullptr;
    int bound_ = 0;
};

NixDatabase::NixDatabase(std::unique_ptr<sqlite3, Close> database, std::string shown)
    : database_(std::move(database))
    , shown_(std::move(shown)) {}

std::unexpected<Error> NixDatabase::failure(std::string_view action) {
    const int code = sqlite3_errcode(database_.get()) & 0xff;
    const bool is_damaged = code == SQLITE_CORRUPT || code == SQLITE_NOTADB;
    const bool is_busy = code == SQLITE_BUSY || code == SQLITE_LOCKED || code == SQLITE_FULL;
    const bool is_denied = code == SQLITE_READONLY || code == SQLITE_PERM || code == SQLITE_AUTH;
    return fail(
        is_damaged  ? ErrorCode::corrupt
        : is_busy   ? ErrorCode::unavailable
        : is_denied ? ErrorCode::denied
                    : ErrorCode::internal,
        "cannot " + std::string(action) + " the Nix database `" + shown_ +
            "`: " + sqlite3_errmsg(database_.get())
    );
}

Result<NixDatabase> NixDatabase::open(const std::string& folder, StoreAccess access) {
    const std::string file = folder + "/db.sqlite";
    const bool is_new = !is_there(file);
    if (is_new && access == StoreAccess::read) {
        return fail(
            ErrorCode::not_found,
            "there is no Nix database `" + file + "`",
            "name the folder that holds nix/store with `--store DIR`"
        );
    }
    std::string query = "?mode=rwc";
    int flags = SQLITE_OPEN_URI | SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE;
    if (access == StoreAccess::read) {
        flags = SQLITE_OPEN_URI | SQLITE_OPEN_READONLY;
        // A database that nobody writes may lie where we cannot make its shared-memory file.
        const bool is_quiet = !is_there(file + "-wal") && ::access(folder.c_str(), W_OK) != 0;
        query = is_quiet ? "?mode=ro&immutable=1" : "?mode=ro";
    }
    sqlite3* raw = nullptr;
    const int opened = sqlite3_open_v2(uri_of(file, query).c_str(), &raw, flags, nullptr);
    NixDatabase database(std::unique_ptr<sqlite3, Close>(raw), file);
    if (opened != SQLITE_OK) {
        return database.failure("open");
    }
    sqlite3_busy_timeout(raw, busy_milliseconds);
    TRY(database.run("pragma foreign_keys = 1"));
    if (access == StoreAccess::write) {
        TRY(database.create(folder));
    }
    return database;
}

Result<void> NixDatabase::create(const std::string& folder) {
    const std::string version_file = folder + "/schema";
    if (std::ifstream file(version_file); file) {
        std::string version;
        file >> version;
        if (version != schema_version) {
            return fail(
                ErrorCode::unsupported,
                "the Nix database `" + shown_ + "` has schema " + version + ", not 10"
            );
        }
    }
    // As Nix sets it: a crash may lose the last registrations, never the database.
    TRY(run("pragma journal_mode = wal"));
    TRY(run("pragma synchronous = normal"));
    TRY(run("begin immediate"));
    for (const char* statement : schema) {
        TRY(run(statement));
    }
    TRY(run("commit"));
    if (!is_there(version_file)) {
        std::ofstream file(version_file);
        file << schema_version;
        if (!file.flush()) {
            return os_failure("write", version_file, errno);
        }
    }
    return {};
}

Result<void> NixDatabase::run(const char* sql) {
    if (sqlite3_exec(database_.get(), sql, nullptr, nullptr, nullptr) != SQLITE_OK) {
        return failure("use");
    }
    return {};
}

Result<std::optional<PathRecord>> NixDatabase::find(const std::string& path) {
    const std::lock_guard lock(*mutex_);
    Statement paths(
        *this, "select id, hash, narSize, deriver, sigs, ca from ValidPaths where path = ?"
    );
    paths.bind(path);
    if (!TRY(paths.step())) {
        return std::nullopt;
    }
    PathRecord record{
        .path = path,
        .nar_size = static_cast<std::uint64_t>(paths.number(2)),
        .deriver = paths.text(3),
        .signatures = words(paths.text(4)),
        .content_address = paths.text(5),
    };
    const std::string hash = paths.text(1);
    const auto bytes = decode_hex(hash.starts_with("sha256:") ? hash.substr(7) : "");
    if (!bytes || bytes->size() != record.nar_hash.size()) {
        return fail(
            ErrorCode::unsupported,
            "the Nix database has `" + hash + "` as the hash of `" + path + "`, not a SHA-256"
        );
    }
    std::ranges::copy(*bytes, record.nar_hash.begin());
    Statement references(
        *this, "select path from Refs join ValidPaths on reference = id where referrer = ?"
    );
    references.bind(paths.number(0));
    while (TRY(references.step())) {
        record.references.push_back(references.text(0));
    }
    std::ranges::sort(record.references);
    return record;
}

Result<std::vector<std::string>> NixDatabase::paths() {
    const std::lock_guard lock(*mutex_);
    Statement statement(*this, "select path from ValidPaths order by path");
    std::vector<std::string> found;
    while (TRY(statement.step())) {
        found.push_back(statement.text(0));
    }
    return found;
}

Result<void> NixDatabase::insert(std::span<const PathRecord> records, std::int64_t seconds) {
    const std::lock_guard lock(*mutex_);
    TRY(run("begin immediate"));
    Result<void> inserted = insert_all(records, seconds);
    if (inserted) {
        inserted = run("commit");
    }
    if (!inserted) {
        sqlite3_exec(database_.get(), "rollback", nullptr, nullptr, nullptr);
    }
    return inserted;
}

Result<void> NixDatabase::insert_all(std::span<const PathRecord> records, std::int64_t seconds) {
    Statement add(
        *this,
        "insert or ignore into ValidPaths (path, hash, registrationTime, deriver, narSize, "
        "sigs, ca) values (?, ?, ?, ?, ?, ?, ?)"
    );
    for (const PathRecord& record : records) {
        add.bind(record.path)
            .bind("sha256:" + encode_hex(record.nar_hash))
            .bind(seconds)
            .bind_optional(record.deriver)
            .bind(static_cast<std::int64_t>(record.nar_size))
            .bind_optional(join(record.signatures, " "))
            .bind_optional(record.content_address);
        TRY(add.step());
        add.reset();
    }
    Statement refer(
        *this,
        "insert or ignore into Refs (referrer, reference) values ((select id from "
        "ValidPaths where path = ?), (select id from ValidPaths where path = ?))"
    );
    for (const PathRecord& record : records) {
        for (const std::string& reference : record.references) {
            refer.bind(record.path).bind(reference);
            TRY(refer.step());
            refer.reset();
        }
    }
    return {};
}

} // namespace ducksnest::io
