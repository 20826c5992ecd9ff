#include "kube/list_splitter.h"

namespace ducksnest::kube {
namespace {

constexpr std::size_t item_bytes_max = 64UL << 20U; // etcd takes 1.5 MiB; this only bounds memory.
constexpr int items_depth = 2;                      // Of what stands inside `{"items": [`.
constexpr int depth_max = 10'000;

} // namespace

Result<bool> ListSplitter::feed(std::string_view piece) {
    for (const char byte : piece) {
        const bool is_item_byte = is_in_items_ && depth_ >= items_depth;
        if (is_in_string_) {
            (is_item_byte ? item_ : envelope_) += byte;
            if (is_escaped_) {
                is_escaped_ = false;
            } else if (byte == '\\') {
                is_escaped_ = true;
            } else if (byte == '"') {
                is_in_string_ = false;
            } else {
                note_key_byte(byte);
            }
            continue;
        }
        if (byte == '"') {
            is_in_string_ = true;
            if (depth_ == 1) {
                key_.clear();
            }
        }
        if (byte == '{' || byte == '[') {
            open(byte);
            if (depth_ > depth_max) {
                return fail(ErrorCode::corrupt, "a list from the API server is nested too deeply");
            }
            continue;
        }
        if (byte == '}' || byte == ']') {
            if (!TRY(close(byte))) {
                return false;
            }
            continue;
        }
        if (!is_item_byte) {
            envelope_ += byte;
        } else if (depth_ > items_depth) {
            item_ += byte;
        } else if (byte == '"' || (byte != ',' && byte > ' ')) {
            return fail(
                ErrorCode::corrupt, "a list from the API server has an item that is no object"
            );
        }
    }
    if (item_.size() > item_bytes_max || envelope_.size() > item_bytes_max) {
        return fail(ErrorCode::corrupt, "an item from the API server is longer than 64 MiB");
    }
    return true;
}

void ListSplitter::note_key_byte(char byte) {
    constexpr std::size_t key_length_max = 16;
    if (depth_ == 1 && key_.size() < key_length_max) {
        key_ += byte;
    }
}

void ListSplitter::open(char byte) {
    if (byte == '[' && depth_ == 1 && key_ == "items") {
        is_in_items_ = true;
        envelope_ += byte;
    } else {
        (is_in_items_ ? item_ : envelope_) += byte;
    }
    ++depth_;
}

Result<bool> ListSplitter::close(char byte) {
    if (depth_ == 0) {
        return fail(ErrorCode::corrupt, "a list from the API server closes more than it opens");
    }
    --depth_;
    if (is_in_items_ && depth_ == 1) {
        is_in_items_ = false;
        key_.clear();
        envelope_ += byte;
        return true;
    }
    (is_in_items_ ? item_ : envelope_) += byte;
    return is_in_items_ && depth_ == items_depth ? end_item() : Result<bool>(true);
}

Result<bool> ListSplitter::end_item() {
    const bool goes_on = receiver_(item_);
    item_.clear();
    return goes_on;
}

Result<std::string> ListSplitter::finish() const {
    if (depth_ != 0 || is_in_string_ || envelope_.empty()) {
        return fail(ErrorCode::unavailable, "the API server's list was cut short");
    }
    return envelope_;
}

} // namespace ducksnest::kube
