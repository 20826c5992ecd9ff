#include "config/schema.h"

#include <fmt/format.h>

#include <string>

namespace ducksnest::config {
namespace {

std::string type_column(const Key& key) {
    if (key.words.empty()) {
        return std::string(describe(key.type));
    }
    std::string words;
    for (const std::string_view word : key.words) {
        words += fmt::format("{}`{}`", words.empty() ? "" : ", ", word);
    }
    return key.type == Type::words ? "a list of " + words : words;
}

std::string default_column(const Key& key) {
    switch (key.presence) {
    case Presence::required:
        return "**required**";
    case Presence::optional:
        return "";
    case Presence::defaulted:
        return fmt::format("`{}`", key.fallback);
    case Presence::derived:
        return std::string(key.fallback);
    }
    return {};
}

std::string meaning_column(const Key& key) {
    return key.max == 0 ? std::string(key.text)
                        : fmt::format("{} From {} to {}.", key.text, key.min, key.max);
}

std::string section_markdown(const Section& section) {
    std::string text = fmt::format("## `{}`\n\n{}", header_of(section), section.text);
    text += section.required ? " Required.\n\n" : "\n\n";
    text += "| Key | Value | Default | Meaning |\n| --- | --- | --- | --- |\n";
    for (const Key& key : section.keys) {
        text += fmt::format(
            "| `{}` | {} | {} | {} |\n",
            key.name,
            type_column(key),
            default_column(key),
            meaning_column(key)
        );
    }
    text += fmt::format("\n```toml\n{}\n", header_of(section));
    for (const Key& key : section.keys) {
        text += fmt::format("{} = {}\n", key.name, key.example);
    }
    return text + "```\n\n";
}

} // namespace

std::string schema_markdown() {
    std::string text = "# homelab.toml\n\n"
                       "<!-- Written from src/config/schema_keys.h by `DUCKSNEST_ACCEPT=1 ctest "
                       "--preset dev -R config_test`. -->\n\n"
                       "The one file that describes a homelab. `ducksnest check` reports every "
                       "mistake in it at once; "
                       "`ducksnest explain E0103` tells more about one.\n\n"
                       "- `NAME` is yours to choose: 1 to 63 of a-z, 0-9 and `-`, with a letter or "
                       "digit at both ends.\n"
                       "- A duration is `\"90s\"`, `\"10m\"` or `\"1d12h\"`; a size is "
                       "`\"512MiB\"`, `\"15.4GiB\"` or `\"1TiB\"` and is "
                       "rounded down to whole MiB.\n"
                       "- A share of a CPU is `\"100m\"`, `\"0.5\"` or `2`; an amount of US "
                       "dollars is `20` or `0.052`, kept exactly.\n"
                       "- A section that is absent is not used, except `[network]`, "
                       "`[network.calico]` and `[certificates]`, which then have their "
                       "defaults. An empty section has its defaults too.\n\n";
    for (const Section& section : schema()) {
        text += section_markdown(section);
    }
    text.pop_back();
    return text;
}

} // namespace ducksnest::config
