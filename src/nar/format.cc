#include "nar/format.h"

namespace ducksnest::nar {

void append_length(Bytes& out, std::uint64_t length) {
    for (int shift = 0; shift < 64; shift += 8) {
        out.push_back(static_cast<std::uint8_t>(length >> shift));
    }
}

void append_token(Bytes& out, std::string_view text) {
    append_length(out, text.size());
    append(out, as_bytes(text));
    out.resize(out.size() + padding_of(text.size()));
}

bool is_entry_name(std::string_view name) {
    return !name.empty() && name.size() <= name_max && name != "." && name != ".." &&
           name.find('/') == std::string_view::npos && name.find('\0') == std::string_view::npos;
}

} // namespace ducksnest::nar
