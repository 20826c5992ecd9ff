#pragma once

#include "base/result.h"

#include <curl/curl.h>

#include <string>
#include <string_view>

namespace ducksnest::io {

/// What libcurl's verdict (libcurl-errors(3)) means to a caller. `detail` is its error buffer.
std::unexpected<Error> curl_failure(CURLcode code, std::string_view detail, const std::string& url);

} // namespace ducksnest::io
