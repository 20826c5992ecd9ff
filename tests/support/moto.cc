#include "support/moto.h"

#include "aws/profile.h"
#include "aws/uri.h"
#include "base/error.h"
#include "io/curl_http.h"
#include "io/os_random.h"
#include "io/steady_timer.h"
#include "io/system_clock.h"
#include "support/loopback.h"

#include <fmt/format.h>

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <iterator>
#include <stdexcept>
#include <thread>

namespace ducksnest::testing {
namespace {

std::string text_of_file(const std::string& path) {
    std::ifstream in(path);
    return {std::istreambuf_iterator<char>(in), std::istreambuf_iterator<char>()};
}

/// One call past all of ours but the signature.
std::string call(aws::ApiOptions options, const Moto& moto, aws::ApiCall call) {
    io::CurlHttp http{{}};
    io::SystemClock clock;
    io::SteadyTimer timer;
    io::OsRandom random;
    aws::FixedCredentials credentials(moto.credentials("test"));
    options.endpoint = moto.endpoint();
    aws::ApiCaller caller(options, {http, clock, timer, random, credentials});
    const aws::ApiResult answer = caller.call(call);
    if (!answer) {
        throw std::runtime_error(describe(answer.error().error));
    }
    return answer->body;
}

} // namespace

Moto::Moto() {
    const std::string python = tool("moto_server.sh");
    const std::string log = folder_ / "log";
    // Another process may take the port in between.
    for (int attempt = 0; attempt < 3; ++attempt) {
        port_ = free_port();
        const Result<ProcessId> started = processes_.start({
            .path = python,
            .arguments =
                {DUCKSNEST_SOURCE_DIR "/tools/moto_server/serve.py",
                 fmt::format("127.0.0.1:{}", port_),
                 credentials_file()},
            .environment = {{"PATH", "/usr/bin:/bin"}, {"HOME", folder_.path()}},
            .folder = folder_.path(),
            .log_file = log,
        });
        if (!started) {
            throw std::runtime_error(started.error().message);
        }
        process_ = *started;
        for (int i = 0; i < 3000 && !processes_.ending(process_); ++i) {
            if (answers(port_)) {
                return;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(10));
        }
        static_cast<void>(processes_.stop(process_, Duration(0)).has_value());
    }
    throw std::runtime_error("moto did not start:\n" + text_of_file(log));
}

Moto::~Moto() {
    static_cast<void>(processes_.stop(process_, Duration(0)).has_value());
}

std::shared_ptr<const aws::Credentials> Moto::credentials(const std::string& profile) const {
    aws::Profiles profiles =
        aws::parse_profiles(text_of_file(credentials_file()), credentials_file()).value();
    return aws::profile_credentials(profiles.at(profile), profile).value();
}

std::string Moto::ec2(const aws::Query& form, const std::string& region) const {
    aws::Query whole = form;
    whole.emplace_back("Version", "2016-11-15");
    return call(
        {.protocol = aws::ApiProtocol::query, .service = "ec2", .region = region},
        *this,
        {.operation = "test",
         .headers = {{"content-type", "application/x-www-form-urlencoded; charset=utf-8"}},
         .body = Secret(as_bytes(aws::canonical_query(whole)))}
    );
}

std::string Moto::secrets_manager(const std::string& operation, const std::string& json) const {
    return call(
        {.protocol = aws::ApiProtocol::json, .service = "secretsmanager", .region = moto_region},
        *this,
        {.operation = operation,
         .headers =
             {{"content-type", "application/x-amz-json-1.1"},
              {"x-amz-target", "secretsmanager." + operation}},
         .body = Secret(as_bytes(json))}
    );
}

Moto& moto() {
    static Moto instance;
    static const bool is_known = [] {
        const std::string config = instance.credentials_file() + "-none";
        return setenv("AWS_SHARED_CREDENTIALS_FILE", instance.credentials_file().c_str(), 1) == 0 &&
               setenv("AWS_CONFIG_FILE", config.c_str(), 1) == 0 &&
               setenv("AWS_PROFILE", "test", 1) == 0 &&
               setenv("AWS_ENDPOINT_URL", instance.endpoint().c_str(), 1) == 0 &&
               setenv("AWS_EC2_METADATA_DISABLED", "true", 1) == 0;
    }();
    static_cast<void>(is_known);
    return instance;
}

Fault ec2_error(int status, const std::string& code) {
    return {
        .kind = Fault::Kind::answer,
        .status = status,
        .body = "<?xml version=\"1.0\"?><Response><Errors><Error><Code>" + code +
                "</Code><Message>as asked for</Message></Error></Errors><RequestID>1</RequestID>" +
                "</Response>",
    };
}

Fault secrets_error(int status, const std::string& code) {
    return {
        .kind = Fault::Kind::answer,
        .status = status,
        .body = R"({"__type":")" + code + R"(","Message":"as asked for"})",
    };
}

} // namespace ducksnest::testing
