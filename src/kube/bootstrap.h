#pragma once

#include "base/time.h"
#include "kube/diff.h"
#include "kube/inventory.h"
#include "kube/object.h"
#include "kube/phase.h"
#include "ports/kube.h"

#include <map>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::kube {

/// The label on everything that a bootstrap applies; its value is the homelab's name.
inline constexpr const char* applyset_label = "ducksnest.dev/applyset";

enum class Prune : std::uint8_t {
    none,
    safe, ///< Not what would take other people's things with it: namespaces, custom kinds, volumes.
    all,
};

struct BootstrapOptions {
    std::string homelab{};
    Prune prune = Prune::safe;
    Mode mode = Mode::real;
    Duration serve_timeout = Duration(60'000);    ///< For custom kinds to be served.
    Duration rollout_timeout = Duration(300'000); ///< For workloads to be ready; 0 does not wait.
};

/// Something to do at the Kube door.
enum class Verb : std::uint8_t {
    get,
    list,     ///< `query`; fills `Outcome::lives`.
    apply,    ///< `body`
    rehearse, ///< What an apply of `body` would change; fills `Outcome::changes`.
    prune,    ///< Remove `ref` if it still carries our label; fills `Outcome::removal`.
    create,   ///< `body`
    replace,  ///< `body`
};

struct Action {
    Verb verb = Verb::get;
    Ref ref{};
    Json body{};
    ListQuery query{};
};

/// Actions that may be done in any order and at the same time, after a pause.
struct Batch {
    std::string step{}; ///< For people: "applying definitions".
    Duration pause{};
    std::vector<Action> actions{};
};

/// What a survey keeps of an object.
struct Live {
    ObjectKey key{};
    std::string stored{};  ///< `owned_digest`
    std::string waiting{}; ///< `Readiness::waiting`
};

enum class Removal : std::uint8_t { removed, gone_already, foreign };

struct Outcome {
    std::optional<Error> error{};
    Json object{}; ///< Of get, apply, create and replace.
    std::vector<Live> lives{};
    std::vector<FieldChange> changes{};
    bool is_new = false; ///< Of a rehearsal: there is no such object yet.
    Removal removal = Removal::removed;
};

struct PlannedChange {
    Ref ref{};
    bool is_new = false;
    std::vector<FieldChange> changes{};
};

struct BootstrapReport {
    std::size_t objects = 0;
    std::vector<Ref> created{};
    std::vector<Ref> configured{};
    std::vector<Ref> pruned{};
    std::vector<Ref> kept{};              ///< Left the plan, but are not pruned in this mode.
    std::vector<Ref> foreign{};           ///< Left the plan, and belong to somebody else by now.
    std::vector<std::string> waiting{};   ///< "DaemonSet kube-system/calico-node: 2 of 4 ready"
    std::vector<PlannedChange> planned{}; ///< Of a dry run.
    std::vector<Ref> planned_prunes{};    ///< Of a dry run.
};

/// Brings a cluster to hold a set of objects, and no longer what was in the set before. Pure: says
/// what to do next and is told how it went; `run_bootstrap` does it.
///
/// Killed at any moment, the next run ends where this one would have: the inventory names an object
/// before it is created, and forgets it only after it is removed. What is as it should be is not
/// touched: an object counts as unchanged when it is wanted as it was last time, and the fields
/// that we own are stored as they were last time.
class Bootstrap {
public:
    /// `invalid` for an empty set, an object without an identity, or one that is there twice.
    static Result<Bootstrap> make(std::vector<Object> objects, BootstrapOptions options);

    /// What to do now, or nothing when all is done. `now` only ever grows.
    Result<std::optional<Batch>> next(Duration now);
    /// One outcome for each action of the last batch, in their order. An error ends the bootstrap.
    Result<void> take(std::vector<Outcome> outcomes);

    const std::string& homelab() const { return options_.homelab; }
    const BootstrapReport& report() const { return report_; }
    /// How the last step went, for people: "4 objects applied".
    const std::string& summary() const { return summary_; }

private:
    enum class Stage : std::uint8_t {
        survey,
        rehearse,
        announce,
        apply,
        serve,
        prune,
        record,
        roll_out,
        done
    };

    struct Target {
        Object object{};
        Ref ref{};
        ObjectKey key{};
        Phase phase = Phase::access;
        std::string wanted{};
        std::string stored{};
        std::string waiting{};
        bool exists = false;
        bool is_due = false; ///< Has to be applied.
    };

    Batch survey_batch();
    Result<void> take_survey(std::vector<Outcome> outcomes);
    void decide();
    Batch rehearse_batch() const;
    Result<void> take_rehearsal(std::vector<Outcome> outcomes);
    Batch write_batch(const Json& config_map) const;
    Result<void> take_write(std::vector<Outcome> outcomes, Stage then);
    Result<Json> announcement() const;
    Result<Json> record() const;
    bool is_recorded(const Inventory& inventory) const;
    std::optional<Batch> apply_batch();
    Result<void> take_applied(std::vector<Outcome> outcomes);
    void take_one_applied(Target& target, Outcome& outcome);
    Result<void> end_phase();
    std::optional<Batch> poll_batch(Duration now);
    Result<void> take_poll(std::vector<Outcome> outcomes);
    std::optional<Batch> prune_batch();
    Result<void> take_pruned(std::vector<Outcome> outcomes);
    std::vector<std::string> still_waiting() const;
    Phase turn_of(const Target& target) const;
    bool is_needed_now(const Target& definition) const;
    bool may_prune(const Ref& ref) const;

    BootstrapOptions options_{};
    std::vector<Target> targets_{};
    Inventory inventory_{}; ///< As it is stored.
    std::map<ObjectKey, InventoryEntry> stale_{};
    BootstrapReport report_{};
    std::string summary_{};

    Stage stage_ = Stage::survey;
    int phase_ = 0;
    int round_ = 0; ///< Of this phase, poll or restart of the write.
    int restarts_ = 0;
    int prune_group_ = 0;
    std::optional<Duration> deadline_{};
    std::vector<std::size_t> batch_targets_{}; ///< Which target each action of the batch is about.
    std::vector<ObjectKey> batch_keys_{};      ///< The same for pruning.
    std::vector<std::pair<std::size_t, Error>> refused_{};
};

} // namespace ducksnest::kube
