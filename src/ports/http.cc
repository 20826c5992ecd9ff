#include "ports/http.h"

namespace ducksnest {

std::string_view HttpResponse::header(std::string_view name) const {
    const auto at = headers.find(std::string(name));
    return at == headers.end() ? std::string_view() : std::string_view(at->second);
}

} // namespace ducksnest
