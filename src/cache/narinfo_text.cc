#include "base/text.h"
#include "cache/nar_hash.h"
#include "cache/narinfo.h"

#include <algorithm>
#include <charconv>
#include <set>

namespace ducksnest::cache {
namespace {

Result<std::uint64_t> parse_size(std::string_view text) {
    std::uint64_t size = 0;
    const auto [end, failed] = std::from_chars(text.data(), text.data() + text.size(), size);
    if (failed != std::errc() || end != text.data() + text.size()) {
        return fail(ErrorCode::invalid, "`" + std::string(text) + "` is not a size");
    }
    return size;
}

/// The fields as they come in, before it is known that all are there.
struct Fields {
    std::optional<StorePath> path{};
    std::optional<Sha256> nar_hash{};
    std::optional<std::uint64_t> nar_size{};
    std::set<std::string, std::less<>> seen{};
    std::string url{};
    std::string compression{};
    std::optional<Sha256> file_hash{};
    std::optional<std::uint64_t> file_size{};
    std::vector<StorePath> references{};
    std::string deriver{};
    std::vector<std::string> signatures{};
    std::string content_address{};

    Result<void> take(std::string_view key, std::string_view value);
    Result<void> take_references(std::string_view value);
};

Result<void> Fields::take_references(std::string_view value) {
    for (const std::string_view name : split(value, ' ')) {
        if (!name.empty()) {
            references.push_back(TRY(StorePath::parse_name(name)));
        }
    }
    std::ranges::sort(references);
    const auto [first, last] = std::ranges::unique(references);
    references.erase(first, last);
    return {};
}

Result<void> Fields::take(std::string_view key, std::string_view value) {
    if (key == "Sig") {
        signatures.emplace_back(value);
        return {};
    }
    if (!seen.emplace(key).second) {
        return fail(ErrorCode::invalid, "`" + std::string(key) + "` comes twice");
    }
    if (key == "StorePath") {
        path = TRY(StorePath::parse(value));
    } else if (key == "URL") {
        url = value;
    } else if (key == "Compression") {
        compression = value;
    } else if (key == "FileHash") {
        file_hash = TRY(parse_hash(value));
    } else if (key == "FileSize") {
        file_size = TRY(parse_size(value));
    } else if (key == "NarHash") {
        nar_hash = TRY(parse_hash(value));
    } else if (key == "NarSize") {
        nar_size = TRY(parse_size(value));
    } else if (key == "References") {
        return take_references(value);
    } else if (key == "Deriver" && value != "unknown-deriver") {
        deriver = TRY(StorePath::parse_name(value)).full_name();
    } else if (key == "CA") {
        content_address = value;
    }
    return {};
}

std::unexpected<Error> corrupt(std::size_t line, std::string_view why) {
    return fail(
        ErrorCode::corrupt,
        "invalid narinfo: line " + std::to_string(line) + ": " + std::string(why)
    );
}

Result<Narinfo> complete(Fields fields) {
    const auto missing = [](std::string_view key) {
        return fail(ErrorCode::corrupt, "invalid narinfo: no `" + std::string(key) + "`");
    };
    if (!fields.path) {
        return missing("StorePath");
    }
    if (fields.url.empty()) {
        return missing("URL");
    }
    if (!fields.nar_hash) {
        return missing("NarHash");
    }
    if (fields.nar_size.value_or(0) == 0) {
        return missing("NarSize");
    }
    return Narinfo{
        .path = std::move(*fields.path),
        .url = std::move(fields.url),
        // What Nix takes a missing line for.
        .compression = fields.compression.empty() ? "bzip2" : std::move(fields.compression),
        .file_hash = fields.file_hash,
        .file_size = fields.file_size,
        .nar_hash = *fields.nar_hash,
        .nar_size = *fields.nar_size,
        .references = std::move(fields.references),
        .deriver = std::move(fields.deriver),
        .signatures = std::move(fields.signatures),
        .content_address = std::move(fields.content_address),
    };
}

} // namespace

Result<Narinfo> parse_narinfo(std::string_view text) {
    Fields fields;
    std::size_t line = 0;
    while (!text.empty()) {
        ++line;
        const std::size_t end = text.find('\n');
        if (end == std::string_view::npos) {
            return corrupt(line, "it does not end, the file was cut");
        }
        const std::string_view content = text.substr(0, end);
        text.remove_prefix(end + 1);
        const std::size_t colon = content.find(": ");
        if (content.find('\0') != std::string_view::npos) {
            return corrupt(line, "it has a NUL");
        }
        if (colon == std::string_view::npos) {
            // "References:" of a path without any loses its blank in some editors.
            if (content.ends_with(':')) {
                continue;
            }
            return corrupt(line, "there is no `: ` in it");
        }
        const auto taken = fields.take(content.substr(0, colon), content.substr(colon + 2));
        if (!taken) {
            return corrupt(line, taken.error().message);
        }
    }
    return complete(std::move(fields));
}

std::string format_narinfo(const Narinfo& narinfo) {
    std::string text;
    const auto add = [&](std::string_view key, std::string_view value) {
        text.append(key).append(": ").append(value).append("\n");
    };
    add("StorePath", narinfo.path.text());
    add("URL", narinfo.url);
    add("Compression", narinfo.compression);
    if (narinfo.file_hash) {
        add("FileHash", format_hash(*narinfo.file_hash));
    }
    if (narinfo.file_size) {
        add("FileSize", std::to_string(*narinfo.file_size));
    }
    add("NarHash", format_hash(narinfo.nar_hash));
    add("NarSize", std::to_string(narinfo.nar_size));
    std::string references;
    for (const StorePath& reference : narinfo.references) {
        references += (references.empty() ? "" : " ") + reference.full_name();
    }
    add("References", references);
    if (!narinfo.deriver.empty()) {
        add("Deriver", narinfo.deriver);
    }
    for (const std::string& signature : narinfo.signatures) {
        add("Sig", signature);
    }
    if (!narinfo.content_address.empty()) {
        add("CA", narinfo.content_address);
    }
    return text;
}

std::string narinfo_key(const StorePath& path) {
    return std::string(path.hash()) + ".narinfo";
}

std::string fingerprint(const Narinfo& narinfo) {
    std::string text = "1;" + narinfo.path.text() + ";" + format_hash(narinfo.nar_hash) + ";" +
                       std::to_string(narinfo.nar_size) + ";";
    bool is_first = true;
    for (const StorePath& reference : narinfo.references) {
        text += (is_first ? "" : ",") + reference.text();
        is_first = false;
    }
    return text;
}

} // namespace ducksnest::cache
