#pragma once

#include "age/age.h"
#include "age/header.h"
#include "age/identity.h"

#include <functional>
#include <vector>

namespace ducksnest::age {

using Change = std::function<void(std::vector<Stanza>&)>;

/// A good file with other stanzas and a correct MAC over them: what is refused now is refused for
/// its stanzas.
inline Bytes rewritten(ByteView file, const Identity& identity, const Change& change) {
    Header header = parse_header(file).value();
    const FileKey file_key = unwrap(identity.key(), header.stanzas).value().value();
    change(header.stanzas);
    Bytes changed;
    append_version_line(changed);
    for (const Stanza& stanza : header.stanzas) {
        append_stanza(changed, stanza);
    }
    append_footer(changed, file_key);
    append(changed, file.subspan(header.size));
    return changed;
}

} // namespace ducksnest::age
