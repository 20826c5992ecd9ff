#include "base/secret.h"

#include <cstring>

namespace ducksnest {

void wipe(void* memory, std::size_t size) {
    if (size == 0) {
        return;
    }
    std::memset(memory, 0, size);
    // The compiler must assume that the assembly reads the memory, so the memset stays.
    __asm__ __volatile__("" : : "r"(memory) : "memory");
}

} // namespace ducksnest
