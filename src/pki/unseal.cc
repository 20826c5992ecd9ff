#include "pki/unseal.h"

namespace ducksnest::pki {

Result<Secret> unseal(
    ByteView file,
    const std::vector<age::Identity>& identities,
    const std::string& path,
    std::string_view help
) {
    Result<Secret> opened = age::decrypt(file, identities).with("opening `" + path + "`");
    if (!opened.has_value() && opened.error().code == ErrorCode::denied) {
        std::string& said = opened.error().help;
        said = (said.empty() ? "" : said + "; ") + std::string(help);
    }
    return opened;
}

} // namespace ducksnest::pki
