#include "support/http_filter.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <limits>

namespace ducksnest::testing {
namespace {

using Kind = Fault::Kind;

std::map<std::string, std::string> headers_of(std::string_view head) {
    std::map<std::string, std::string> headers;
    for (std::size_t line = head.find("\r\n"); line != std::string_view::npos;) {
        line += 2;
        const std::size_t end = head.find("\r\n", line);
        const std::size_t colon = head.find(':', line);
        if (end == std::string_view::npos || colon == std::string_view::npos || colon > end) {
            break;
        }
        std::string name(head.substr(line, colon - line));
        std::ranges::transform(name, name.begin(), [](unsigned char letter) {
            return static_cast<char>(std::tolower(letter));
        });
        const std::size_t value = std::min(head.find_first_not_of(' ', colon + 1), end);
        headers[name] = head.substr(value, end - value);
        line = end;
    }
    return headers;
}

std::uint64_t length_of(const std::map<std::string, std::string>& headers) {
    const auto found = headers.find("content-length");
    return found == headers.end() ? 0 : std::stoull(found->second);
}

std::string answer_text(const Fault& fault) {
    std::string text = fmt::format("HTTP/1.1 {} Fault\r\n", fault.status);
    for (const auto& [name, value] : fault.headers) {
        text += fmt::format("{}: {}\r\n", name, value);
    }
    return text + fmt::format("Content-Length: {}\r\n\r\n{}", fault.body.size(), fault.body);
}

std::string with_date(std::string head, const std::string& date) {
    const std::size_t begin = head.find("\r\nDate: ");
    if (begin != std::string::npos) {
        const std::size_t value = begin + 8;
        head.replace(value, head.find("\r\n", value) - value, date);
    }
    return head;
}

/// Flips the lowest bit of one byte when it lies in this piece.
std::string flipped(std::string_view piece, std::uint64_t piece_at, std::uint64_t offset) {
    std::string text(piece);
    if (offset >= piece_at && offset - piece_at < text.size()) {
        text[offset - piece_at] = static_cast<char>(text[offset - piece_at] ^ 1);
    }
    return text;
}

} // namespace

Fault s3_error(int status, const std::string& code, std::map<std::string, std::string> headers) {
    return {
        .kind = Kind::answer,
        .status = status,
        .headers = std::move(headers),
        .body = "<?xml version=\"1.0\"?><Error><Code>" + code + "</Code><Message>as asked for" +
                "</Message></Error>",
    };
}

std::optional<std::string> HttpFilter::Stream::take_head(std::string_view& bytes) {
    const std::size_t before = head.size();
    head += bytes;
    const std::size_t end = head.find("\r\n\r\n", before < 3 ? 0 : before - 3);
    if (end == std::string::npos) {
        bytes = {};
        return std::nullopt;
    }
    bytes.remove_prefix(end + 4 - before);
    head.resize(end + 4);
    is_in_body = true;
    at = 0;
    return std::exchange(head, {});
}

std::string_view HttpFilter::Stream::take_body(std::string_view& bytes) {
    const std::string_view piece = bytes.substr(0, std::min<std::uint64_t>(left, bytes.size()));
    bytes.remove_prefix(piece.size());
    left -= piece.size();
    at += piece.size();
    return piece;
}

void HttpFilter::begin_request(const std::string& head, Output& out) {
    ProxiedRequest request;
    const std::size_t space = head.find(' ');
    request.method = head.substr(0, space);
    request.target = head.substr(space + 1, head.find(' ', space + 1) - space - 1);
    request.headers = headers_of(head);
    request_.left = length_of(request.headers);
    is_head_method_ = request.method == "HEAD";
    reply_ = {};
    const bool asks_first = request.headers.contains("expect");
    fault_ = decide_(std::move(request));
    if (fault_.kind != Kind::answer) {
        out.to_server += head;
    } else if (asks_first) {
        out.to_client += "HTTP/1.1 100 Continue\r\n\r\n";
    }
}

HttpFilter::Output HttpFilter::from_client(std::string_view bytes) {
    Output out;
    while (out.action == Action::pass) {
        if (!request_.is_in_body) {
            const std::optional<std::string> head =
                bytes.empty() ? std::nullopt : request_.take_head(bytes);
            if (!head) {
                return out;
            }
            begin_request(*head, out);
        }
        const std::uint64_t at = request_.at;
        const std::string_view piece = request_.take_body(bytes);
        if (fault_.kind == Kind::reset_request && request_.at >= fault_.offset) {
            out.action = Action::reset;
        } else if (fault_.kind == Kind::flip_request_bit) {
            out.to_server += flipped(piece, at, fault_.offset);
        } else if (fault_.kind != Kind::answer) {
            out.to_server += piece;
        }
        if (request_.left > 0) {
            return out;
        }
        request_.is_in_body = false;
        if (fault_.kind == Kind::answer) {
            out.to_client += answer_text(fault_);
        }
    }
    return out;
}

void HttpFilter::begin_reply(const std::string& head, Output& out) {
    const auto headers = headers_of(head);
    const bool has_length = headers.contains("content-length");
    const bool is_endless = headers.contains("transfer-encoding") && !has_length;
    reply_.left = is_head_method_ ? 0 : length_of(headers);
    if (is_endless) {
        reply_.left = std::numeric_limits<std::uint64_t>::max();
    }
    out.to_client += fault_.kind == Kind::shift_date ? with_date(head, fault_.date) : head;
}

HttpFilter::Output HttpFilter::from_server(std::string_view bytes) {
    Output out;
    if (fault_.kind == Kind::lost_reply) {
        // Not yet the reply.
        const bool is_continue = bytes.starts_with("HTTP/1.1 100");
        out.action = is_continue ? Action::pass : Action::reset;
        out.to_client += is_continue ? bytes : std::string_view();
        return out;
    }
    while (!bytes.empty() && out.action == Action::pass) {
        if (!reply_.is_in_body) {
            const std::optional<std::string> head = reply_.take_head(bytes);
            if (!head) {
                return out;
            }
            begin_reply(*head, out);
        }
        const std::uint64_t at = reply_.at;
        std::string_view piece = reply_.take_body(bytes);
        const bool is_cut = fault_.kind == Kind::reset_reply || fault_.kind == Kind::truncate_reply;
        if (is_cut && reply_.at >= fault_.offset) {
            piece = piece.substr(0, fault_.offset - at);
            out.action = fault_.kind == Kind::reset_reply ? Action::reset : Action::close;
        }
        if (fault_.kind == Kind::flip_reply_bit) {
            out.to_client += flipped(piece, at, fault_.offset);
        } else {
            out.to_client += piece;
        }
        reply_.is_in_body = reply_.left > 0;
    }
    return out;
}

} // namespace ducksnest::testing
