#include "aws/credential_chain.h"
#include "aws/profile.h"

#include <doctest/doctest.h>

using namespace ducksnest;
using namespace ducksnest::aws;

namespace {

/// Nobody is there.
struct NoHttp final : Http {
    int calls = 0;

    Result<HttpResponse> send(const HttpRequest& /*request*/) override {
        ++calls;
        return fail(ErrorCode::unavailable, "no route to host");
    }
    Result<HttpResponse>
    stream(const HttpRequest& request, const HttpReceiver& /*receiver*/) override {
        return send(request);
    }
};

using Texts = std::map<std::string, std::string, std::less<>>;

CredentialPlaces places(Texts environment, Texts files, const std::string& profile = {}) {
    return {
        .environment = std::move(environment),
        .home = "/duck",
        .profile = profile,
        .read_file = [files = std::move(files)](const std::string& path
                     ) -> Result<std::optional<std::string>> {
            const auto found = files.find(path);
            return found == files.end() ? std::nullopt : std::optional(found->second);
        }
    };
}

/// "access key from origin", "none", or the error.
std::string who(CredentialPlaces where) {
    NoHttp http;
    CredentialChain chain(std::move(where), http);
    const auto found = chain.get(Instant{}, Freshness::cached);
    if (!found) {
        return found.error().message;
    }
    return *found == nullptr ? "none" : (*found)->access_key + " from " + (*found)->origin;
}

const std::string shared =
    "# mine\n[default]\naws_access_key_id=A1\naws_secret_access_key = one\n\n"
    "[backup]\naws_access_key_id = A2 ; comment\n"
    "aws_secret_access_key = two\naws_session_token = t\n";

} // namespace

TEST_CASE("profile files as people write them") {
    const Profiles profiles =
        parse_profiles(
            shared + "[profile work]\nregion = eu-central-1\ns3 =\n  addressing_style = path\n"
                     "[sso-session x]\nsso_region = y\n"
                     "[services local]\nec2 =\n  endpoint_url = http://x\n",
            "f"
        )
            .value();
    CHECK(profiles.at("default").at("aws_secret_access_key") == "one");
    CHECK(profiles.at("backup").at("aws_access_key_id") == "A2");
    CHECK(
        profiles.at("work") ==
        Profile{{"region", "eu-central-1"}, {"s3", ""}, {"s3.addressing_style", "path"}}
    );
    CHECK(profiles.at("services local") == Profile{{"ec2", ""}, {"ec2.endpoint_url", "http://x"}});
    CHECK(profiles.size() == 4);
    const auto message = [](const char* text) {
        return parse_profiles(text, "~/.aws/config").error().message;
    };
    CHECK(message("[a\n") == "`~/.aws/config` line 1 begins a section without `]`");
    CHECK(message("[a]\n\nsecret\n") == "`~/.aws/config` line 3 has no `=`");
    CHECK(message("a=b") == "`~/.aws/config` line 1 stands before the first section");
}

TEST_CASE("credentials are looked for in the order of the AWS SDKs") {
    const Texts files = {{"/duck/.aws/credentials", shared}};
    const Texts environment = {{"AWS_ACCESS_KEY_ID", "E"}, {"AWS_SECRET_ACCESS_KEY", "e"}};
    CHECK(who(places({}, {})) == "none");
    CHECK(who(places({}, files)) == "A1 from the profile `default`");
    CHECK(who(places(environment, files)) == "E from the environment");
    CHECK(who(places(environment, files, "backup")) == "A2 from the profile `backup`");
    CHECK(who(places({{"AWS_PROFILE", "backup"}}, files)) == "A2 from the profile `backup`");
    CHECK(
        who(places({{"AWS_SHARED_CREDENTIALS_FILE", "/x"}}, {{"/x", shared}})) ==
        "A1 from the profile `default`"
    );
    CHECK(
        who(places({}, files, "absent")) == "there are no credentials in the AWS profile `absent`"
    );
    CHECK(
        who(places({{"AWS_ACCESS_KEY_ID", "E"}}, files)) ==
        "only one of `AWS_ACCESS_KEY_ID` and `AWS_SECRET_ACCESS_KEY` is set"
    );
    const Texts config = {{"/duck/.aws/config", "[profile sso]\nsso_session = work\nregion = r\n"}};
    CHECK(
        who(places({}, config, "sso")) ==
        "the AWS profile `sso` gets its credentials by `sso_session`"
    );
    NoHttp http;
    CredentialChain chain(places({}, config, "sso"), http);
    CHECK(chain.setting("region").value() == "r");
    CHECK(chain.setting("endpoint_url").value().empty());
}

TEST_CASE("the metadata service is asked once, and not where it is switched off") {
    NoHttp http;
    CredentialChain chain(places({}, {}), http);
    for (int i = 0; i < 3; ++i) {
        CHECK(chain.get(Instant{}, Freshness::cached).value() == nullptr);
    }
    CHECK(http.calls == 1);
    CredentialChain off(places({{"AWS_EC2_METADATA_DISABLED", "true"}}, {}), http);
    CHECK(off.get(Instant{}, Freshness::cached).value() == nullptr);
    CHECK(http.calls == 1);
}
