#include "sim/checker.h"

#include "base/assert.h"

#include <fmt/format.h>

#include <algorithm>
#include <iterator>
#include <utility>

namespace ducksnest::sim {
namespace {

std::size_t pair_at(std::string_view text, std::size_t i) {
    return static_cast<std::size_t>(static_cast<std::uint8_t>(text[i])) * 256 +
           static_cast<std::uint8_t>(text[i + 1]);
}

/// No key material in any word for people.
class NoSecrets : public Checker {
public:
    explicit NoSecrets(const Needles* needles)
        : needles_(needles) {
        marker_.add("PRIVATE KEY-----");
        marker_.add("AGE-SECRET-KEY-");
    }
    std::string_view name() const override { return "no secrets in events"; }
    std::optional<std::string> check(const World& world) override {
        const std::vector<Happening>& timeline = world.kernel().timeline();
        for (; seen_ < timeline.size(); ++seen_) {
            const std::string& text = timeline[seen_].text;
            if (marker_.found_in(text) || (needles_ != nullptr && needles_->found_in(text))) {
                return fmt::format(
                    "an event about `{}` shows key material", timeline[seen_].subject
                );
            }
        }
        return std::nullopt;
    }

private:
    const Needles* needles_;
    Needles marker_{};
    std::size_t seen_ = 0;
};

} // namespace

void Needles::add(std::string_view needle) {
    ASSERT(needle.size() >= 12);
    needles_.emplace_back(as_bytes(needle));
    starts_[pair_at(needle, 0)] = true;
}

bool Needles::found_in(std::string_view text) const {
    for (std::size_t i = 0; i + 1 < text.size(); ++i) {
        if (!starts_[pair_at(text, i)]) {
            continue;
        }
        const std::string_view rest = text.substr(i);
        const auto here = [&](const Secret& needle) {
            return rest.starts_with(as_text(needle.view()));
        };
        if (std::ranges::any_of(needles_, here)) {
            return true;
        }
    }
    return false;
}

Checkers::Checkers(const Needles* needles)
    : checkers_(placement_checkers()) {
    std::ranges::move(conduct_checkers(), std::back_inserter(checkers_));
    checkers_.push_back(std::make_unique<NoSecrets>(needles));
}

void Checkers::observe(const World& world) {
    if (violation_ || world.kernel().revision() == revision_) {
        return;
    }
    revision_ = world.kernel().revision();
    for (const std::unique_ptr<Checker>& checker : checkers_) {
        if (std::optional<std::string> what = checker->check(world)) {
            violation_ = {
                .at = world.kernel().elapsed(),
                .checker = std::string(checker->name()),
                .what = std::move(*what),
            };
            return;
        }
    }
}

} // namespace ducksnest::sim
