#pragma once

#include "age/age.h"
#include "base/result.h"
#include "pki/spec.h"
#include "ports/parallel.h"

#include <map>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::pki {

/// Names a public key in files and in text: "SHA256:…" as ssh-keygen(1) prints it, or the age1…
/// recipient itself.
std::string reader_id(const age::Recipient& recipient);

/// Somebody who may open keys.
struct Reader {
    std::string name{}; ///< "firebat", or "operator duck@desk".
    std::string id{};
    age::Recipient recipient;
};

/// Everybody of the plan who may open keys, parsed once.
class Readers {
public:
    /// Refuses keys that do not parse, a node whose key is no SSH key, and any key that stands for
    /// two: whoever has it would open the other's files.
    static Result<Readers> parse(const TrustPlan& plan, Parallel& parallel);

    /// The keys of these nodes and of all operators. Every node must have one, see `check_plan`.
    std::vector<age::Recipient> recipients(const std::vector<std::string>& owners) const;
    /// Their ids, sorted.
    std::vector<std::string> ids(const std::vector<std::string>& owners) const;
    /// Nodes first, then operators in the plan's order.
    const std::vector<Reader>& all() const { return readers_; }
    /// The name behind an id; the id itself when nobody in the plan has it.
    std::string name_of(std::string_view id) const;

private:
    std::vector<const Reader*> select(const std::vector<std::string>& owners) const;

    std::vector<Reader> readers_{};
    std::map<std::string, std::size_t, std::less<>> by_node_{};
    std::size_t first_operator_ = 0;
};

} // namespace ducksnest::pki
