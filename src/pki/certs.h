#pragma once

#include "age/age.h"
#include "base/result.h"
#include "base/time.h"
#include "pki/renewal.h"
#include "pki/spec.h"
#include "ports/files.h"
#include "ports/parallel.h"
#include "ports/random.h"

#include <map>
#include <set>
#include <string>
#include <vector>

/// The verbs of `ducksnest certs` that change the secrets folder: the folder as it is in, the
/// folder as it shall be out. Nothing is written here; the caller replaces the folder as one set.
namespace ducksnest::pki {

struct Tools {
    Random& random;
    Parallel& parallel;
};

struct Request {
    const TrustPlan& plan;
    const Tree& tree; ///< The secrets folder as it is.
    Instant now{};
    /// Private keys that may open what is sealed: operators'.
    const std::vector<age::Identity>& identities;
};

enum class ChangeKind : std::uint8_t { issued, reissued, resealed, removed, trust };
/// "issued", "reissued", "encrypted again", "removed", "trust changed".
std::string_view to_string(ChangeKind kind);

struct Change {
    ChangeKind kind = ChangeKind::issued;
    std::string name{}; ///< Of the certificate, secret or authority.
    std::string reason{};

    bool operator==(const Change&) const = default;
};

struct Outcome {
    Tree tree{};
    std::vector<Change> changes{}; ///< None: the tree is the old one, to the byte.
    std::vector<std::string> warnings{};
    /// Node to units that have to be restarted once it has the new files.
    std::map<std::string, std::set<std::string>> restarts{};
};

/// Everything new: authorities, certificates, secrets. Opens nothing, so it needs no identity, and
/// it works on a folder that is broken; generations go on counting where the old index is readable.
Result<Outcome> recreate(const Request& request, Tools tools);

/// What `renew` would do. Refuses a folder that disagrees with its index.
Result<Renewal> preview_renewal(const Request& request, Tools tools);

/// Only what `decide_renewal` finds; everything in an empty folder. `unauthenticated` when a key
/// has to be opened and there is no identity, `denied` when none of them fits.
Result<Outcome> renew(const Request& request, Tools tools);

/// Takes every listed authority one phase further: trust both, reissue, drop the old one. While
/// any of them is on the way only those go on, so that calling it again and again ends with all
/// stable. Checks before it answers that every connection of the plan works between nodes that have
/// the tree before and nodes that have the tree after, in every combination.
Result<Outcome>
rotate_step(const Request& request, const std::vector<Authority>& authorities, Tools tools);

/// Whether any of these authorities is between two generations.
Result<bool> is_rotating(const Tree& tree, const std::vector<Authority>& authorities);

} // namespace ducksnest::pki
