#include "aws/api_error.h"
#include "aws/ec2_instance.h"
#include "base/secret_json.h"

#include <cstddef>
#include <cstdint>
#include <string>

/// Answers of services, whatever they say: read or refused, never more.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ducksnest;
    const std::string text(reinterpret_cast<const char*>(data), size);
    if (const Result<aws::XmlElement> root = aws::parse_xml(text)) {
        static_cast<void>(aws::read_reservation(*root).has_value());
        static_cast<void>(aws::read_reservations(*root).has_value());
    }
    for (const aws::ApiProtocol protocol : {aws::ApiProtocol::query, aws::ApiProtocol::json}) {
        static_cast<void>(
            aws::judge_api_answer({.status = 400, .body = text}, {.protocol = protocol})
        );
    }
    static_cast<void>(read_secret_member(text, "SecretString").has_value());
    return 0;
}
