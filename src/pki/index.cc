#include "pki/index.h"

#include "base/assert.h"

#include <algorithm>

namespace ducksnest::pki {

namespace {

template <class Entry>
const Entry* find_by_name(const std::vector<Entry>& entries, std::string_view name) {
    const auto found = std::ranges::lower_bound(entries, name, {}, &Entry::name);
    return found != entries.end() && found->name == name ? &*found : nullptr;
}

} // namespace

std::string_view to_string(Phase phase) {
    switch (phase) {
    case Phase::stable:
        return "stable";
    case Phase::trusting_both:
        return "trusting both";
    case Phase::reissued:
        return "reissued";
    }
    ASSERT(false);
}

Phase AuthorityEntry::phase() const {
    return next.has_value()       ? Phase::trusting_both
           : previous.has_value() ? Phase::reissued
                                  : Phase::stable;
}

const AuthorityEntry* Index::find(Authority authority) const {
    const auto found = std::ranges::find(authorities, authority, &AuthorityEntry::authority);
    return found == authorities.end() ? nullptr : &*found;
}

const CertificateEntry* Index::find_certificate(std::string_view name) const {
    return find_by_name(certificates, name);
}

const SecretEntry* Index::find_secret(std::string_view name) const {
    return find_by_name(secrets, name);
}

} // namespace ducksnest::pki
