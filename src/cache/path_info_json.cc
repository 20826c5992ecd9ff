#include "cache/closure.h"
#include "cache/nar_hash.h"
#include "cache/store_path.h"

#include <algorithm>

namespace ducksnest::cache {
namespace {

std::unexpected<Error> invalid(const std::string& path, std::string_view why) {
    return fail(
        ErrorCode::invalid,
        "the path information of `" + path + "` " + std::string(why),
        "it must be what `nix path-info --json --recursive PATH` prints"
    );
}

std::string text_of(const Json& record, std::string_view key) {
    const Json* member = record.find(key);
    const std::string* text = member == nullptr ? nullptr : member->as_string();
    return text == nullptr ? std::string() : *text;
}

std::vector<std::string> texts_of(const Json& record, std::string_view key) {
    std::vector<std::string> texts;
    const Json* member = record.find(key);
    if (member != nullptr && member->as_array() != nullptr) {
        for (const Json& item : *member->as_array()) {
            if (const std::string* text = item.as_string()) {
                texts.push_back(*text);
            }
        }
    }
    return texts;
}

/// Newer versions of Nix leave the store's folder away.
std::string whole_path(const std::string& path) {
    return path.starts_with('/') ? path : std::string(store_folder) + "/" + path;
}

Result<PathRecord> parse_record(std::string path, const Json& json) {
    PathRecord record{.path = whole_path(path)};
    TRY(StorePath::parse(record.path));
    const Json* size = json.find("narSize");
    const std::int64_t* nar_size = size == nullptr ? nullptr : size->as_int();
    if (nar_size == nullptr || *nar_size <= 0) {
        return invalid(path, "has no `narSize`: the path is not valid");
    }
    record.nar_size = static_cast<std::uint64_t>(*nar_size);
    record.nar_hash = TRY(parse_hash(text_of(json, "narHash")));
    for (const std::string& reference : texts_of(json, "references")) {
        record.references.push_back(TRY(StorePath::parse(whole_path(reference))).text());
    }
    std::ranges::sort(record.references);
    const std::string deriver = text_of(json, "deriver");
    if (!deriver.empty()) {
        record.deriver = whole_path(deriver);
    }
    record.signatures = texts_of(json, "signatures");
    record.content_address = text_of(json, "ca");
    return record;
}

} // namespace

Result<std::vector<PathRecord>> parse_path_info(std::string_view text) {
    const Json json = TRY(Json::parse(text, JsonNumbers::any));
    std::vector<PathRecord> records;
    if (const Json::Array* list = json.as_array()) {
        for (const Json& item : *list) {
            records.push_back(TRY(parse_record(text_of(item, "path"), item)));
        }
        return records;
    }
    const Json* info = json.find("info");
    const Json::Object* members = (info == nullptr ? json : *info).as_object();
    if (members == nullptr) {
        return fail(
            ErrorCode::invalid,
            "this is not the path information of Nix",
            "it must be what `nix path-info --json --recursive PATH` prints"
        );
    }
    for (const auto& [path, item] : *members) {
        records.push_back(TRY(parse_record(path, item)));
    }
    return records;
}

} // namespace ducksnest::cache
