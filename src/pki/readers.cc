#include "pki/readers.h"

#include "base/digest.h"
#include "base/encoding.h"
#include "base/text.h"

#include <algorithm>
#include <optional>

namespace ducksnest::pki {

namespace {

/// "operator duck@desk" by the comment of the key, or "operator 2" by its place.
std::string operator_name(std::string_view line, std::size_t place) {
    const std::vector<std::string_view> words = split(line, ' ');
    if (words.size() >= 3 && !words[2].empty()) {
        return "operator " + std::string(words[2]);
    }
    return "operator " + std::to_string(place);
}

Result<Reader> parse_reader(std::string name, std::string_view line) {
    age::Recipient recipient = TRY(age::Recipient::parse(line).with("key of `" + name + "`"));
    std::string id = reader_id(recipient);
    return Reader{.name = std::move(name), .id = std::move(id), .recipient = std::move(recipient)};
}

Result<void> refuse_shared_keys(const std::vector<Reader>& readers) {
    std::map<std::string_view, const Reader*> seen;
    for (const Reader& reader : readers) {
        const auto [found, is_new] = seen.emplace(reader.id, &reader);
        if (!is_new) {
            return fail(
                ErrorCode::invalid,
                "`" + found->second->name + "` and `" + reader.name + "` have the same key",
                "give each machine and each operator a key of its own"
            );
        }
    }
    return {};
}

} // namespace

std::string reader_id(const age::Recipient& recipient) {
    const std::string& text = recipient.text();
    const std::size_t space = text.find(' ');
    if (space == std::string::npos) {
        return text;
    }
    const Result<Bytes> wire = decode_base64(std::string_view(text).substr(space + 1));
    return "SHA256:" + encode_base64_unpadded(sha256(wire.value()));
}

Result<Readers> Readers::parse(const TrustPlan& plan, Parallel& parallel) {
    std::vector<std::pair<std::string, std::string_view>> lines;
    Readers readers;
    for (const auto& [node, key] : plan.host_keys) {
        readers.by_node_.emplace(node, lines.size());
        lines.emplace_back(node, key);
    }
    readers.first_operator_ = lines.size();
    for (std::size_t index = 0; index < plan.operators.size(); ++index) {
        lines.emplace_back(operator_name(plan.operators[index], index + 1), plan.operators[index]);
    }
    std::vector<std::optional<Result<Reader>>> parsed(lines.size());
    parallel.for_each(lines.size(), [&](std::size_t index) {
        parsed[index] = parse_reader(lines[index].first, lines[index].second);
    });
    for (std::size_t index = 0; index < parsed.size(); ++index) {
        Reader reader = TRY(std::move(*parsed[index]));
        if (index < readers.first_operator_ && reader.recipient.tag().empty()) {
            return fail(
                ErrorCode::invalid,
                "the key of node `" + reader.name + "` is no SSH key",
                "use the machine's own host key: `ssh-ed25519 AAAA…`"
            );
        }
        readers.readers_.push_back(std::move(reader));
    }
    TRY(refuse_shared_keys(readers.readers_));
    return readers;
}

std::vector<const Reader*> Readers::select(const std::vector<std::string>& owners) const {
    std::vector<const Reader*> selected;
    for (const std::string& owner : owners) {
        selected.push_back(&readers_[by_node_.at(owner)]);
    }
    for (std::size_t index = first_operator_; index < readers_.size(); ++index) {
        selected.push_back(&readers_[index]);
    }
    return selected;
}

std::vector<age::Recipient> Readers::recipients(const std::vector<std::string>& owners) const {
    std::vector<age::Recipient> recipients;
    for (const Reader* reader : select(owners)) {
        recipients.push_back(reader->recipient);
    }
    return recipients;
}

std::vector<std::string> Readers::ids(const std::vector<std::string>& owners) const {
    std::vector<std::string> ids;
    for (const Reader* reader : select(owners)) {
        ids.push_back(reader->id);
    }
    std::ranges::sort(ids);
    return ids;
}

std::string Readers::name_of(std::string_view id) const {
    for (const Reader& reader : readers_) {
        if (reader.id == id) {
            return reader.name;
        }
    }
    return std::string(id);
}

} // namespace ducksnest::pki
