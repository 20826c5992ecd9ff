#pragma once

#include "io/curl_handle.h"
#include "io/curl_http.h"

#include <array>
#include <chrono>
#include <cstdint>
#include <optional>
#include <span>

namespace ducksnest::io {

/// One exchange on a lane: set up, driven to its end, and taken off the lane again.
class CurlTransfer {
public:
    /// All four must outlive the transfer; `receiver` may be null.
    CurlTransfer(
        CurlLane& lane,
        const HttpOptions& options,
        const HttpRequest& request,
        const HttpReceiver* receiver
    );

    Result<HttpResponse> run();

private:
    using SteadyTime = std::chrono::steady_clock::time_point;

    void set_up();
    void set_up_body();
    void set_up_upload();
    void set_up_trust();
    /// Ends with libcurl's verdict on the transfer.
    Result<CURLcode> drive();
    Result<void> check_limits(SteadyTime now) const;
    int milliseconds_to_next_limit(SteadyTime now) const;
    std::unexpected<Error> failure(CURLcode code) const;

    static std::size_t on_header(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_body(char* bytes, std::size_t size, std::size_t count, void* self);
    static std::size_t on_read(char* out, std::size_t size, std::size_t count, void* self);
    static int on_seek(void* self, curl_off_t offset, int origin);
    static int
    on_progress(void* self, curl_off_t all_in, curl_off_t in, curl_off_t all_out, curl_off_t out);
    std::size_t give_body(std::span<char> out);
    void take_header(std::string_view line);
    /// Lets the caller see status and headers, once.
    void show_head();
    bool take_body(std::string_view piece);

    CurlLane& lane_;
    const HttpOptions& options_;
    const HttpRequest& request_;
    const HttpReceiver* receiver_;
    CurlList headers_{};
    CurlList addresses_{};
    std::array<char, CURL_ERROR_SIZE> message_{};
    HttpResponse response_{};
    SteadyTime started_{};
    SteadyTime heard_{};         ///< When a byte last went in or out.
    std::uint64_t uploaded_ = 0; ///< Where the next read of the body begins.
    curl_off_t sent_ = 0;
    std::optional<Error> upload_error_{};
    bool is_head_shown_ = false;
    bool is_over_ = false; ///< The receiver has had enough.
    bool is_too_long_ = false;
};

} // namespace ducksnest::io
