#include "model/check.h"

#include "model/check_parts.h"

namespace ducksnest::model {

std::vector<diag::Diagnostic> check(const Homelab& homelab) {
    Diagnostics diagnostics;
    check_names(homelab, diagnostics);
    check_ranges(homelab, diagnostics);
    check_mtu(homelab, diagnostics);
    check_interfaces(homelab, diagnostics);
    check_addresses(homelab, diagnostics);
    check_sites(homelab, diagnostics);
    check_nodes(homelab, diagnostics);
    check_keys(homelab, diagnostics);
    check_recovery(homelab, diagnostics);
    check_storage(homelab, diagnostics);
    check_apps(homelab, diagnostics);
    diag::normalize(diagnostics);
    return diagnostics;
}

} // namespace ducksnest::model
