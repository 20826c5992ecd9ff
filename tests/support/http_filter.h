#pragma once

#include "support/fault_proxy.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace ducksnest::testing {

/// Follows one connection's HTTP and applies faults to it. Bytes go in, changed bytes come out.
class HttpFilter {
public:
    /// What the connection must do besides passing bytes on.
    enum class Action : std::uint8_t { pass, reset, close };

    struct Output {
        std::string to_server{};
        std::string to_client{};
        Action action = Action::pass; ///< After the bytes have gone out.
    };

    using Decide = std::function<Fault(ProxiedRequest request)>;

    explicit HttpFilter(Decide decide)
        : decide_(std::move(decide)) {}

    Output from_client(std::string_view bytes);
    Output from_server(std::string_view bytes);

private:
    /// One direction: a head, then so many bytes of body, and again.
    struct Stream {
        std::string head{};
        bool is_in_body = false;
        std::uint64_t left = 0;
        std::uint64_t at = 0; ///< In the body.

        /// Takes bytes up to the end of the head; the whole head once it is there.
        std::optional<std::string> take_head(std::string_view& bytes);
        std::string_view take_body(std::string_view& bytes);
    };

    void begin_request(const std::string& head, Output& out);
    void begin_reply(const std::string& head, Output& out);

    Decide decide_;
    Stream request_{};
    Stream reply_{};
    Fault fault_{};
    bool is_head_method_ = false;
};

} // namespace ducksnest::testing
