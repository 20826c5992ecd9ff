#pragma once

#include "ports/machine.h"

namespace ducksnest::io {

/// This computer, through /proc, /sys, /etc and getifaddrs(3).
class LinuxMachine final : public Machine {
public:
    MachineFacts facts() override;
};

} // namespace ducksnest::io
