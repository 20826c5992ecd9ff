#pragma once

#include "base/json.h"

#include <set>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::sim {

/// A place in an object, element by element as FieldsV1 spells them: "f:spec",
/// "k:{\"name\":\"x\"}" for an item of an associative list, "v:\"x\"" for a member of a set
/// (sigs.k8s.io/structured-merge-diff, fieldpath/serialize-pe.go).
using FieldPath = std::vector<std::string>;
using FieldSet = std::set<FieldPath>;

/// How the items of a list are told apart. Custom kinds say so in their schema, which the twin does
/// not read: their lists are replaced as a whole, as the real server does with lists without marks.
enum class Lists : std::uint8_t { built_in, atomic };

/// What an object sets: its leaves, and the items of its associative lists. Leaves out what names
/// the object and what only the server sets.
FieldSet fields_of(const Json& object, Lists lists);

/// The value at a path, or null when there is none.
const Json* value_at(const Json& object, const FieldPath& path);

/// The object with everything that `applied` sets; the rest stays.
Json merged(const Json& object, const Json& applied, Lists lists);

/// The object without what stands at a path, and without the maps that this leaves empty.
Json without(const Json& object, const FieldPath& path);

Json to_fields_v1(const FieldSet& fields);
FieldSet parse_fields_v1(const Json& fields);

/// "spec.template.spec.containers[name="main"].image", as the server names fields to people.
std::string display(const FieldPath& path);

/// Whether `path` is `root` or lies below it.
bool is_within(const FieldPath& path, const FieldPath& root);

} // namespace ducksnest::sim
