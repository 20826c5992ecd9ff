#include "aws/ec2.h"

#include "aws/ec2_error.h"
#include "aws/ec2_instance.h"

#include <algorithm>
#include <array>
#include <utility>

namespace ducksnest::aws {
namespace {

constexpr std::string_view version = "2016-11-15";

/// Appends `Filter.n.Name` and its values; "" values are not filters.
class Filters {
public:
    explicit Filters(Query& query)
        : query_(query) {}

    void add(const std::string& name, const std::vector<std::string>& values) {
        if (values.empty()) {
            return;
        }
        const std::string filter = "Filter." + std::to_string(++count_);
        query_.emplace_back(filter + ".Name", name);
        for (std::size_t i = 0; i < values.size(); ++i) {
            query_.emplace_back(filter + ".Value." + std::to_string(i + 1), values[i]);
        }
    }

private:
    Query& query_;
    int count_ = 0;
};

void add_tags(Query& query, const CloudTags& tags) {
    if (tags.empty()) {
        return;
    }
    constexpr std::array kinds = {"instance", "volume", "network-interface"};
    for (std::size_t i = 0; i < kinds.size(); ++i) {
        const std::string specification = "TagSpecification." + std::to_string(i + 1);
        query.emplace_back(specification + ".ResourceType", kinds[i]);
        int number = 0;
        for (const auto& [key, value] : tags) {
            const std::string tag = specification + ".Tag." + std::to_string(++number);
            query.emplace_back(tag + ".Key", key);
            query.emplace_back(tag + ".Value", value);
        }
    }
}

CloudError broken_answer(const std::string& action, Error error) {
    error.context.emplace_back("reading the answer to ec2 " + action);
    return {.trouble = CloudTrouble::unknown, .error = std::move(error)};
}

/// Amazon EC2 API Reference, "RunInstances": a token is 1 to 64 ASCII characters.
std::optional<CloudError> refuse_order(const LaunchOrder& order) {
    const auto refuse = [](std::string message) {
        return CloudError{
            .trouble = CloudTrouble::invalid,
            .error = {.code = ErrorCode::invalid, .message = std::move(message)},
        };
    };
    const bool is_token =
        !order.token.empty() && order.token.size() <= 64 &&
        std::ranges::all_of(order.token, [](char letter) { return letter > ' ' && letter <= '~'; });
    if (!is_token) {
        return refuse("`" + order.token + "` is no client token: 1 to 64 ASCII characters");
    }
    if (order.launch_template.empty()) {
        return refuse("the order `" + order.token + "` names no launch template");
    }
    return std::nullopt;
}

} // namespace

Ec2Cloud::Ec2Cloud(const Ec2Options& options, const ServiceDoors& doors)
    : caller_(
          {.protocol = ApiProtocol::query,
           .service = "ec2",
           .region = options.region,
           .endpoint = options.endpoint,
           .retry = options.retry},
          doors
      )
    , page_size_(options.page_size)
    , stop_(options.stop) {}

CloudResult<XmlElement>
Ec2Cloud::call(const std::string& action, const std::string& subject, const Query& parameters) {
    Query form = parameters;
    form.emplace_back("Action", action);
    form.emplace_back("Version", version);
    ApiResult answer = caller_.call({
        .operation = action,
        .subject = subject,
        .headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
        .body = Secret(as_bytes(canonical_query(form))),
        .stop = stop_,
    });
    if (!answer) {
        return std::unexpected(to_cloud_error(std::move(answer).error()));
    }
    Result<XmlElement> root = parse_xml(answer->body);
    if (!root) {
        return std::unexpected(broken_answer(action, std::move(root).error()));
    }
    if (root->name != action + "Response") {
        return std::unexpected(broken_answer(
            action,
            {.code = ErrorCode::corrupt,
             .message = "`" + root->name + "` is no answer to `" + action + "`"}
        ));
    }
    return std::move(*root);
}

CloudResult<void> Ec2Cloud::call_pages(
    const std::string& action,
    Query parameters,
    const std::function<CloudResult<void>(const XmlElement& answer)>& take
) {
    std::string next;
    parameters.emplace_back("MaxResults", std::to_string(page_size_));
    do {
        Query page = parameters;
        if (!next.empty()) {
            page.emplace_back("NextToken", next);
        }
        const XmlElement answer = TRY(call(action, "", page));
        next = answer.get("nextToken");
        TRY(take(answer));
    } while (!next.empty());
    return {};
}

CloudResult<Instance> Ec2Cloud::run(const LaunchOrder& order) {
    if (std::optional<CloudError> refusal = refuse_order(order)) {
        return std::unexpected(std::move(*refusal));
    }
    Query query = {
        {"MinCount", "1"},
        {"MaxCount", "1"},
        {"ClientToken", order.token},
        {"LaunchTemplate.LaunchTemplateName", order.launch_template},
        {"LaunchTemplate.Version", order.template_version},
    };
    for (const auto& [name, value] :
         {std::pair{"InstanceType", &order.instance_type},
          std::pair{"SubnetId", &order.subnet},
          std::pair{"PrivateIpAddress", &order.address}}) {
        if (!value->empty()) {
            query.emplace_back(name, *value);
        }
    }
    add_tags(query, order.tags);
    const XmlElement answer = TRY(call("RunInstances", order.token, query));
    Result<std::vector<Instance>> made = read_reservation(answer);
    if (made && made->size() == 1) {
        return std::move(made->front());
    }
    return std::unexpected(broken_answer(
        "RunInstances",
        made ? Error{.code = ErrorCode::corrupt, .message = "it does not hold one instance"}
             : std::move(made).error()
    ));
}

CloudResult<std::vector<Instance>> Ec2Cloud::describe(const InstanceQuery& query) {
    Query parameters;
    Filters filters(parameters);
    // A filter, because `InstanceId.n` fails as a whole for an id that is not known (yet).
    filters.add("instance-id", query.ids);
    for (const auto& [key, value] : query.tags) {
        filters.add("tag:" + key, {value});
    }
    std::vector<std::string> states;
    states.reserve(query.states.size());
    for (const InstanceState state : query.states) {
        states.emplace_back(to_string(state));
    }
    filters.add("instance-state-name", states);
    std::vector<Instance> found;
    const auto take = [&](const XmlElement& answer) -> CloudResult<void> {
        Result<std::vector<Instance>> page = read_reservations(answer);
        if (!page) {
            return std::unexpected(broken_answer("DescribeInstances", std::move(page).error()));
        }
        std::ranges::move(*page, std::back_inserter(found));
        return {};
    };
    TRY(call_pages("DescribeInstances", std::move(parameters), take));
    std::ranges::sort(found, {}, &Instance::id);
    // A machine may stand on two pages when the listing changed in between.
    const auto twins = std::ranges::unique(found, {}, &Instance::id);
    found.erase(twins.begin(), twins.end());
    return found;
}

CloudResult<std::vector<std::string>> Ec2Cloud::terminate(const std::vector<std::string>& ids) {
    std::vector<std::string> ended;
    // One by one: a call with several ends none of them when one is not known.
    for (const std::string& id : ids) {
        CloudResult<XmlElement> answer = call("TerminateInstances", id, {{"InstanceId.1", id}});
        if (answer) {
            ended.push_back(id);
        } else if (answer.error().error.code != ErrorCode::not_found) {
            return std::unexpected(std::move(answer).error());
        }
    }
    std::ranges::sort(ended);
    return ended;
}

CloudResult<std::vector<InstanceOffering>> Ec2Cloud::offerings(const std::vector<std::string>& types
) {
    Query parameters = {{"LocationType", "availability-zone"}};
    Filters(parameters).add("instance-type", types);
    std::vector<InstanceOffering> found;
    const auto take = [&](const XmlElement& answer) -> CloudResult<void> {
        const XmlElement* list = answer.find("instanceTypeOfferingSet");
        for (const XmlElement& item :
             list == nullptr ? std::vector<XmlElement>() : list->children) {
            found.push_back(
                {.type = std::string(item.get("instanceType")),
                 .zone = std::string(item.get("location"))}
            );
        }
        return {};
    };
    TRY(call_pages("DescribeInstanceTypeOfferings", std::move(parameters), take));
    std::ranges::sort(found);
    return found;
}

} // namespace ducksnest::aws
