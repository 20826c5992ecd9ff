#pragma once

#include "age/age.h"
#include "base/bytes.h"
#include "base/result.h"
#include "base/secret.h"

#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::pki {

/// Opens an age file; a failure names the path, and says what to do after what age itself has to
/// say about it ("it was encrypted to …").
Result<Secret> unseal(
    ByteView file,
    const std::vector<age::Identity>& identities,
    const std::string& path,
    std::string_view help
);

} // namespace ducksnest::pki
