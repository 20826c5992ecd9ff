#include "age/header.h"

#include "base/encoding.h"
#include "base/text.h"

#include <algorithm>
#include <string_view>

namespace ducksnest::age {
namespace {

constexpr std::string_view version_line = "age-encryption.org/v1\n";
constexpr std::string_view stanza_start = "->";
constexpr std::string_view footer_start = "---";
constexpr std::size_t columns = 64;
constexpr std::size_t header_size_max = std::size_t{1} << 20U;
constexpr std::size_t stanzas_max = 1024;

/// Hands out the header line by line.
class Lines {
public:
    explicit Lines(std::string_view text)
        : text_(text) {}

    std::size_t position() const { return position_; }
    bool next_starts_with(std::string_view prefix) const {
        return text_.substr(position_).starts_with(prefix);
    }

    /// The next line without its line feed.
    Result<std::string_view> next() {
        const std::size_t end = text_.find('\n', position_);
        if (end == std::string_view::npos) {
            if (text_.size() >= header_size_max) {
                return fail(ErrorCode::unsupported, "the header is larger than 1 MiB");
            }
            return fail(ErrorCode::corrupt, "the file ends in the middle of the header");
        }
        const std::string_view line = text_.substr(position_, end - position_);
        position_ = end + 1;
        return line;
    }

private:
    std::string_view text_;
    std::size_t position_ = 0;
};

bool is_argument(std::string_view text) {
    return !text.empty() && std::ranges::all_of(text, [](char c) { return c >= '!' && c <= '~'; });
}

Result<Stanza> parse_stanza(Lines& lines) {
    const std::vector<std::string_view> words = split(TRY(lines.next()), ' ');
    if (words.size() < 2 || words[0] != stanza_start ||
        !std::ranges::all_of(words.begin() + 1, words.end(), is_argument)) {
        return fail(ErrorCode::corrupt, "a recipient line is malformed");
    }
    Stanza stanza;
    stanza.type = words[1];
    stanza.arguments.assign(words.begin() + 2, words.end());
    // Full lines, then one short line, which may be empty.
    std::size_t line_size = columns;
    while (line_size == columns) {
        const std::string_view line = TRY(lines.next());
        line_size = line.size();
        const Result<Bytes> bytes = decode_base64_unpadded(line);
        if (line_size > columns || !bytes) {
            return fail(ErrorCode::corrupt, "the body of a recipient is malformed");
        }
        append(stanza.body, *bytes);
    }
    return stanza;
}

Result<Mac> parse_footer(std::string_view line) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words.size() != 2 || words[0] != footer_start) {
        return fail(ErrorCode::corrupt, "the last line of the header is malformed");
    }
    const Result<Bytes> bytes = decode_base64_unpadded(words[1]);
    Mac mac{};
    if (!bytes || bytes->size() != mac.size()) {
        return fail(ErrorCode::corrupt, "the last line of the header is malformed");
    }
    std::ranges::copy(*bytes, mac.begin());
    return mac;
}

Mac header_mac(ByteView authenticated, const FileKey& file_key) {
    return hmac_sha256(hkdf_sha256(file_key.view(), {}, "header").view(), authenticated);
}

} // namespace

Result<Header> parse_header(ByteView file) {
    const std::string_view text = as_text(file.first(std::min(file.size(), header_size_max)));
    if (!text.starts_with(version_line)) {
        if (text.starts_with("age-encryption.org/")) {
            return fail(ErrorCode::unsupported, "this version of age files is not supported");
        }
        return fail(ErrorCode::corrupt, "this is not an age file");
    }
    Lines lines(text);
    TRY(lines.next());
    Header header;
    while (!lines.next_starts_with(footer_start)) {
        if (header.stanzas.size() == stanzas_max) {
            return fail(ErrorCode::unsupported, "the header has more than 1,024 recipients");
        }
        header.stanzas.push_back(TRY(parse_stanza(lines)));
    }
    header.authenticated_size = lines.position() + footer_start.size();
    header.mac = TRY(parse_footer(TRY(lines.next())));
    header.size = lines.position();
    return header;
}

void append_version_line(Bytes& out) {
    append(out, as_bytes(version_line));
}

void append_stanza(Bytes& out, const Stanza& stanza) {
    append(out, as_bytes(stanza_start));
    out.push_back(' ');
    append(out, as_bytes(stanza.type));
    for (const std::string& argument : stanza.arguments) {
        out.push_back(' ');
        append(out, as_bytes(argument));
    }
    out.push_back('\n');
    const std::string body = encode_base64_unpadded(stanza.body);
    for (std::size_t start = 0; start <= body.size(); start += columns) {
        append(out, as_bytes(std::string_view(body).substr(start, columns)));
        out.push_back('\n');
    }
}

void append_footer(Bytes& out, const FileKey& file_key) {
    append(out, as_bytes(footer_start));
    const Mac mac = header_mac(out, file_key);
    out.push_back(' ');
    append(out, as_bytes(encode_base64_unpadded(mac)));
    out.push_back('\n');
}

Result<void> verify_mac(ByteView file, const Header& header, const FileKey& file_key) {
    if (!same_mac(header_mac(file.first(header.authenticated_size), file_key), header.mac)) {
        return fail(ErrorCode::corrupt, "the header was altered after it was written");
    }
    return {};
}

} // namespace ducksnest::age
