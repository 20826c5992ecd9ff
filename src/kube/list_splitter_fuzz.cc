#include "base/json.h"
#include "kube/list_splitter.h"

#include <cstdint>
#include <cstdlib>

// Whatever comes in, in whatever pieces: the same items, and those of the parsed whole.
extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
    using namespace ducksnest;
    if (size == 0) {
        return 0;
    }
    const std::size_t piece = data[0] % 16U + 1U;
    const std::string_view text(reinterpret_cast<const char*>(data) + 1, size - 1);
    std::size_t items = 0;
    bool all_parse = true;
    kube::ListSplitter splitter([&](std::string_view item) {
        ++items;
        all_parse = all_parse && Json::parse(item, JsonNumbers::any).has_value();
        return true;
    });
    Result<bool> fed = true;
    for (std::string_view rest = text; fed && !rest.empty();
         rest.remove_prefix(std::min(piece, rest.size()))) {
        fed = splitter.feed(rest.substr(0, piece));
    }
    const Result<Json> whole = Json::parse(text, JsonNumbers::any);
    const Json* list = whole ? whole->find("items") : nullptr;
    if (fed && list != nullptr && list->as_array() != nullptr &&
        (list->as_array()->size() != items || !all_parse)) {
        std::abort();
    }
    return 0;
}
