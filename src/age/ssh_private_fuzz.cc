#include "age/age.h"
#include "age/ssh_private.h"
#include "base/assert.h"
#include "base/encoding.h"

#include <cstddef>
#include <cstdint>
#include <string>
#include <utility>

using namespace ducksnest;
using namespace ducksnest::age;

namespace {

void read(std::string_view text) {
    static const Secret passphrase(as_bytes("duck"));
    auto file = parse_ssh_private_file(text);
    if (!file) {
        return;
    }
    ASSERT(file->rounds <= 1024);
    const SshPublicKey public_key = file->public_key;
    (void)parse_ssh_private_section(file->section.clone(), public_key);
    if (file->rounds == 0) {
        const auto identity = Identity::parse_openssh(text);
        ASSERT(
            !identity || identity->recipient() == Recipient::parse_openssh_private(text).value()
        );
    }
    // More rounds take longer and do nothing new.
    if (file->rounds == 1) {
        (void)open_ssh_private_file(*std::move(file), &passphrase);
    }
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    const ByteView input(bytes, size);
    read(as_text(input));
    // The bytes inside the base64, where all the structure is.
    const std::string dashes(5, '-');
    read(
        dashes + "BEGIN OPENSSH PRIVATE KEY" + dashes + "\n" + encode_base64(input) + "\n" +
        dashes + "END OPENSSH PRIVATE KEY" + dashes + "\n"
    );
    return 0;
}
