#include "support/fault_proxy.h"

#include "support/http_filter.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <deque>
#include <optional>
#include <set>
#include <stdexcept>

namespace ducksnest::testing {
namespace {

using SteadyClock = std::chrono::steady_clock;
using SteadyTime = SteadyClock::time_point;

/// What may be on its way in one direction: enough for 64 connections at 30 ms and 1 GB/s.
constexpr std::size_t queue_max = 2UL << 20U;
constexpr std::size_t read_size = 256UL * 1024;

void set_option(int socket, int level, int name, int value) {
    setsockopt(socket, level, name, &value, sizeof(value));
}

struct Chunk {
    SteadyTime due{};
    std::string bytes{};
    std::size_t sent = 0;
};

/// One direction of a connection.
struct Pipe {
    int from = -1;
    int to = -1;
    std::deque<Chunk> queue{};
    std::size_t queued = 0;
    bool is_blocked = false;                  ///< `to` takes no more; it wakes us when it does.
    bool is_ended = false;                    ///< `from` has sent its last byte.
    SteadyTime ended_at{};                    ///< When `to` hears of that.
    bool is_finished = false;                 ///< `to` has heard of it.
    bool is_deaf = false;                     ///< Who it leads to takes no more.
    std::optional<HttpFilter::Action> last{}; ///< What comes behind the queue.
};

struct Link {
    Pipe up{};
    Pipe down{};
    std::optional<HttpFilter> filter{};
};

} // namespace

/// The thread of a proxy.
class ProxyLoop {
public:
    explicit ProxyLoop(FaultProxy& proxy)
        : proxy_(proxy)
        , epoll_(epoll_create1(EPOLL_CLOEXEC))
        , buffer_(read_size, '\0') {
        watch(proxy_.listener_, EPOLLIN, nullptr);
        watch(proxy_.wake_, EPOLLIN, nullptr);
    }
    ~ProxyLoop() {
        while (!links_.empty()) {
            drop(*links_.begin(), false);
        }
        close(epoll_);
    }
    ProxyLoop(const ProxyLoop&) = delete;
    ProxyLoop& operator=(const ProxyLoop&) = delete;

    void run() {
        std::array<epoll_event, 128> events{};
        while (true) {
            const int count = epoll_wait(
                epoll_, events.data(), static_cast<int>(events.size()), milliseconds_to_next()
            );
            for (int i = 0; i < count; ++i) {
                Link* link = static_cast<Link*>(events[static_cast<std::size_t>(i)].data.ptr);
                if (link == nullptr) {
                    if (is_stopped()) {
                        return;
                    }
                    accept_all();
                } else if (links_.contains(link)) {
                    take_all(*link);
                }
            }
            send_due();
        }
    }

private:
    void watch(int file, std::uint32_t events, Link* link) const {
        epoll_event event{};
        event.events = events;
        event.data.ptr = link;
        epoll_ctl(epoll_, EPOLL_CTL_ADD, file, &event);
    }

    bool is_stopped() const {
        std::uint64_t value = 0;
        return read(proxy_.wake_, &value, sizeof(value)) == sizeof(value);
    }

    void accept_all() {
        while (true) {
            const int client =
                accept4(proxy_.listener_, nullptr, nullptr, SOCK_CLOEXEC | SOCK_NONBLOCK);
            if (client < 0) {
                return;
            }
            const int server = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
            sockaddr_in address{};
            address.sin_family = AF_INET;
            address.sin_port = htons(static_cast<std::uint16_t>(proxy_.options_.port));
            address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
            // Loopback answers at once or never.
            if (connect(server, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) {
                close(server);
                close(client);
                continue;
            }
            ++proxy_.connections_;
            auto* link = new Link; // Owned by links_, freed in drop().
            links_.insert(link);
            link->up = {.from = client, .to = server};
            link->down = {.from = server, .to = client};
            if (proxy_.options_.faults) {
                link->filter.emplace([this](ProxiedRequest request) {
                    request.number = proxy_.requests_++;
                    return proxy_.options_.faults(request);
                });
            }
            for (const int file : {client, server}) {
                set_option(file, IPPROTO_TCP, TCP_NODELAY, 1);
                // Edges, because a full queue leaves bytes unread.
                watch(file, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET, link);
            }
        }
    }

    void drop(Link* link, bool is_reset) {
        if (is_reset) {
            const linger at_once = {.l_onoff = 1, .l_linger = 0};
            setsockopt(link->up.from, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
        }
        close(link->up.from);
        close(link->up.to);
        links_.erase(link);
        delete link;
    }

    void put(Pipe& pipe, std::string bytes) const {
        if (!bytes.empty() && !pipe.is_deaf) {
            pipe.queued += bytes.size();
            pipe.queue.push_back(
                {.due = SteadyClock::now() + proxy_.options_.delay, .bytes = std::move(bytes)}
            );
        }
    }

    void route(Link& link, Pipe& pipe, std::string_view bytes) const {
        if (!link.filter) {
            put(pipe, std::string(bytes));
            return;
        }
        HttpFilter::Output out =
            &pipe == &link.up ? link.filter->from_client(bytes) : link.filter->from_server(bytes);
        put(link.up, std::move(out.to_server));
        put(link.down, std::move(out.to_client));
        if (out.action != HttpFilter::Action::pass) {
            link.down.last = out.action;
        }
    }

    void take_all(Link& link) {
        for (Pipe* pipe : {&link.up, &link.down}) {
            while (!pipe->is_ended && !link.down.last && pipe->queued < queue_max) {
                const ssize_t got = recv(pipe->from, buffer_.data(), buffer_.size(), MSG_DONTWAIT);
                if (got > 0) {
                    const auto count = static_cast<std::size_t>(got);
                    (pipe == &link.up ? proxy_.bytes_up_ : proxy_.bytes_down_) += count;
                    route(link, *pipe, std::string_view(buffer_).substr(0, count));
                    continue;
                }
                if (got < 0 && (errno == EAGAIN || errno == EINTR)) {
                    break;
                }
                pipe->is_ended = true;
                pipe->ended_at = SteadyClock::now() + proxy_.options_.delay;
            }
        }
    }

    /// A server may refuse before it has heard everything. What it said goes to the client, who is
    /// heard out, for a connection that is closed on unread bytes takes the answer with it.
    static void give_up_sending(Pipe& pipe) {
        pipe.queue.clear();
        pipe.queued = 0;
        pipe.is_deaf = true;
        pipe.is_finished = true;
    }

    /// False when the link is gone.
    bool send_pipe(Link& link, Pipe& pipe, SteadyTime now) {
        if (link.up.is_deaf && link.up.is_ended && link.down.is_finished) {
            drop(&link, false);
            return false;
        }
        pipe.is_blocked = false;
        while (!pipe.queue.empty() && pipe.queue.front().due <= now) {
            Chunk& chunk = pipe.queue.front();
            const ssize_t sent = send(
                pipe.to,
                chunk.bytes.data() + chunk.sent,
                chunk.bytes.size() - chunk.sent,
                MSG_DONTWAIT | MSG_NOSIGNAL
            );
            if (sent < 0) {
                if (errno == EAGAIN || errno == EINTR) {
                    pipe.is_blocked = true;
                    return true;
                }
                if (&pipe == &link.up) {
                    give_up_sending(pipe);
                    take_all(link);
                    return true;
                }
                drop(&link, false);
                return false;
            }
            chunk.sent += static_cast<std::size_t>(sent);
            pipe.queued -= static_cast<std::size_t>(sent);
            if (chunk.sent == chunk.bytes.size()) {
                pipe.queue.pop_front();
            }
        }
        if (pipe.queue.empty() && &pipe == &link.down && pipe.last) {
            drop(&link, *pipe.last == HttpFilter::Action::reset);
            return false;
        }
        if (pipe.queue.empty() && pipe.is_ended && !pipe.is_finished && pipe.ended_at <= now) {
            shutdown(pipe.to, SHUT_WR);
            pipe.is_finished = true;
            const bool may_listen = link.up.is_deaf && !link.up.is_ended;
            if (link.up.is_finished && link.down.is_finished && !may_listen) {
                drop(&link, false);
                return false;
            }
        }
        return true;
    }

    void send_due() {
        const SteadyTime now = SteadyClock::now();
        for (auto it = links_.begin(); it != links_.end();) {
            Link* link = *it++;
            const bool was_full = link->up.queued >= queue_max || link->down.queued >= queue_max;
            if (send_pipe(*link, link->up, now) && send_pipe(*link, link->down, now) && was_full) {
                // The edge that said there is more has gone by.
                take_all(*link);
            }
        }
    }

    int milliseconds_to_next() const {
        std::optional<SteadyTime> next;
        const auto note = [&](SteadyTime time) { next = next ? std::min(*next, time) : time; };
        const SteadyTime now = SteadyClock::now();
        for (const Link* link : links_) {
            for (const Pipe* pipe : {&link->up, &link->down}) {
                if (!pipe->queue.empty() && !pipe->is_blocked) {
                    note(pipe->queue.front().due);
                }
                if (pipe->queue.empty() && pipe->is_ended && !pipe->is_finished) {
                    note(pipe->ended_at);
                }
                if (pipe->queue.empty() && pipe->last) {
                    note(now);
                }
            }
        }
        if (!next) {
            return -1;
        }
        const auto wait = std::chrono::ceil<std::chrono::milliseconds>(*next - now);
        return static_cast<int>(std::max<std::int64_t>(wait.count(), 0));
    }

    FaultProxy& proxy_;
    int epoll_;
    std::string buffer_;
    std::set<Link*> links_{};
};

FaultProxy::FaultProxy(ProxyOptions options)
    : options_(std::move(options))
    , listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0))
    , wake_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* generic = reinterpret_cast<sockaddr*>(&address);
    constexpr int backlog = 1024;
    if (bind(listener_, generic, size) != 0 || listen(listener_, backlog) != 0 ||
        getsockname(listener_, generic, &size) != 0) {
        throw std::runtime_error("cannot listen on loopback");
    }
    port_ = ntohs(address.sin_port);
    thread_ = std::thread([this] { ProxyLoop(*this).run(); });
}

FaultProxy::~FaultProxy() {
    const std::uint64_t one = 1;
    static_cast<void>(write(wake_, &one, sizeof(one)) == sizeof(one));
    thread_.join();
    close(listener_);
    close(wake_);
}

} // namespace ducksnest::testing
