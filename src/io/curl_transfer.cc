#include "io/curl_transfer.h"

#include "base/assert.h"
#include "io/curl_error.h"

#include <fmt/format.h>

#include <algorithm>
#include <cctype>
#include <utility>

namespace ducksnest::io {
namespace {

/// The longest a wait may last: libcurl has timers of its own to look after.
constexpr int wait_ms_max = 1000;

/// Fewer and larger system calls than libcurl's own 16 and 64 KiB; one of each per connection.
constexpr long buffer_bytes = 128L * 1024;

template <class Value>
void set(CURL* easy, CURLoption option, Value value) {
    // Fails only for options that this libcurl does not have, which the build has checked.
    const CURLcode code = curl_easy_setopt(easy, option, value);
    ASSERT(code == CURLE_OK);
}

curl_blob blob(std::string_view text) {
    // libcurl does not write to it; the type has no const.
    return {
        .data = const_cast<char*>(text.data()), .len = text.size(), .flags = CURL_BLOB_NOCOPY
    }; // NOLINT
}

} // namespace

CurlTransfer::CurlTransfer(
    CurlLane& lane,
    const HttpOptions& options,
    const HttpRequest& request,
    const HttpReceiver* receiver
)
    : lane_(lane)
    , options_(options)
    , request_(request)
    , receiver_(receiver) {}

Result<HttpResponse> CurlTransfer::run() {
    set_up();
    curl_multi_add_handle(lane_.multi.get(), lane_.easy.get());
    Result<CURLcode> verdict = drive();
    curl_multi_remove_handle(lane_.multi.get(), lane_.easy.get());
    if (verdict && *verdict == CURLE_OK) {
        // The handle must not keep pointers into this transfer.
        curl_easy_reset(lane_.easy.get());
    } else {
        // libcurl 7.88 keeps the buffer of a transfer that got no connection, and then takes no
        // other size for the next one. The connections of others are the multi handle's.
        lane_.easy.reset(curl_easy_init());
    }
    if (!verdict) {
        return std::unexpected(std::move(verdict).error());
    }
    if (is_too_long_) {
        return fail(
            ErrorCode::corrupt,
            fmt::format(
                "the answer to {} `{}` is longer than {} bytes",
                request_.method,
                request_.url,
                request_.body_max
            )
        );
    }
    if (upload_error_) {
        return std::unexpected(std::move(*upload_error_));
    }
    if (*verdict == CURLE_OK && !is_over_) {
        show_head();
    }
    if (*verdict != CURLE_OK && !is_over_) {
        return failure(*verdict);
    }
    return std::move(response_);
}

void CurlTransfer::set_up() {
    CURL* easy = lane_.easy.get();
    set(easy, CURLOPT_URL, request_.url.c_str());
    set(easy, CURLOPT_PROTOCOLS_STR, "http,https");
    set(easy, CURLOPT_HTTP_VERSION, long{CURL_HTTP_VERSION_2TLS});
    set(easy, CURLOPT_NOSIGNAL, 1L);
    set(easy, CURLOPT_TCP_KEEPALIVE, 1L);
    set(easy, CURLOPT_TCP_KEEPIDLE, 30L);
    set(easy, CURLOPT_CONNECTTIMEOUT_MS, static_cast<long>(options_.connect_timeout.count()));
    set(easy, CURLOPT_ERRORBUFFER, message_.data());
    set(easy, CURLOPT_HEADERFUNCTION, &CurlTransfer::on_header);
    set(easy, CURLOPT_HEADERDATA, this);
    set(easy, CURLOPT_WRITEFUNCTION, &CurlTransfer::on_body);
    set(easy, CURLOPT_WRITEDATA, this);
    set(easy, CURLOPT_XFERINFOFUNCTION, &CurlTransfer::on_progress);
    set(easy, CURLOPT_XFERINFODATA, this);
    set(easy, CURLOPT_NOPROGRESS, 0L);
    set(easy, CURLOPT_BUFFERSIZE, buffer_bytes);
    set(easy, CURLOPT_UPLOAD_BUFFERSIZE, buffer_bytes);
    if (options_.proxies == Proxies::none) {
        set(easy, CURLOPT_PROXY, "");
    }
    set_up_body();
    set_up_trust();
}

void CurlTransfer::set_up_body() {
    CURL* easy = lane_.easy.get();
    curl_slist* headers = nullptr;
    for (const auto& [name, value] : request_.headers) {
        headers = curl_slist_append(headers, fmt::format("{}: {}", name, value).c_str());
    }
    // By itself curl asks first whatever is long.
    headers = curl_slist_append(headers, request_.asks_first ? "Expect: 100-continue" : "Expect:");
    headers_.reset(headers);
    set(easy, CURLOPT_HTTPHEADER, headers);
    if (request_.method == "HEAD") {
        set(easy, CURLOPT_NOBODY, 1L);
        return;
    }
    if (request_.upload) {
        set_up_upload();
    } else if (!request_.body.empty() || request_.method == "POST" || request_.method == "PUT") {
        set(easy, CURLOPT_POSTFIELDS, request_.body.data());
        set(easy, CURLOPT_POSTFIELDSIZE_LARGE, static_cast<curl_off_t>(request_.body.size()));
    }
    set(easy, CURLOPT_CUSTOMREQUEST, request_.method.c_str());
}

void CurlTransfer::set_up_upload() {
    CURL* easy = lane_.easy.get();
    set(easy, CURLOPT_UPLOAD, 1L);
    set(easy, CURLOPT_INFILESIZE_LARGE, static_cast<curl_off_t>(request_.upload->size));
    set(easy, CURLOPT_READFUNCTION, &CurlTransfer::on_read);
    set(easy, CURLOPT_READDATA, this);
    set(easy, CURLOPT_SEEKFUNCTION, &CurlTransfer::on_seek);
    set(easy, CURLOPT_SEEKDATA, this);
}

void CurlTransfer::set_up_trust() {
    CURL* easy = lane_.easy.get();
    set(easy, CURLOPT_SSLVERSION, long{CURL_SSLVERSION_TLSv1_2});
    if (!options_.authorities.empty()) {
        const curl_blob authorities = blob(options_.authorities);
        set(easy, CURLOPT_CAINFO_BLOB, &authorities);
        set(easy, CURLOPT_CAPATH, static_cast<char*>(nullptr));
    }
    if (!options_.certificate.empty()) {
        const curl_blob certificate = blob(options_.certificate);
        const curl_blob key = blob(as_text(options_.key.view()));
        set(easy, CURLOPT_SSLCERT_BLOB, &certificate);
        set(easy, CURLOPT_SSLKEY_BLOB, &key);
    }
    curl_slist* addresses = nullptr;
    for (const AddressOverride& entry : options_.addresses) {
        const std::string text = fmt::format("{}:{}:{}", entry.host, entry.port, entry.address);
        addresses = curl_slist_append(addresses, text.c_str());
    }
    addresses_.reset(addresses);
    set(easy, CURLOPT_RESOLVE, addresses);
}

Result<CURLcode> CurlTransfer::drive() {
    CURLM* multi = lane_.multi.get();
    const std::stop_callback wake(request_.stop, [multi] { curl_multi_wakeup(multi); });
    started_ = std::chrono::steady_clock::now();
    heard_ = started_;
    while (true) {
        int running = 0;
        if (const CURLMcode code = curl_multi_perform(multi, &running); code != CURLM_OK) {
            return fail(ErrorCode::internal, curl_multi_strerror(code));
        }
        int left = 0;
        while (const CURLMsg* note = curl_multi_info_read(multi, &left)) {
            if (note->msg == CURLMSG_DONE) {
                return note->data.result;
            }
        }
        const SteadyTime now = std::chrono::steady_clock::now();
        TRY(check_limits(now));
        curl_multi_poll(multi, nullptr, 0, milliseconds_to_next_limit(now), nullptr);
    }
}

Result<void> CurlTransfer::check_limits(SteadyTime now) const {
    if (request_.stop.stop_requested()) {
        return fail(
            ErrorCode::interrupted, fmt::format("stopped: {} `{}`", request_.method, request_.url)
        );
    }
    const auto late = [&](std::string_view what, Duration limit) {
        return fail(
            ErrorCode::timeout,
            fmt::format(
                "{} from {} `{}` within {}",
                what,
                request_.method,
                request_.url,
                format_duration(limit)
            )
        );
    };
    if (request_.deadline > Duration() && now - started_ >= request_.deadline) {
        return late("no complete answer", request_.deadline);
    }
    if (request_.idle > Duration() && now - heard_ >= request_.idle) {
        return late("nothing more", request_.idle);
    }
    return {};
}

int CurlTransfer::milliseconds_to_next_limit(SteadyTime now) const {
    Duration wait = Duration(wait_ms_max);
    const auto until = [&](SteadyTime limit) { return std::chrono::ceil<Duration>(limit - now); };
    if (request_.deadline > Duration()) {
        wait = std::min(wait, until(started_ + request_.deadline));
    }
    if (request_.idle > Duration()) {
        wait = std::min(wait, until(heard_ + request_.idle));
    }
    return static_cast<int>(std::max(wait, Duration()).count());
}

std::unexpected<Error> CurlTransfer::failure(CURLcode code) const {
    return curl_failure(code, message_.data(), request_.url);
}

std::size_t CurlTransfer::on_header(char* bytes, std::size_t size, std::size_t count, void* self) {
    static_cast<CurlTransfer*>(self)->take_header({bytes, size * count});
    return size * count;
}

std::size_t CurlTransfer::on_body(char* bytes, std::size_t size, std::size_t count, void* self) {
    const bool goes_on = static_cast<CurlTransfer*>(self)->take_body({bytes, size * count});
    return goes_on ? size * count : CURL_WRITEFUNC_ERROR;
}

std::size_t CurlTransfer::on_read(char* out, std::size_t size, std::size_t count, void* self) {
    return static_cast<CurlTransfer*>(self)->give_body({out, size * count});
}

int CurlTransfer::on_seek(void* self, curl_off_t offset, int origin) {
    if (origin != SEEK_SET) {
        return CURL_SEEKFUNC_CANTSEEK;
    }
    static_cast<CurlTransfer*>(self)->uploaded_ = static_cast<std::uint64_t>(offset);
    return CURL_SEEKFUNC_OK;
}

int CurlTransfer::on_progress(
    void* self, curl_off_t /*all_in*/, curl_off_t /*in*/, curl_off_t /*all_out*/, curl_off_t out
) {
    auto* transfer = static_cast<CurlTransfer*>(self);
    // What the other side takes is as good as what it says: a slow uplink is no silence.
    if (std::exchange(transfer->sent_, out) != out) {
        transfer->heard_ = std::chrono::steady_clock::now();
    }
    return 0;
}

std::size_t CurlTransfer::give_body(std::span<char> out) {
    Result<std::size_t> got = request_.upload->read(uploaded_, out);
    if (got && *got == 0 && uploaded_ < request_.upload->size) {
        got = fail(
            ErrorCode::invalid,
            fmt::format(
                "the body of {} `{}` ends after {} of {} bytes",
                request_.method,
                request_.url,
                uploaded_,
                request_.upload->size
            )
        );
    }
    if (!got) {
        upload_error_ = std::move(got).error();
        return CURL_READFUNC_ABORT;
    }
    uploaded_ += *got;
    return *got;
}

void CurlTransfer::take_header(std::string_view line) {
    heard_ = std::chrono::steady_clock::now();
    while (!line.empty() && (line.back() == '\n' || line.back() == '\r' || line.back() == ' ')) {
        line.remove_suffix(1);
    }
    if (line.starts_with("HTTP/")) {
        // A new answer begins, perhaps after a `100 Continue`.
        response_.headers.clear();
        long status = 0;
        curl_easy_getinfo(lane_.easy.get(), CURLINFO_RESPONSE_CODE, &status);
        response_.status = static_cast<int>(status);
        return;
    }
    const std::size_t colon = line.find(':');
    if (colon == std::string_view::npos) {
        return;
    }
    std::string name(line.substr(0, colon));
    std::ranges::transform(name, name.begin(), [](unsigned char letter) {
        return static_cast<char>(std::tolower(letter));
    });
    line.remove_prefix(colon + 1);
    line.remove_prefix(std::min(line.find_first_not_of(' '), line.size()));
    response_.headers[name] = line;
}

void CurlTransfer::show_head() {
    if (receiver_ != nullptr && response_.is_success() && request_.on_head && !is_head_shown_) {
        is_head_shown_ = true;
        is_over_ = !request_.on_head(response_);
    }
}

bool CurlTransfer::take_body(std::string_view piece) {
    heard_ = std::chrono::steady_clock::now();
    if (receiver_ != nullptr && response_.is_success()) {
        show_head();
        is_over_ = is_over_ || !(*receiver_)(piece);
        return !is_over_;
    }
    is_too_long_ = piece.size() > request_.body_max - response_.body.size();
    if (!is_too_long_) {
        response_.body += piece;
    }
    return !is_too_long_;
}

} // namespace ducksnest::io
