#include "aws/s3_upload.h"

#include "aws/retrier.h"
#include "aws/s3_download.h"
#include "aws/s3_error.h"
#include "aws/xml.h"
#include "base/encoding.h"

#include <algorithm>
#include <array>
#include <mutex>

namespace ducksnest::aws {
namespace {

constexpr std::size_t read_size = 256UL * 1024;
constexpr std::uint64_t parts_max = 10'000; ///< Amazon S3 User Guide, "Multipart upload limits".
/// Parts of an endless source that are in memory at once.
constexpr std::size_t buffers_max = 2;
constexpr std::string_view writer_header = "x-amz-meta-writer";

HttpUpload upload_of(const ObjectSource& source, std::uint64_t offset, std::uint64_t size) {
    return {
        .size = size,
        .read =
            [&source, offset, size](std::uint64_t at, std::span<char> out) -> Result<std::size_t> {
            const std::size_t count = std::min<std::uint64_t>(out.size(), size - at);
            return source.read(offset + at, {reinterpret_cast<std::uint8_t*>(out.data()), count});
        }
    };
}

/// Fills the buffer from a source that is read once; shorter only at the end.
Result<void> fill(const ObjectSource& source, std::uint64_t offset, Bytes& buffer) {
    std::size_t filled = 0;
    while (filled < buffer.size()) {
        const std::size_t got =
            TRY(source.read(offset + filled, std::span(buffer).subspan(filled)));
        if (got == 0) {
            break;
        }
        filled += got;
    }
    buffer.resize(filled);
    return {};
}

std::uint64_t part_size_for(std::uint64_t size, std::uint64_t part_size) {
    constexpr std::uint64_t mebibyte = 1ULL << 20U;
    const std::uint64_t least = (size / parts_max / mebibyte + 1) * mebibyte;
    return std::max(part_size, size > part_size * parts_max ? least : 0);
}

} // namespace

Result<Sha256> source_sha256(const ObjectSource& source, std::uint64_t offset, std::uint64_t size) {
    Sha256Hasher hasher;
    Bytes buffer(std::min<std::uint64_t>(read_size, size));
    for (std::uint64_t done = 0; done < size;) {
        const std::size_t count = std::min<std::uint64_t>(buffer.size(), size - done);
        const std::size_t got =
            TRY(source.read(offset + done, std::span(buffer).subspan(0, count)));
        if (got == 0) {
            return fail(
                ErrorCode::invalid,
                "the source ends after " + std::to_string(offset + done) + " of " +
                    std::to_string(offset + size) + " bytes"
            );
        }
        hasher.update(ByteView(buffer).subspan(0, got));
        done += got;
    }
    return hasher.finish();
}

Upload::Upload(
    S3Caller& caller, std::string key, const ObjectSource& source, const PutOptions& options
)
    : caller_(caller)
    , key_(std::move(key))
    , source_(source)
    , options_(options)
    , size_(source.size.value_or(0)) {}

HttpHeaders Upload::headers() const {
    HttpHeaders headers = {{"content-type", options_.content_type}};
    if (!options_.cache_control.empty()) {
        headers["cache-control"] = options_.cache_control;
    }
    if (!writer_.empty()) {
        headers[std::string(writer_header)] = writer_;
    }
    return headers;
}

void Upload::add_conditions(HttpHeaders& headers) const {
    if (options_.if_absent) {
        headers["if-none-match"] = "*";
    }
    if (!options_.if_match.empty()) {
        headers["if-match"] = "\"" + options_.if_match + "\"";
    }
}

Result<ObjectInfo> Upload::run() {
    const bool is_conditional = options_.if_absent || !options_.if_match.empty();
    const bool is_large = !source_.size || *source_.size > caller_.options().single_max;
    if (is_conditional || is_large) {
        std::array<std::uint8_t, 16> name{};
        caller_.doors().random.fill(name);
        writer_ = encode_hex(name);
    }
    if (!source_.size) {
        return put_stream();
    }
    TRY(check_source());
    if (!is_large) {
        return put_whole(source_, size_);
    }
    const std::uint64_t part_size = part_size_for(size_, caller_.options().part_size);
    if (size_ > part_size * parts_max) {
        return fail(ErrorCode::invalid, "`" + key_ + "` is too large for an object");
    }
    return put_parts([](Upload& self) { return self.send_known_parts(); });
}

/// A source must not be longer than it says, or what is stored is cut off in silence.
Result<void> Upload::check_source() const {
    std::array<std::uint8_t, 1> probe{};
    if (TRY(source_.read(size_, probe)) != 0) {
        return fail(
            ErrorCode::invalid, "the source is longer than " + std::to_string(size_) + " bytes"
        );
    }
    return {};
}

Result<ObjectInfo> Upload::put_whole(const ObjectSource& source, std::uint64_t size) {
    const Sha256 digest = options_.sha256 ? *options_.sha256 : TRY(source_sha256(source, 0, size));
    S3Call call = {
        .method = "PUT",
        .key = key_,
        .headers = headers(),
        .upload = upload_of(source, 0, size),
        .upload_hash = encode_hex(digest),
        .stop = options_.stop,
    };
    add_conditions(call.headers);
    Retrier retrier(caller_.session(), options_.stop);
    while (true) {
        if (caller_.session().has_checksums()) {
            call.headers["x-amz-checksum-sha256"] = encode_base64(digest);
        } else {
            call.headers.erase("x-amz-checksum-sha256");
        }
        const Attempt tried = caller_.attempt(call);
        if (tried) {
            ObjectInfo info = info_of(*tried);
            info.size = size;
            return info;
        }
        if (Result<void> again = retrier.after(tried.error()); !again) {
            const bool is_lost =
                again.error().code == ErrorCode::conflict && retrier.is_maybe_done();
            return is_lost ? recover(again.error())
                           : std::unexpected(failed_condition(std::move(again).error()));
        }
        // The connection may have broken because the condition fails, and the answer with it.
        call.asks_first = options_.if_absent || !options_.if_match.empty();
    }
}

Error Upload::failed_condition(Error failure) const {
    if (failure.code == ErrorCode::not_found && !options_.if_match.empty()) {
        failure.code = ErrorCode::conflict;
    }
    return failure;
}

Result<ObjectInfo> Upload::put_stream() {
    std::vector<Bytes> first;
    first.emplace_back(caller_.options().part_size);
    TRY(fill(source_, 0, first.front()));
    if (first.front().size() < caller_.options().part_size) {
        return put_whole(ObjectSource::of(first.front()), first.front().size());
    }
    return put_parts([&](Upload& self) { return self.send_stream_parts(first); });
}

Result<ObjectInfo> Upload::put_parts(const std::function<Result<void>(Upload&)>& send_parts) {
    const HttpResponse created = TRY(caller_.call(
        {.method = "POST",
         .key = key_,
         .query = {{"uploads", ""}},
         .headers = headers(),
         .stop = options_.stop}
    ));
    upload_id_ = TRY(parse_xml(created.body)).get("UploadId");
    if (upload_id_.empty()) {
        return fail(ErrorCode::corrupt, "the store gave no name for the upload of `" + key_ + "`");
    }
    if (Result<void> sent = send_parts(*this); !sent) {
        abort();
        return std::unexpected(std::move(sent).error());
    }
    Result<ObjectInfo> done = complete();
    if (!done) {
        abort();
    }
    return done;
}

Result<void> Upload::send_known_parts() {
    const std::uint64_t part_size = part_size_for(size_, caller_.options().part_size);
    const std::size_t count = (size_ + part_size - 1) / part_size;
    etags_.resize(count);
    std::mutex mutex;
    std::optional<Error> failure;
    const auto keep = [&](Error error) {
        const std::lock_guard lock(mutex);
        failure = failure ? failure : std::optional(std::move(error));
    };
    const auto has_failed = [&] {
        const std::lock_guard lock(mutex);
        return failure.has_value();
    };
    // One piece of work more: the digest of the whole, beside the parts that are on their way.
    caller_.doors().parallel.for_each(count + 1, [&](std::size_t index) {
        if (has_failed()) {
            return;
        }
        if (index == count) {
            if (const Result<Sha256> digest =
                    options_.sha256 ? source_sha256(source_, 0, size_) : Sha256{};
                !digest) {
                keep(digest.error());
            } else if (options_.sha256 && *digest != *options_.sha256) {
                keep(
                    {.code = ErrorCode::corrupt,
                     .message = "the bytes for `" + key_ + "` do not have the SHA-256 they should"}
                );
            }
            return;
        }
        const std::uint64_t offset = index * part_size;
        const Part part = {
            .number = index + 1,
            .offset = offset,
            .size = std::min(part_size, size_ - offset),
        };
        if (Result<void> sent = send_part(source_, part); !sent) {
            keep(std::move(sent).error());
        }
    });
    if (failure) {
        return std::unexpected(std::move(*failure));
    }
    return {};
}

Result<void> Upload::send_stream_parts(std::vector<Bytes>& buffers) {
    const std::uint64_t part_size = caller_.options().part_size;
    Sha256Hasher hasher;
    bool is_at_end = false;
    while (!buffers.empty()) {
        while (!is_at_end && buffers.size() < buffers_max) {
            Bytes next(part_size);
            std::uint64_t ahead = 0;
            for (const Bytes& buffer : buffers) {
                ahead += buffer.size();
            }
            TRY(fill(source_, size_ + ahead, next));
            is_at_end = next.size() < part_size;
            if (!next.empty()) {
                buffers.push_back(std::move(next));
            }
        }
        const std::uint64_t first_number = etags_.size() + 1;
        if (etags_.size() + buffers.size() > parts_max) {
            return fail(ErrorCode::invalid, "`" + key_ + "` is too large for an object");
        }
        etags_.resize(etags_.size() + buffers.size());
        TRY(send_buffers(buffers, first_number));
        for (const Bytes& buffer : buffers) {
            size_ += buffer.size();
            if (options_.sha256) {
                hasher.update(buffer);
            }
        }
        buffers.clear();
        if (!is_at_end) {
            buffers.emplace_back(part_size);
            TRY(fill(source_, size_, buffers.front()));
            is_at_end = buffers.front().size() < part_size;
            if (buffers.front().empty()) {
                buffers.clear();
            }
        }
    }
    if (options_.sha256 && hasher.finish() != *options_.sha256) {
        return fail(
            ErrorCode::corrupt, "the bytes for `" + key_ + "` do not have the SHA-256 they should"
        );
    }
    return {};
}

Result<void> Upload::send_buffers(std::vector<Bytes>& buffers, std::uint64_t first_number) {
    std::vector<std::optional<Error>> failures(buffers.size());
    caller_.doors().parallel.for_each(buffers.size(), [&](std::size_t index) {
        const Part part = {.number = first_number + index, .size = buffers[index].size()};
        if (Result<void> sent = send_part(ObjectSource::of(buffers[index]), part); !sent) {
            failures[index] = std::move(sent).error();
        }
    });
    for (std::optional<Error>& failure : failures) {
        if (failure) {
            return std::unexpected(std::move(*failure));
        }
    }
    return {};
}

Result<void> Upload::send_part(const ObjectSource& source, const Part& part) {
    const Sha256 digest = TRY(source_sha256(source, part.offset, part.size));
    const HttpResponse response = TRY(caller_.call(
        {.method = "PUT",
         .key = key_,
         .query = {{"partNumber", std::to_string(part.number)}, {"uploadId", upload_id_}},
         .upload = upload_of(source, part.offset, part.size),
         .upload_hash = encode_hex(digest),
         .stop = options_.stop}
    ));
    const std::string_view etag = response.header("etag");
    if (etag.empty()) {
        return fail(ErrorCode::corrupt, "the store gave no etag for a part of `" + key_ + "`");
    }
    etags_[part.number - 1] = etag;
    return {};
}

Result<ObjectInfo> Upload::complete() {
    S3Call call = {
        .method = "POST",
        .key = key_,
        .query = {{"uploadId", upload_id_}},
        .headers = {{"content-type", "application/xml"}},
        .stop = options_.stop,
    };
    add_conditions(call.headers);
    call.body = "<CompleteMultipartUpload xmlns=\"http://s3.amazonaws.com/doc/2006-03-01/\">";
    for (std::size_t i = 0; i < etags_.size(); ++i) {
        call.body += "<Part><PartNumber>" + std::to_string(i + 1) + "</PartNumber><ETag>" +
                     xml_escape(etags_[i]) + "</ETag></Part>";
    }
    call.body += "</CompleteMultipartUpload>";
    Retrier retrier(caller_.session(), options_.stop);
    while (true) {
        Attempt tried = caller_.attempt(call);
        if (tried) {
            // S3 begins its answer before it has done the work, so a failure can come with 200.
            const XmlElement answer = parse_xml(tried->body).value_or(XmlElement{.name = "Error"});
            if (answer.name != "Error") {
                ObjectInfo info = info_of({.headers = {{"etag", std::string(answer.get("ETag"))}}});
                info.size = size_;
                return info;
            }
            tried->status =
                answer.get("Code") == "InternalError" || answer.children.empty() ? 500 : 400;
            tried = std::unexpected(judge_s3_answer(
                *tried, {.method = "POST", .bucket = caller_.options().bucket, .key = key_}
            ));
        }
        if (Result<void> again = retrier.after(tried.error()); !again) {
            const bool may_be_ours =
                retrier.is_maybe_done() && (again.error().code == ErrorCode::conflict ||
                                            again.error().code == ErrorCode::aborted ||
                                            again.error().code == ErrorCode::not_found);
            return may_be_ours ? recover(again.error())
                               : std::unexpected(failed_condition(std::move(again).error()));
        }
    }
}

/// Best effort: what is left behind, by a killed run above all, is for the bucket's lifecycle rule.
void Upload::abort() {
    const S3Call call = {.method = "DELETE", .key = key_, .query = {{"uploadId", upload_id_}}};
    static_cast<void>(caller_.call(call).has_value());
}

Result<ObjectInfo> Upload::recover(const Error& failure) {
    const Result<HttpResponse> found =
        caller_.call({.method = "HEAD", .key = key_, .stop = options_.stop});
    if (found && !writer_.empty() && found->header(writer_header) == writer_) {
        return info_of(*found);
    }
    return std::unexpected(failure);
}

} // namespace ducksnest::aws
