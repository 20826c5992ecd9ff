#include "sim/memory_cloud.h"

#include <fmt/format.h>

#include <algorithm>
#include <utility>

namespace ducksnest::sim {
namespace {

std::unexpected<CloudError> refuse(CloudTrouble trouble, ErrorCode code, std::string message) {
    return std::unexpected(
        CloudError{.trouble = trouble, .error = {.code = code, .message = std::move(message)}}
    );
}

std::unexpected<CloudError> invalid(std::string message) {
    return refuse(CloudTrouble::invalid, ErrorCode::invalid, std::move(message));
}

bool is_same_order(const LaunchOrder& a, const LaunchOrder& b) {
    const auto parts = [](const LaunchOrder& order) {
        return std::tie(
            order.launch_template,
            order.template_version,
            order.instance_type,
            order.subnet,
            order.address,
            order.tags
        );
    };
    return parts(a) == parts(b);
}

bool is_token(const std::string& token) {
    constexpr std::size_t token_max = 64;
    return !token.empty() && token.size() <= token_max &&
           std::ranges::all_of(token, [](char letter) { return letter > ' ' && letter <= '~'; });
}

bool matches(const Instance& instance, const InstanceQuery& query) {
    const auto is_among = [](const auto& list, const auto& value) {
        return list.empty() || std::ranges::find(list, value) != list.end();
    };
    return is_among(query.ids, instance.id) && is_among(query.states, instance.state) &&
           std::ranges::all_of(query.tags, [&](const auto& tag) {
               const auto found = instance.tags.find(tag.first);
               return found != instance.tags.end() && found->second == tag.second;
           });
}

} // namespace

CloudResult<MemoryCloud::Luck> MemoryCloud::begin(std::string_view call) {
    if (interruption_) {
        interruption_(call);
    }
    const std::scoped_lock lock(mutex_);
    if (prng_.chance(faults_.throttled)) {
        return refuse(
            CloudTrouble::throttled,
            ErrorCode::unavailable,
            fmt::format("{} failed: 503 RequestLimitExceeded", call)
        );
    }
    if (prng_.chance(faults_.lost_request)) {
        return refuse(
            CloudTrouble::unknown, ErrorCode::unavailable, fmt::format("{} was not answered", call)
        );
    }
    return prng_.chance(faults_.lost_reply) ? Luck::lost_reply : Luck::good;
}

Instance MemoryCloud::as_of(const Machine& machine, Instant when) const {
    Instance seen = machine.instance;
    if (machine.ended && *machine.ended <= when) {
        const bool is_over = when - *machine.ended >= world_.shutdown;
        seen.state = is_over ? InstanceState::terminated : InstanceState::shutting_down;
        seen.state_reason = "Client.UserInitiatedShutdown: User initiated shutdown";
        if (is_over) {
            seen.address.clear();
        }
    } else {
        const bool is_up = when - seen.launched >= world_.boot;
        seen.state = is_up ? InstanceState::running : InstanceState::pending;
    }
    return seen;
}

bool MemoryCloud::is_address_free(const std::string& address) const {
    const Instant now = clock_.now();
    return std::ranges::none_of(machines_, [&](const auto& entry) {
        return as_of(entry.second, now).address == address;
    });
}

CloudResult<std::string>
MemoryCloud::choose_address(const LaunchOrder& order, const std::string& subnet_name) const {
    const net::Cidr& cidr = world_.subnets.at(subnet_name).cidr;
    if (!order.address.empty()) {
        const Result<net::Address> wanted = net::parse_address(order.address);
        if (!wanted || !cidr.contains(*wanted)) {
            return invalid(fmt::format("`{}` is not in {}", order.address, net::to_string(cidr)));
        }
        if (!is_address_free(order.address)) {
            return refuse(
                CloudTrouble::address_in_use,
                ErrorCode::conflict,
                fmt::format("address {} is in use", order.address)
            );
        }
        return order.address;
    }
    constexpr std::uint32_t reserved = 4; // Amazon VPC User Guide, "Subnet CIDR blocks".
    for (auto offset = reserved; offset + 1 < cidr.size(); ++offset) {
        std::string address = net::to_string(cidr.at(offset));
        if (is_address_free(address)) {
            return address;
        }
    }
    return refuse(
        CloudTrouble::no_capacity,
        ErrorCode::unavailable,
        fmt::format("the subnet `{}` has no free address", subnet_name)
    );
}

CloudResult<Instance> MemoryCloud::repeat(const Machine& machine, const LaunchOrder& order) const {
    if (!is_same_order(machine.order, order)) {
        return refuse(
            CloudTrouble::token_differs,
            ErrorCode::conflict,
            fmt::format("the token `{}` was used for another order", order.token)
        );
    }
    Instance instance = as_of(machine, clock_.now());
    if (instance.state == InstanceState::terminated) {
        return refuse(
            CloudTrouble::token_spent,
            ErrorCode::conflict,
            fmt::format("the machine of the token `{}` is terminated", order.token)
        );
    }
    return instance;
}

CloudResult<Instance> MemoryCloud::launch(const LaunchOrder& order) {
    if (!is_token(order.token)) {
        return invalid(fmt::format("`{}` is no client token", order.token));
    }
    const auto pattern = world_.templates.find(order.launch_template);
    if (pattern == world_.templates.end()) {
        return invalid(fmt::format("there is no launch template `{}`", order.launch_template));
    }
    const CloudTemplate& base = pattern->second;
    const std::string& subnet_name = order.subnet.empty() ? base.subnet : order.subnet;
    const auto subnet = world_.subnets.find(subnet_name);
    if (subnet == world_.subnets.end()) {
        return invalid(fmt::format("there is no subnet `{}`", subnet_name));
    }
    const std::string& zone = subnet->second.zone;
    const auto known = tokens_.find({zone, order.token});
    if (known != tokens_.end()) {
        return repeat(machines_.at(known->second), order);
    }
    const std::string& type =
        order.instance_type.empty() ? base.instance_type : order.instance_type;
    const auto capacity = world_.capacity.find({.type = type, .zone = zone});
    if (capacity == world_.capacity.end()) {
        return refuse(
            CloudTrouble::not_offered,
            ErrorCode::invalid,
            fmt::format("{} is not offered in {}", type, zone)
        );
    }
    const Instant now = clock_.now();
    const auto alive = std::ranges::count_if(machines_, [&](const auto& entry) {
        return as_of(entry.second, now).is_alive();
    });
    if (alive >= world_.quota) {
        return refuse(
            CloudTrouble::quota,
            ErrorCode::invalid,
            fmt::format("the account may have {} machines", world_.quota)
        );
    }
    std::string address = TRY(choose_address(order, subnet_name));
    if (capacity->second == 0) {
        return refuse(
            CloudTrouble::no_capacity,
            ErrorCode::unavailable,
            fmt::format("{} has no {} now", zone, type)
        );
    }
    --capacity->second;
    Machine machine = {
        .instance =
            {.id = fmt::format("i-{:017x}", machines_.size() + 1),
             .type = type,
             .zone = zone,
             .subnet = subnet_name,
             .address = std::move(address),
             .token = order.token,
             .launched = now,
             .tags = order.tags},
        .order = order,
    };
    tokens_[{zone, order.token}] = machine.instance.id;
    return as_of(machines_.emplace(machine.instance.id, machine).first->second, now);
}

CloudResult<Instance> MemoryCloud::run(const LaunchOrder& order) {
    const Luck luck = TRY(begin("run"));
    const std::scoped_lock lock(mutex_);
    CloudResult<Instance> made = launch(order);
    if (luck == Luck::lost_reply) {
        return refuse(CloudTrouble::unknown, ErrorCode::timeout, "the answer to run was lost");
    }
    return made;
}

CloudResult<std::vector<Instance>> MemoryCloud::describe(const InstanceQuery& query) {
    const Luck luck = TRY(begin("describe"));
    if (luck == Luck::lost_reply) {
        return refuse(CloudTrouble::unknown, ErrorCode::timeout, "the answer to describe was lost");
    }
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_.now();
    const Instant seen_at = now - world_.consistency;
    std::vector<Instance> found;
    for (const auto& [id, machine] : machines_) {
        const bool is_forgotten = machine.ended && now - *machine.ended >= world_.kept;
        if (machine.instance.launched > seen_at || is_forgotten) {
            continue;
        }
        Instance seen = as_of(machine, seen_at);
        if (matches(seen, query)) {
            found.push_back(std::move(seen));
        }
    }
    return found;
}

CloudResult<std::vector<std::string>> MemoryCloud::terminate(const std::vector<std::string>& ids) {
    const Luck luck = TRY(begin("terminate"));
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_.now();
    std::set<std::string> ended;
    for (const std::string& id : ids) {
        const auto found = machines_.find(id);
        if (found == machines_.end()) {
            continue;
        }
        Machine& machine = found->second;
        if (!machine.ended) {
            machine.ended = now;
            ++world_.capacity[{.type = machine.instance.type, .zone = machine.instance.zone}];
        }
        ended.insert(id);
    }
    if (luck == Luck::lost_reply) {
        return refuse(
            CloudTrouble::unknown, ErrorCode::timeout, "the answer to terminate was lost"
        );
    }
    return std::vector<std::string>(ended.begin(), ended.end());
}

CloudResult<std::vector<InstanceOffering>>
MemoryCloud::offerings(const std::vector<std::string>& types) {
    const Luck luck = TRY(begin("offerings"));
    if (luck == Luck::lost_reply) {
        return refuse(
            CloudTrouble::unknown, ErrorCode::timeout, "the answer to offerings was lost"
        );
    }
    const std::scoped_lock lock(mutex_);
    std::vector<InstanceOffering> found;
    for (const auto& [offering, count] : world_.capacity) {
        if (types.empty() || std::ranges::find(types, offering.type) != types.end()) {
            found.push_back(offering);
        }
    }
    return found;
}

void MemoryCloud::set_faults(CloudFaults faults) {
    const std::scoped_lock lock(mutex_);
    faults_ = faults;
}

void MemoryCloud::set_capacity(const InstanceOffering& offering, std::int64_t count) {
    const std::scoped_lock lock(mutex_);
    world_.capacity[offering] = count;
}

std::vector<Instance> MemoryCloud::all() const {
    const std::scoped_lock lock(mutex_);
    const Instant now = clock_.now();
    std::vector<Instance> everything;
    everything.reserve(machines_.size());
    for (const auto& [id, machine] : machines_) {
        everything.push_back(as_of(machine, now));
    }
    return everything;
}

} // namespace ducksnest::sim
