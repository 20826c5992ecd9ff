#pragma once

#include "aws/xml.h"
#include "ports/cloud.h"

#include <vector>

namespace ducksnest::aws {

/// The machines of one reservation: the answer to RunInstances, or an item of `reservationSet`
/// (Amazon EC2 API Reference, "Instance"). `corrupt` for a machine without id or with an unknown
/// state.
Result<std::vector<Instance>> read_reservation(const XmlElement& reservation);

/// Those of all reservations in an answer to DescribeInstances.
Result<std::vector<Instance>> read_reservations(const XmlElement& answer);

} // namespace ducksnest::aws
