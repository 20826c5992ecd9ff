#pragma once

#include "kube/inventory.h"
#include "kube/object.h"
#include "ports/kube.h"
#include "ports/parallel.h"
#include "ports/progress.h"
#include "ports/timer.h"

#include <map>
#include <mutex>
#include <optional>
#include <set>
#include <string>
#include <vector>

namespace ducksnest::kube::testing {

/// The least of an API server that a bootstrap can be tried on: objects in memory, one manager per
/// object, namespaces that have to exist, and kinds that come with their definition.
class FakeKube : public Kube {
public:
    Result<Json> get(const Ref& ref) override;
    Result<std::string> list(const ListQuery& query, const ObjectReceiver& receiver) override;
    Result<void> watch(const WatchQuery& query, const EventReceiver& receiver) override;
    Result<Json> apply(const Json& object, const ApplyOptions& options) override;
    Result<Json> create(const Json& object) override;
    Result<Json> replace(const Json& object) override;
    Result<void> remove(const Ref& ref, const RemoveOptions& options) override;
    Result<void> evict(const std::string& namespace_name, const std::string& pod) override;

    /// Somebody else's hand: no manager of ours, no label.
    void put(Json object);
    const Json* peek(const Ref& ref) const;

    std::map<ObjectKey, Json> objects{};
    std::vector<std::string> calls{};      ///< "apply ConfigMap kube-system/x"
    std::vector<std::string> writes{};     ///< Those that changed something.
    std::optional<int> calls_left{};       ///< After so many calls the process is dead.
    std::map<ObjectKey, Error> refusals{}; ///< What an apply of this object is answered.
    std::set<std::string> custom_groups{}; ///< Their kinds need a definition.

private:
    Result<void> note(std::string_view verb, const Ref& ref);
    Result<Json> store(const Ref& ref, Json object);

    int version_ = 100;
    int uid_ = 0;
};

class InTurn final : public Parallel {
public:
    void for_each(std::size_t count, const std::function<void(std::size_t)>& work) override {
        for (std::size_t i = 0; i < count; ++i) {
            work(i);
        }
    }
};

/// Time that passes only by waiting.
class FakeTimer final : public Timer {
public:
    Duration elapsed() override { return now; }
    Result<void> pause(Duration length, std::stop_token) override {
        now += length;
        return {};
    }
    Duration now{};
};

class NoProgress final : public Progress {
public:
    void begin(std::string_view, std::size_t) override {}
    void advance(std::size_t, std::string_view) override {}
    void end(std::string_view) override {}
};

} // namespace ducksnest::kube::testing
