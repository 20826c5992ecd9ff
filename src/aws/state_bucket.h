#pragma once

#include "aws/s3_call.h"

namespace ducksnest::aws {

/// Makes the bucket that the caller is for, in the caller's region, with versions and closed to the
/// public; S3 encrypts by itself. For Terraform's state, which Terraform cannot make a place for.
/// Done again it changes nothing. Whether it had to be made; `conflict` when somebody else has the
/// name.
Result<bool> ensure_bucket(S3Caller& caller);

} // namespace ducksnest::aws
