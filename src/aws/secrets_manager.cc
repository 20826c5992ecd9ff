#include "aws/secrets_manager.h"

#include "base/encoding.h"
#include "base/secret_json.h"

#include <algorithm>
#include <array>

namespace ducksnest::aws {
namespace {

constexpr std::string_view target_prefix = "secretsmanager.";

std::string request_of(const std::string& name) {
    return Json::object({{"SecretId", name}}).dump();
}

/// JSON with a value that must leave no copy behind.
Secret put_request(const std::string& name, const std::string& token, const Secret& value) {
    const std::string head =
        Json::object({{"ClientRequestToken", token}, {"SecretId", name}}).dump();
    const Secret text = secret_json_text(value);
    Bytes body;
    body.reserve(head.size() + text.size() + 32);
    append(body, as_bytes(head).first(head.size() - 1));
    append(body, as_bytes(R"(,"SecretString":)"));
    append(body, text.view());
    body.push_back('}');
    return Secret(std::move(body));
}

/// Whichever form the value has; nothing when it has none.
Result<std::optional<Secret>> read_value(std::string_view answer) {
    if (auto text = TRY(read_secret_member(answer, "SecretString"))) {
        return text;
    }
    const auto encoded = TRY(read_secret_member(answer, "SecretBinary"));
    if (!encoded) {
        return std::optional<Secret>();
    }
    Result<Bytes> bytes = decode_base64(as_text(encoded->view()));
    if (!bytes) {
        return fail(ErrorCode::corrupt, "the binary value is not base64");
    }
    return Secret(std::move(*bytes));
}

Error no_entry(const std::string& name, Error error) {
    error.code = ErrorCode::not_found;
    error.message = "there is no secret `" + name + "`";
    error.help =
        "Terraform makes it: apply the module in terraform/ first, and check the homelab's "
        "name and the region";
    return error;
}

Error failure_of(const std::string& name, ApiFailure failure) {
    if (failure.service_code == "ResourceNotFoundException") {
        return no_entry(name, std::move(failure.error));
    }
    if (failure.service_code == "InvalidRequestException" && failure.error.help.empty()) {
        failure.error.help = "a secret that is being deleted comes back with `aws secretsmanager "
                             "restore-secret --secret-id " +
                             name + "`";
    }
    return std::move(failure.error);
}

} // namespace

SecretsManager::SecretsManager(const SecretsManagerOptions& options, const ServiceDoors& doors)
    : caller_(
          {.protocol = ApiProtocol::json,
           .service = "secretsmanager",
           .region = options.region,
           .endpoint = options.endpoint,
           .retry = options.retry},
          doors
      )
    , random_(doors.random) {}

ApiResult SecretsManager::call(const std::string& operation, const std::string& name, Secret body) {
    return caller_.call({
        .operation = operation,
        .subject = name,
        .headers =
            {{"content-type", "application/x-amz-json-1.1"},
             {"x-amz-target", std::string(target_prefix) + operation}},
        .body = std::move(body),
    });
}

Result<std::optional<Secret>> SecretsManager::get(const std::string& name) {
    ApiResult answer = call("GetSecretValue", name, Secret(as_bytes(request_of(name))));
    if (!answer) {
        // The same code says that there is no entry and that an entry has no value. Who may not
        // look at entries is told the milder of the two.
        if (answer.error().service_code == "ResourceNotFoundException") {
            const Result<SecretEntryState> entry = describe(name);
            if (entry ? entry->exists : entry.error().code == ErrorCode::denied) {
                return std::optional<Secret>();
            }
        }
        return std::unexpected(failure_of(name, std::move(answer).error()));
    }
    Result<std::optional<Secret>> value = read_value(answer->body);
    wipe(answer->body.data(), answer->body.size());
    return std::move(value).with("reading the secret `" + name + "`");
}

Result<void> SecretsManager::put(const std::string& name, const Secret& value) {
    std::array<std::uint8_t, 16> noise{};
    random_.fill(noise);
    // The token becomes the version's name: a repeated call makes no second version.
    ApiResult answer = call("PutSecretValue", name, put_request(name, encode_hex(noise), value));
    if (!answer) {
        return std::unexpected(failure_of(name, std::move(answer).error()));
    }
    return {};
}

Result<SecretEntryState> SecretsManager::describe(const std::string& name) {
    ApiResult answer = call("DescribeSecret", name, Secret(as_bytes(request_of(name))));
    if (!answer) {
        if (answer.error().service_code == "ResourceNotFoundException") {
            return SecretEntryState();
        }
        return std::unexpected(failure_of(name, std::move(answer).error()));
    }
    const Json json = TRY(Json::parse(answer->body, JsonNumbers::any)
                              .with("reading the description of the secret `" + name + "`"));
    const Json* versions = json.find("VersionIdsToStages");
    const Json::Object* stages = versions == nullptr ? nullptr : versions->as_object();
    const bool has_value =
        stages != nullptr && std::ranges::any_of(*stages, [](const Json::Member& version) {
            const Json::Array* labels = version.second.as_array();
            return labels != nullptr && std::ranges::any_of(*labels, [](const Json& label) {
                       return label == Json("AWSCURRENT");
                   });
        });
    return SecretEntryState{.exists = true, .has_value = has_value};
}

} // namespace ducksnest::aws
