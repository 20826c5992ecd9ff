#include "base/encoding.h"
#include "diag/secrets.h"
#include "model/check_parts.h"
#include "model/names.h"

#include <algorithm>

namespace ducksnest::model {
namespace {

/// Majors that the PostgreSQL project still mends (https://www.postgresql.org/support/versioning,
/// read in 2025-11) and that nixpkgs has.
constexpr std::int64_t postgresql_min = 14;
constexpr std::int64_t postgresql_max = 18;
/// shared_buffers of 128MiB and Patroni beside it.
constexpr Mebibytes database_memory_min = 256;
constexpr Mebibytes database_storage_min = 1024;

struct Bucket {
    std::string_view section{};
    const Spanned<std::string>* name = nullptr;
};

void check_buckets(const Homelab& homelab, Diagnostics& out) {
    std::vector<Bucket> buckets;
    if (homelab.cache) {
        buckets.push_back({"cache", &homelab.cache->bucket});
    }
    if (homelab.logs) {
        buckets.push_back({"logs", &homelab.logs->bucket});
    }
    if (homelab.database && homelab.database->bucket) {
        buckets.push_back({"database", &*homelab.database->bucket});
    }
    for (const Site& site : homelab.sites) {
        if (site.provider == Provider::aws && site.state_bucket) {
            buckets.push_back({"sites", &*site.state_bucket});
        }
    }
    Unique names(
        out, "E0212", "each has its own rules for access and expiry; give each a bucket of its own"
    );
    for (const Bucket& bucket : buckets) {
        if (!is_bucket_name(**bucket.name)) {
            out.push_back({
                .code = "E0211",
                .message = fmt::format("{} cannot name a bucket", diag::quoted(**bucket.name)),
                .primary = {bucket.name->span, "not an S3 bucket name"},
                .help = {"use 3 to 63 of a-z, 0-9 and -, with a letter or digit at both ends"},
            });
        } else {
            names.add(**bucket.name, bucket.name->span, fmt::format("bucket `{}`", **bucket.name));
        }
    }
}

/// Nix: "name:base64", the name of the signer and 32 bytes of Ed25519.
void check_public_key(const Cache& cache, Diagnostics& out) {
    if (!cache.public_key) {
        return;
    }
    const std::string_view text = **cache.public_key;
    const std::size_t colon = text.find(':');
    const Result<Bytes> key =
        decode_base64(colon == std::string_view::npos ? "!" : text.substr(colon + 1));
    if (colon == 0 || !key || key->size() != 32) {
        out.push_back({
            .code = "E0213",
            .message = fmt::format("{} is not a public key of a Nix cache", diag::quoted(text)),
            .primary = {cache.public_key->span, "not NAME:BASE64 of 32 bytes"},
            .help =
                {"`nix-store --generate-binary-cache-key NAME SECRET PUBLIC` writes one to PUBLIC"},
        });
    }
}

void check_database(const Database& database, Diagnostics& out) {
    if (*database.version < postgresql_min || *database.version > postgresql_max) {
        out.push_back({
            .code = "E0511",
            .message = fmt::format(
                "PostgreSQL {} is not supported, {} to {} are",
                *database.version,
                postgresql_min,
                postgresql_max
            ),
            .primary =
                {database.version.span,
                 *database.version < postgresql_min ? "no longer mended" : "not yet known"},
            .help = {"write `version = 17`"},
        });
    }
    const auto at_least = [&](const Spanned<Mebibytes>& value, Mebibytes min, std::string_view key
                          ) {
        if (*value < min) {
            out.push_back({
                .code = "E0512",
                .message = fmt::format(
                    "a database member with {}MiB of {} does not start, {}MiB are needed",
                    *value,
                    key,
                    min
                ),
                .primary = {value.span, "too small"},
                .help = {fmt::format("write `{} = \"{}MiB\"` or more", key, min)},
            });
        }
    };
    at_least(database.memory, database_memory_min, "memory");
    at_least(database.storage, database_storage_min, "storage");
}

} // namespace

void check_storage(const Homelab& homelab, Diagnostics& out) {
    check_buckets(homelab, out);
    if (homelab.cache) {
        check_public_key(*homelab.cache, out);
    }
    if (homelab.database) {
        check_database(*homelab.database, out);
    }
}

} // namespace ducksnest::model
