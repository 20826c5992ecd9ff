#pragma once

#include "base/result.h"

#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

namespace ducksnest::kube {

/// Cuts a Kubernetes list, `{…, "items": [{…}, …], …}`, into its items while it comes in, so that
/// no more than one item is held at a time. The members may come in any order.
class ListSplitter {
public:
    /// Gets the bytes of one item; false ends the splitting.
    using ItemReceiver = std::function<bool(std::string_view item)>;

    explicit ListSplitter(ItemReceiver receiver)
        : receiver_(std::move(receiver)) {}

    /// `corrupt` when this is no such list, or one item is longer than 64 MiB.
    /// False when the receiver wanted no more.
    Result<bool> feed(std::string_view piece);

    /// After the last piece: the list without its items, as JSON. `corrupt` when it is cut short.
    Result<std::string> finish() const;

private:
    void note_key_byte(char byte);
    void open(char byte);
    Result<bool> close(char byte);
    Result<bool> end_item();

    ItemReceiver receiver_;
    std::string envelope_{}; ///< Everything outside of the items.
    std::string item_{};
    std::string key_{}; ///< The last string of the outermost object.
    int depth_ = 0;
    bool is_in_string_ = false;
    bool is_escaped_ = false;
    bool is_in_items_ = false;
};

} // namespace ducksnest::kube
