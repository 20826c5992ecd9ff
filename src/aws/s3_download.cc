#include "aws/s3_download.h"

#include "aws/http_date.h"
#include "base/encoding.h"

#include <algorithm>
#include <charconv>

namespace ducksnest::aws {
namespace {

std::optional<std::uint64_t> number(std::string_view text) {
    std::uint64_t value = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), value);
    const bool is_whole = failed == std::errc() && end == text.data() + text.size();
    return !text.empty() && is_whole ? std::optional(value) : std::nullopt;
}

struct ContentRange {
    std::uint64_t first = 0;
    std::uint64_t size = 0; ///< Of the whole object.
};

/// "bytes 5-9/10" (RFC 9110 section 14.4).
std::optional<ContentRange> content_range(std::string_view text) {
    const std::size_t dash = text.find('-');
    const std::size_t slash = text.find('/');
    if (!text.starts_with("bytes ") || dash == std::string_view::npos ||
        slash == std::string_view::npos || dash > slash) {
        return std::nullopt;
    }
    const auto first = number(text.substr(6, dash - 6));
    const auto size = number(text.substr(slash + 1));
    return first && size ? std::optional(ContentRange{.first = *first, .size = *size})
                         : std::nullopt;
}

std::string without_quotes(std::string_view etag) {
    if (etag.starts_with("W/")) {
        etag.remove_prefix(2);
    }
    if (etag.size() >= 2 && etag.front() == '"' && etag.back() == '"') {
        etag = etag.substr(1, etag.size() - 2);
    }
    return std::string(etag);
}

} // namespace

ObjectInfo info_of(const HttpResponse& head) {
    ObjectInfo info = {
        .etag = without_quotes(head.header("etag")),
        .modified = parse_http_date(head.header("last-modified")),
    };
    if (const auto range = content_range(head.header("content-range")); range) {
        info.size = range->size;
    } else {
        info.size = number(head.header("content-length")).value_or(0);
    }
    return info;
}

S3Call Download::next_call() {
    S3Call call = {.key = key_, .stop = options_.stop};
    if (next_byte() > 0 || options_.range.length) {
        call.headers["range"] = "bytes=" + std::to_string(next_byte()) + "-";
        if (options_.range.length) {
            const std::uint64_t end = options_.range.offset + *options_.range.length;
            call.headers["range"] += std::to_string(end - 1);
        }
    } else if (options_.is_checked && caller_.session().has_checksums() &&
               caller_.options().addressing != Addressing::none) {
        call.headers["x-amz-checksum-mode"] = "ENABLED";
    }
    const std::string etag = info_ ? info_->etag : options_.if_match;
    if (!etag.empty()) {
        call.headers["if-match"] = "\"" + etag + "\"";
    }
    call.on_head = [this](const HttpResponse& head) { return take_head(head); };
    return call;
}

bool Download::take_head(const HttpResponse& head) {
    const ObjectInfo info = info_of(head);
    const bool has_length = !head.header("content-length").empty();
    const auto refuse = [&](ErrorCode code, const std::string& why) {
        refusal_ = Error{.code = code, .message = "`" + key_ + "` " + why};
        return false;
    };
    if (!info_) {
        info_ = info;
        const bool is_whole =
            head.status == 200 && options_.range.offset == 0 && !options_.range.length;
        if (is_whole && options_.is_checked) {
            checksum_ = head.header("x-amz-checksum-sha256");
        }
        if (!options_.if_match.empty() && info.etag != options_.if_match) {
            return refuse(ErrorCode::aborted, "has changed");
        }
    } else if (info.etag != info_->etag || (has_length && info.size != info_->size)) {
        return refuse(ErrorCode::aborted, "changed while it was read");
    }
    skip_ = next_byte();
    if (head.status == 206) {
        const auto range = content_range(head.header("content-range"));
        if (!range || range->first != next_byte()) {
            return refuse(ErrorCode::corrupt, "came with another range than was asked for");
        }
        skip_ = 0;
    }
    if (has_length) {
        if (options_.range.offset > 0 && options_.range.offset >= info.size) {
            return refuse(ErrorCode::invalid, "has no byte " + std::to_string(next_byte()));
        }
        const std::uint64_t rest = info.size - options_.range.offset;
        wanted_ = std::min(options_.range.length.value_or(rest), rest);
    }
    return true;
}

bool Download::take_piece(std::string_view piece) {
    const std::uint64_t dropped = std::min<std::uint64_t>(skip_, piece.size());
    skip_ -= dropped;
    piece.remove_prefix(dropped);
    if (piece.empty()) {
        return true;
    }
    if (is_complete()) {
        return false; // A server without ranges goes on to the end.
    }
    if (const auto limit = wanted_ ? wanted_ : options_.range.length; limit) {
        piece = piece.substr(0, std::min<std::uint64_t>(piece.size(), *limit - delivered_));
    }
    if (!checksum_.empty()) {
        hasher_.update(as_bytes(piece));
    }
    delivered_ += piece.size();
    retrier_.has_progressed();
    has_enough_ = !receiver_(as_bytes(piece));
    return !has_enough_;
}

bool Download::is_complete() const {
    return wanted_ && delivered_ == *wanted_;
}

Result<ObjectInfo> Download::finish() {
    // A composite checksum of parts ends in "-N" and says nothing about the bytes as a whole.
    const bool has_checksum = !checksum_.empty() && checksum_.find('-') == std::string::npos;
    if (has_checksum && encode_base64(hasher_.finish()) != checksum_) {
        return fail(
            ErrorCode::corrupt,
            "`" + key_ + "` does not have the SHA-256 that the store keeps of it",
            "the object was damaged in the store or on the way: fetch it again, then store it anew"
        );
    }
    return std::move(*info_);
}

Result<void> Download::go_on(const ServiceFailure& failure) {
    const bool is_gone = failure.error.code == ErrorCode::not_found && delivered_ > 0;
    const bool has_condition = info_ || !options_.if_match.empty();
    if (is_gone || (failure.error.code == ErrorCode::conflict && has_condition)) {
        return fail(
            ErrorCode::aborted,
            "`" + key_ + "` " + (info_ ? "changed while it was read" : "has changed")
        );
    }
    return retrier_.after(failure);
}

Result<ObjectInfo> Download::run() {
    const HttpReceiver receiver = [this](std::string_view piece) { return take_piece(piece); };
    while (true) {
        Attempt tried = caller_.attempt(next_call(), &receiver);
        if (refusal_) {
            return std::unexpected(std::move(*refusal_));
        }
        if (has_enough_) {
            return std::move(*info_);
        }
        if (tried && info_ && !wanted_) {
            // Without a length the end of the answer is the end of the object.
            info_->size = std::max(info_->size, next_byte());
            wanted_ = delivered_;
        }
        if (info_ && is_complete()) {
            return finish();
        }
        if (tried) {
            tried = std::unexpected(judge_error(
                {.code = ErrorCode::unavailable,
                 .message = "`" + key_ + "` ended after " + std::to_string(delivered_) + " bytes"}
            ));
        }
        TRY(go_on(tried.error()));
    }
}

} // namespace ducksnest::aws
