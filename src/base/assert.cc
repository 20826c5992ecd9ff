#include "base/assert.h"

#include <cstdio>
#include <cstdlib>

namespace ducksnest {

void fail_assertion(const char* condition, std::source_location where) {
    std::fprintf(
        stderr,
        "%s:%u: assertion `%s` failed; this is a bug in ducksnest\n",
        where.file_name(),
        static_cast<unsigned>(where.line()),
        condition
    );
    std::abort();
}

} // namespace ducksnest
