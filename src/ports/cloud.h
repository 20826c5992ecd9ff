#pragma once

#include "base/result.h"
#include "base/time.h"

#include <cstdint>
#include <expected>
#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest {

/// What a cloud's refusal means to whoever wants a machine from it.
enum class CloudTrouble : std::uint8_t {
    no_capacity,    ///< None of this type in this zone now: another type or zone may have one.
    not_offered,    ///< This type is never had in this zone.
    quota,          ///< The account may not have more, until somebody has it raised.
    address_in_use, ///< The wanted address belongs to a machine that is still there.
    throttled,      ///< Too many calls for longer than we repeat them; nothing was done.
    denied,         ///< We may not, or nobody knows us: a person has to act.
    invalid,        ///< The order is wrong; it will never succeed as it is.
    token_differs,  ///< The token was used before, for a different order.
    token_spent,    ///< The token's machine is terminated already: take a new token.
    unknown,        ///< Nobody knows whether it was done: ask again with the same token.
    interrupted,    ///< We were told to stop; what was sent before may be done.
};
/// "no-capacity", "token-differs".
std::string_view to_string(CloudTrouble trouble);

struct CloudError {
    CloudTrouble trouble = CloudTrouble::unknown;
    Error error{};
};

/// A value, or why the cloud gave none.
template <class T>
class [[nodiscard]] CloudResult : public std::expected<T, CloudError> {
public:
    // Inherited constructors move what they take.
    using std::expected<T, CloudError>::expected; // NOLINT(*-param-not-moved)

    /// For callers to whom every refusal is the same.
    Result<T> plain() && {
        if (!this->has_value()) {
            return std::unexpected(std::move(this->error().error));
        }
        if constexpr (std::is_void_v<T>) {
            return {};
        } else {
            return std::move(**this);
        }
    }
};

using CloudTags = std::map<std::string, std::string>;

/// One machine, as a launch template describes it, with what this one has of its own.
struct LaunchOrder {
    /// At most 64 ASCII characters; orders with the same token become one machine however often
    /// they are sent. A token holds within one zone: never use it again with a subnet elsewhere.
    std::string token{};
    std::string launch_template{};             ///< Its name.
    std::string template_version = "$Default"; ///< A number, "$Default" or "$Latest".
    std::string instance_type{};               ///< "" takes the template's, as do the next two.
    std::string subnet{};
    std::string address{}; ///< IPv4, in the subnet.
    CloudTags tags{};      ///< On the machine, its volumes and interfaces from their first moment.
};

enum class InstanceState : std::uint8_t {
    pending,
    running,
    shutting_down,
    terminated, ///< Still listed for about an hour.
    stopping,
    stopped,
};
/// "shutting-down".
std::string_view to_string(InstanceState state);

struct Instance {
    std::string id{};
    InstanceState state = InstanceState::pending;
    std::string state_reason{}; ///< "Client.UserInitiatedShutdown: …"; often "".
    std::string type{};
    std::string zone{};
    std::string subnet{};
    std::string address{}; ///< Private; "" once terminated.
    std::string token{};
    Instant launched{};
    CloudTags tags{}; ///< Without the cloud's own.

    /// Whether it costs money, or soon will.
    bool is_alive() const {
        return state != InstanceState::terminated && state != InstanceState::shutting_down;
    }
};

/// All that is set must hold. Without anything: every machine of the region.
struct InstanceQuery {
    std::vector<std::string> ids{};
    CloudTags tags{};
    std::vector<InstanceState> states{};
};

/// A type that can be ordered in a zone; says nothing about whether one is free now.
struct InstanceOffering {
    std::string type{};
    std::string zone{};

    auto operator<=>(const InstanceOffering&) const = default;
};

/// The machines of one account in one region. Safe to call from several threads at once.
///
/// The cloud is eventually consistent: what `run` has answered may be missing from `describe` for
/// seconds, rarely minutes, and what was terminated may still be shown alive. So absence proves
/// nothing soon after a launch; the token does: `run` again with it returns the machine. Tags are
/// there as soon as the machine is (Amazon EC2 Developer Guide, "Eventual consistency in the Amazon
/// EC2 API", "Ensuring idempotency in Amazon EC2 API requests").
class Cloud {
public:
    virtual ~Cloud() = default;
    /// Launches one machine, or finds the one that the token has already. Repeats by itself what
    /// passes by itself; `unknown` when it did not pass. The machine may have been terminated
    /// since: look at its state.
    virtual CloudResult<Instance> run(const LaunchOrder& order) = 0;
    /// Sorted by id. Ids that nobody knows are left out.
    virtual CloudResult<std::vector<Instance>> describe(const InstanceQuery& query) = 0;
    /// Sorted ids whose end has begun or been before. Ids that nobody knows (any more) are left
    /// out; repeating it is safe.
    virtual CloudResult<std::vector<std::string>> terminate(const std::vector<std::string>& ids
    ) = 0;
    /// Where each of these types can be had; sorted.
    virtual CloudResult<std::vector<InstanceOffering>>
    offerings(const std::vector<std::string>& types) = 0;
};

} // namespace ducksnest
