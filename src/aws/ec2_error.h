#pragma once

#include "aws/api_call.h"
#include "ports/cloud.h"

namespace ducksnest::aws {

/// What a failure of EC2 means, by its code (Amazon EC2 Developer Guide, "Error codes for the
/// Amazon EC2 API"). After an attempt that may have been carried out only an answer about this very
/// order is certain; every other one leaves `unknown`.
CloudError to_cloud_error(ApiFailure failure);

} // namespace ducksnest::aws
