#pragma once

#include "base/time.h"

#include <string_view>

struct X509_VERIFY_PARAM_st;

namespace ducksnest::pki {

/// Sets what OpenSSL checks beyond the chain: the given instant instead of the machine's clock, the
/// strict rules, and the dialled name or address unless it is empty.
void set_parameters(X509_VERIFY_PARAM_st& parameters, std::string_view server_name, Instant now);

} // namespace ducksnest::pki
