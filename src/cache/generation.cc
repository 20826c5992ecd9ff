#include "cache/generation.h"

#include "base/json.h"

namespace ducksnest::cache {
namespace {

constexpr std::size_t record_max = std::size_t{64} << 10U;

Result<Generation> parse_generation(const std::string& key, ByteView bytes) {
    const Json json = TRY(Json::parse(as_text(bytes)));
    const auto text = [&](std::string_view name) -> Result<std::string> {
        const Json* member = json.find(name);
        if (member == nullptr || member->as_string() == nullptr) {
            return fail(ErrorCode::corrupt, "`" + key + "` has no `" + std::string(name) + "`");
        }
        return *member->as_string();
    };
    return Generation{
        .node = TRY(text("node")),
        .path = TRY(StorePath::parse(TRY(text("path")))),
        .time = TRY(parse_time(TRY(text("time")))),
    };
}

} // namespace

std::string generation_key(const Generation& generation) {
    return std::string(generations_prefix) + generation.node + "/" + format_time(generation.time) +
           "-" + std::string(generation.path.hash());
}

Result<void> record_generation(ObjectStore& store, const Generation& generation) {
    const std::string text = Json::object({
                                              {"schema", "ducksnest.cache-generation/1"},
                                              {"node", generation.node},
                                              {"path", generation.path.text()},
                                              {"time", format_time(generation.time)},
                                          })
                                 .dump_pretty();
    TRY(put_bytes(
        store, generation_key(generation), as_bytes(text), {.content_type = "application/json"}
    ));
    return {};
}

Result<std::vector<Generation>> read_generations(ObjectStore& store) {
    std::vector<std::string> keys;
    TRY(store.list({.prefix = std::string(generations_prefix)}, [&](const ObjectEntry& entry) {
        keys.push_back(entry.key);
        return true;
    }));
    std::vector<Generation> generations;
    for (const std::string& key : keys) {
        const Bytes bytes = TRY(get_bytes(store, key, record_max));
        generations.push_back(TRY(parse_generation(key, bytes).with("reading `" + key + "`")));
    }
    return generations;
}

} // namespace ducksnest::cache
