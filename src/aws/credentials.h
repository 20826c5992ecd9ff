#pragma once

#include "base/result.h"
#include "base/secret.h"
#include "base/time.h"

#include <cstdint>
#include <memory>
#include <optional>
#include <string>

namespace ducksnest::aws {

/// Whether a call may go out without a signature when there are no credentials.
enum class Anonymity : std::uint8_t { allowed, refused };

/// Who we are to AWS.
struct Credentials {
    std::string access_key{};         ///< "AKIA…": public.
    Secret secret_key{};              ///< As text.
    std::string session_token{};      ///< Of temporary credentials; never printed.
    std::optional<Instant> expires{}; ///< Of temporary credentials.
    std::string origin{};             ///< For messages: "the profile `backup`".
};

enum class Freshness : std::uint8_t {
    cached, ///< Those of the last call will do while they are valid.
    reload, ///< The server has refused them: read them again.
};

/// Where credentials come from. Safe to call from several threads at once.
class CredentialSource {
public:
    virtual ~CredentialSource() = default;
    /// Null when there are none, which means to go on without a signature. Errors say which file or
    /// service could not be read.
    virtual Result<std::shared_ptr<const Credentials>> get(Instant now, Freshness freshness) = 0;
};

/// Always the same ones.
class FixedCredentials final : public CredentialSource {
public:
    explicit FixedCredentials(std::shared_ptr<const Credentials> credentials)
        : credentials_(std::move(credentials)) {}
    Result<std::shared_ptr<const Credentials>>
    get(Instant /*now*/, Freshness /*freshness*/) override {
        return credentials_;
    }

private:
    std::shared_ptr<const Credentials> credentials_;
};

} // namespace ducksnest::aws
