#include "age/age.h"
#include "age/bech32.h"
#include "age/header.h"
#include "age/payload.h"
#include "age/testing/seeded_random.h"
#include "base/assert.h"

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <vector>

using namespace ducksnest;
using namespace ducksnest::age;

namespace {

std::vector<Identity> make_identities() {
    SeededRandom random(1);
    const HostKeyPair pair = make_host_key(random, "");
    std::vector<Identity> identities;
    identities.push_back(Identity::parse_openssh(as_text(pair.private_file.view())).value());
    identities.push_back(
        Identity::parse_x25519(encode_bech32("AGE-SECRET-KEY-", Bytes(32, 1))).value()
    );
    return identities;
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
    static const std::vector<Identity> identities = make_identities();
    const ByteView file(bytes, size);
    const auto opened = decrypt(file, identities);
    ASSERT(!opened || read_stanzas(file));
    // A header has one spelling: what was read is what would be written.
    if (const auto header = parse_header(file)) {
        Bytes written;
        append_version_line(written);
        for (const Stanza& stanza : header->stanzas) {
            append_stanza(written, stanza);
        }
        ASSERT(header->authenticated_size == written.size() + 3);
        ASSERT(std::ranges::equal(written, file.first(written.size())));
    }
    ASSERT(!open_payload(Key32{}, file).outcome);
    return 0;
}
