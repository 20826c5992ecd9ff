#pragma once

#include <curl/curl.h>

#include <memory>

namespace ducksnest::io {

struct CurlEasyDeleter {
    void operator()(CURL* easy) const { curl_easy_cleanup(easy); }
};
struct CurlMultiDeleter {
    void operator()(CURLM* multi) const { curl_multi_cleanup(multi); }
};
struct CurlListDeleter {
    void operator()(curl_slist* list) const { curl_slist_free_all(list); }
};

using CurlList = std::unique_ptr<curl_slist, CurlListDeleter>;

/// Carries one transfer at a time and keeps the connections of those before it.
struct CurlLane {
    std::unique_ptr<CURLM, CurlMultiDeleter> multi{curl_multi_init()};
    std::unique_ptr<CURL, CurlEasyDeleter> easy{curl_easy_init()};
};

} // namespace ducksnest::io
