#include "aws/secrets_manager.h"
#include "ec2_ground.h"
#include "io/clouds.h"

#include <doctest/doctest.h>
#include <fmt/format.h>

/// Values that only their owner may see: real calls to moto's Secrets Manager.
using namespace ducksnest;
using namespace ducksnest::testing;

namespace {

std::string new_secret() {
    static int count = 0;
    const std::string name = fmt::format("duck/hosts/node-{}/ssh-host-key", ++count);
    moto().secrets_manager("CreateSecret", R"({"Name":")" + name + R"("})");
    return name;
}

/// A client behind a proxy with faults.
struct Ground {
    explicit Ground(Faults faults)
        : base(std::move(faults))
        , secrets(
              {.region = moto_region, .endpoint = base.proxy().url(), .retry = impatient},
              base.doors()
          ) {}

    std::string read(const std::string& name) {
        Result<std::optional<Secret>> value = secrets.get(name);
        REQUIRE_MESSAGE(value, describe(value.error()));
        return *value ? std::string(as_text((*value)->view())) : "nothing";
    }

    Ec2Ground base;
    aws::SecretsManager secrets;
};

const std::string key_text = "-----BEGIN\n\"quoted\" \\ tab\t\x01 end\n";

Secret key() {
    return Secret(as_bytes(key_text));
}

} // namespace

TEST_CASE("a secret has no value, then one, then another") {
    Ground ground(first(0, {}));
    const std::string name = new_secret();
    CHECK(ground.read(name) == "nothing");
    CHECK(ground.secrets.describe(name)->exists);
    CHECK_FALSE(ground.secrets.describe(name)->has_value);
    REQUIRE(ground.secrets.put(name, key()));
    CHECK(ground.read(name) == key_text);
    CHECK(ground.secrets.describe(name)->has_value);
    REQUIRE(ground.secrets.put(name, Secret(as_bytes(std::string_view("other")))));
    CHECK(ground.read(name) == "other");
}

TEST_CASE("a binary secret reads like any other") {
    Ground ground(first(0, {}));
    const std::string name = new_secret();
    moto().secrets_manager(
        "PutSecretValue", R"({"SecretId":")" + name + R"(","SecretBinary":"ZHVjaw=="})"
    );
    CHECK(ground.read(name) == "duck");
}

TEST_CASE("a secret that nobody has made is not found, with the way to make it") {
    Ground ground(first(0, {}));
    const Error absent = ground.secrets.get("duck/hosts/nobody/ssh-host-key").error();
    CHECK(absent.code == ErrorCode::not_found);
    CHECK(absent.message == "there is no secret `duck/hosts/nobody/ssh-host-key`");
    CHECK(
        absent.help == "Terraform makes it: apply the module in terraform/ first, and check the "
                       "homelab's name and the region"
    );
    CHECK(
        ground.secrets.put("duck/hosts/nobody/ssh-host-key", key()).error().code ==
        ErrorCode::not_found
    );
    CHECK_FALSE(ground.secrets.describe("duck/hosts/nobody/ssh-host-key")->exists);
}

TEST_CASE("reading and writing a secret outlive every passing fault, as one version") {
    std::vector<Fault> faults = passing_faults();
    faults.push_back(secrets_error(400, "ThrottlingException"));
    faults.push_back(secrets_error(500, "InternalServiceError"));
    for (const Fault& fault : faults) {
        CAPTURE(static_cast<int>(fault.kind));
        CAPTURE(fault.status);
        const std::string name = new_secret();
        Ground ground(first(2, fault));
        REQUIRE(ground.secrets.put(name, key()));
        const std::string versions = moto().secrets_manager(
            "ListSecretVersionIds", R"({"SecretId":")" + name + R"(","IncludeDeprecated":true})"
        );
        const Json listed = Json::parse(versions, JsonNumbers::any).value();
        CHECK(listed.find("Versions")->as_array()->size() == 1);
        CHECK(Ground(first(2, fault)).read(name) == key_text);
    }
}

TEST_CASE("no error shows a value") {
    const std::string name = new_secret();
    Ground refused([](const ProxiedRequest&) {
        return secrets_error(400, "InvalidParameterException");
    });
    const Error error = refused.secrets.put(name, key()).error();
    CHECK(
        describe(error) == "secretsmanager PutSecretValue `" + name +
                               "` in ap-northeast-2 failed: 400 InvalidParameterException: as "
                               "asked for"
    );
    Ground broken([](const ProxiedRequest&) {
        return Fault{
            .kind = Fault::Kind::answer,
            .status = 200,
            .body = R"({"SecretString":"hunter2")",
        };
    });
    const Error cut = broken.secrets.get(name).error();
    CHECK(cut.code == ErrorCode::corrupt);
    CHECK(describe(cut) == "reading the secret `" + name + "`: the answer is not valid JSON");
    Ground denied(first(0, {}));
    aws::ServiceDoors all = denied.base.doors();
    aws::FixedCredentials stranger(moto().credentials("stranger"));
    aws::SecretsManager closed(
        {.region = moto_region, .endpoint = moto().endpoint()},
        {all.http, all.clock, all.timer, all.random, stranger}
    );
    const Error closed_error = closed.get(name).error();
    CHECK(closed_error.code == ErrorCode::denied);
    CHECK(
        closed_error.help == "allow `secretsmanager:GetSecretValue` to whom the credentials from "
                             "the profile `stranger` belong"
    );
}
