#include "aws/s3_store.h"

#include "aws/http_date.h"
#include "aws/s3_download.h"
#include "aws/s3_upload.h"
#include "aws/xml.h"

#include <algorithm>
#include <charconv>

namespace ducksnest::aws {
namespace {

Result<std::optional<ObjectInfo>> head_of(S3Caller& caller, const std::string& key) {
    TRY(check_object_key(key));
    Result<HttpResponse> response = caller.call({.method = "HEAD", .key = key});
    if (response) {
        return std::optional(info_of(*response));
    }
    if (response.error().code == ErrorCode::not_found) {
        return std::optional<ObjectInfo>();
    }
    return std::unexpected(std::move(response).error());
}

Result<ObjectInfo> get_of(
    S3Caller& caller,
    const std::string& key,
    const GetOptions& options,
    const ByteReceiver& receiver
) {
    TRY(check_object_key(key));
    const bool is_nothing = options.range.length == 0U;
    if (!is_nothing) {
        Result<ObjectInfo> got = Download(caller, key, options, receiver).run();
        // S3 has no range for an empty object.
        const bool is_empty = !got && got.error().code == ErrorCode::invalid &&
                              options.range.offset == 0 && options.range.length;
        if (!is_empty) {
            return got;
        }
    }
    const std::optional<ObjectInfo> info = TRY(head_of(caller, key));
    if (!info) {
        return fail(ErrorCode::not_found, "there is no object `" + key + "`");
    }
    if (!options.if_match.empty() && info->etag != options.if_match) {
        return fail(ErrorCode::aborted, "`" + key + "` has changed");
    }
    if (options.range.offset > 0 && options.range.offset >= info->size) {
        return fail(
            ErrorCode::invalid, "`" + key + "` has no byte " + std::to_string(options.range.offset)
        );
    }
    return *info;
}

/// One page of a listing (Amazon S3 API Reference, "ListObjectsV2").
struct Page {
    std::vector<ObjectEntry> entries{};
    bool is_last = true;
};

/// As in a form: `+` is a space.
Result<std::string> decode_key(std::string_view text, bool is_encoded) {
    std::string key(text);
    if (!is_encoded) {
        return key;
    }
    std::ranges::replace(key, '+', ' ');
    return percent_decode(key);
}

Result<Page> parse_page(const std::string& body) {
    const XmlElement root = TRY(parse_xml(body).with("reading a listing"));
    Page page = {.is_last = root.get("IsTruncated") != "true"};
    // We ask for it, and not every server does it.
    const bool is_encoded = root.get("EncodingType") == "url";
    for (const XmlElement& element : root.children) {
        if (element.name != "Contents") {
            continue;
        }
        ObjectEntry entry;
        entry.key = TRY(decode_key(element.get("Key"), is_encoded));
        const std::string_view size = element.get("Size");
        const auto [end, failed] =
            std::from_chars(size.data(), size.data() + size.size(), entry.info.size);
        if (failed != std::errc() || end != size.data() + size.size()) {
            return fail(ErrorCode::corrupt, "the listing has no size of `" + entry.key + "`");
        }
        entry.info.etag = info_of({.headers = {{"etag", std::string(element.get("ETag"))}}}).etag;
        entry.info.modified = parse_listed_date(element.get("LastModified"));
        page.entries.push_back(std::move(entry));
    }
    return page;
}

} // namespace

Result<ObjectInfo>
S3Store::get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) {
    return get_of(caller_, key, options, receiver);
}

Result<ObjectInfo>
S3Store::put(const std::string& key, const ObjectSource& source, const PutOptions& options) {
    TRY(check_object_key(key));
    return Upload(caller_, key, source, options).run();
}

Result<std::optional<ObjectInfo>> S3Store::head(const std::string& key) {
    return head_of(caller_, key);
}

/// Each page begins behind the last key of the one before, so that a page can be asked for again at
/// any time; a continuation token would grow old.
Result<void> S3Store::list(const ListQuery& query, const EntryReceiver& receiver) {
    std::string last = query.start_after;
    while (true) {
        S3Call call = {
            .query = {{"list-type", "2"}, {"encoding-type", "url"}, {"prefix", query.prefix}},
            .stop = query.stop,
        };
        if (!last.empty()) {
            call.query.emplace_back("start-after", last);
        }
        const Page page = TRY(parse_page(TRY(caller_.call(call)).body));
        for (const ObjectEntry& entry : page.entries) {
            if (entry.key <= last || !entry.key.starts_with(query.prefix)) {
                return fail(
                    ErrorCode::corrupt,
                    "the listing of `" + caller_.options().bucket + "` is not in order at `" +
                        entry.key + "`"
                );
            }
            last = entry.key;
            if (!receiver(entry)) {
                return {};
            }
        }
        if (page.is_last || page.entries.empty()) {
            return {};
        }
    }
}

Result<void> S3Store::remove(const std::string& key) {
    TRY(check_object_key(key));
    // An object that is not there is a success to S3; without a bucket it is none.
    TRY(caller_.call({.method = "DELETE", .key = key}));
    return {};
}

HttpStore::HttpStore(S3Options options, const S3Doors& doors)
    : caller_(
          [&] {
              options.addressing = Addressing::none;
              return std::move(options);
          }(),
          doors
      ) {}

Result<ObjectInfo>
HttpStore::get(const std::string& key, const GetOptions& options, const ByteReceiver& receiver) {
    return get_of(caller_, key, options, receiver);
}

Result<ObjectInfo> HttpStore::put(
    const std::string& key, const ObjectSource& /*source*/, const PutOptions& /*options*/
) {
    return fail(
        ErrorCode::denied,
        "cannot store `" + key + "` at `" + caller_.options().endpoint + "`: it is read-only",
        "write through `s3://…` or a folder"
    );
}

Result<std::optional<ObjectInfo>> HttpStore::head(const std::string& key) {
    return head_of(caller_, key);
}

Result<void> HttpStore::list(const ListQuery& /*query*/, const EntryReceiver& /*receiver*/) {
    return fail(
        ErrorCode::unsupported,
        "`" + caller_.options().endpoint + "` cannot be listed: it is a plain web server",
        "list through `s3://…` or a folder"
    );
}

Result<void> HttpStore::remove(const std::string& key) {
    return fail(
        ErrorCode::denied,
        "cannot remove `" + key + "` at `" + caller_.options().endpoint + "`: it is read-only",
        "remove through `s3://…` or a folder"
    );
}

} // namespace ducksnest::aws
