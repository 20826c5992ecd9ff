#pragma once

#include "config/reader.h"
#include "config/tree.h"

namespace ducksnest::config {

/// Reports sections and keys that the schema does not know, with what was probably meant, sections
/// of the wrong shape, names that are no DNS labels, and required sections that are missing.
void check_structure(const Context& context, const Value& root);

/// The sections of `[path.NAME]` that have the right shape.
std::vector<const Entry*> named_sections(const Value& root, std::string_view path);

/// The tables of a list like `[[dr.offers]]` that have the right shape.
std::vector<const Value*> listed_sections(const Value& parent, std::string_view key);

/// The table of a single section, or null when it is absent or has the wrong shape.
const Value* single_section(const Value& parent, std::string_view key);

} // namespace ducksnest::config
