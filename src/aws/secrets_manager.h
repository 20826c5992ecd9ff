#pragma once

#include "aws/api_call.h"
#include "base/json.h"
#include "ports/secret_values.h"

#include <string>
#include <string_view>

namespace ducksnest::aws {

struct SecretsManagerOptions {
    std::string region{};
    std::string endpoint{}; ///< "" is Amazon's own.
    RetryPolicy retry{};
};

/// AWS Secrets Manager (API of version 2017-10-17, AWS JSON 1.1). Values are written as
/// `SecretString` and read from either form.
class SecretsManager final : public SecretValues {
public:
    SecretsManager(const SecretsManagerOptions& options, const ServiceDoors& doors);

    Result<std::optional<Secret>> get(const std::string& name) override;
    Result<void> put(const std::string& name, const Secret& value) override;
    Result<SecretEntryState> describe(const std::string& name) override;

private:
    ApiResult call(const std::string& operation, const std::string& name, Secret body);

    ApiCaller caller_;
    Random& random_;
};

} // namespace ducksnest::aws
