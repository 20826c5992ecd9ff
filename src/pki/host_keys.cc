#include "pki/host_keys.h"

#include "base/text.h"
#include "pki/unseal.h"

#include <algorithm>
#include <utility>

namespace ducksnest::pki {
namespace {

constexpr std::string_view folder = "hosts/";
constexpr std::string_view restore_help =
    "take both files from version control (`git checkout HEAD -- secrets/hosts`), or remove both "
    "to have a new key made, which the machine must then get";

std::unexpected<Error> broken(std::string_view path, std::string_view what) {
    return fail(
        ErrorCode::corrupt,
        "`secrets/" + std::string(path) + "` " + std::string(what),
        std::string(restore_help)
    );
}

Result<std::vector<age::Recipient>> parse_operators(const std::vector<std::string>& operators) {
    std::vector<age::Recipient> recipients;
    recipients.reserve(operators.size());
    for (const std::string& line : operators) {
        recipients.push_back(TRY(age::Recipient::parse(line).with("an operator's key")));
    }
    return recipients;
}

/// Names everybody who can open a file, as far as the file says: a tag, or only a kind.
std::vector<std::string> readers_of(const std::vector<age::Stanza>& stanzas) {
    std::vector<std::string> readers;
    for (const age::Stanza& stanza : stanzas) {
        const bool has_tag = stanza.type.starts_with("ssh-") && !stanza.arguments.empty();
        readers.push_back(stanza.type + (has_tag ? " " + stanza.arguments.front() : ""));
    }
    std::ranges::sort(readers);
    return readers;
}

std::vector<std::string> readers_of(const std::vector<age::Recipient>& recipients) {
    std::vector<std::string> readers;
    for (const age::Recipient& recipient : recipients) {
        const bool has_tag = !recipient.tag().empty();
        readers.push_back(std::string(recipient.type()) + (has_tag ? " " + recipient.tag() : ""));
    }
    std::ranges::sort(readers);
    return readers;
}

} // namespace

std::string sealed_host_key_path(std::string_view machine) {
    return std::string(folder) + std::string(machine) + ".key.age";
}

std::string public_host_key_path(std::string_view machine) {
    return std::string(folder) + std::string(machine) + ".pub";
}

bool is_host_key_path(std::string_view path) {
    return path.starts_with(folder);
}

std::string_view to_string(HostKeyChange change) {
    switch (change) {
    case HostKeyChange::made:
        return "made";
    case HostKeyChange::resealed:
        return "encrypted again";
    case HostKeyChange::kept:
        return "kept";
    }
    std::unreachable();
}

Result<std::optional<std::string>> find_host_key(const Tree& tree, std::string_view machine) {
    const auto sealed = tree.find(sealed_host_key_path(machine));
    const auto half = tree.find(public_host_key_path(machine));
    if (sealed == tree.end() && half == tree.end()) {
        return std::optional<std::string>();
    }
    if (sealed == tree.end()) {
        return broken(public_host_key_path(machine), "has no private half beside it");
    }
    if (half == tree.end()) {
        return broken(sealed_host_key_path(machine), "has no public half beside it");
    }
    std::string line(split(as_text(half->second.bytes), '\n').front());
    const Result<age::Recipient> key = age::Recipient::parse(line);
    if (!key || key->type() != "ssh-ed25519") {
        return broken(public_host_key_path(machine), "is no Ed25519 public key");
    }
    return line;
}

Result<bool> is_sealed_for_others(
    const Tree& tree, std::string_view machine, const std::vector<std::string>& operators
) {
    const std::string path = sealed_host_key_path(machine);
    const auto found = tree.find(path);
    if (found == tree.end()) {
        return false;
    }
    const std::vector<age::Stanza> stanzas =
        TRY(age::read_stanzas(found->second.bytes).with("reading `secrets/" + path + "`"));
    return readers_of(stanzas) != readers_of(TRY(parse_operators(operators)));
}

Result<HostKeyOutcome> make_host_keys(const HostKeyRequest& request, Random& random) {
    const std::vector<age::Recipient> operators = TRY(parse_operators(request.operators));
    HostKeyOutcome outcome = {.tree = request.tree};
    const auto seal = [&](const std::string& machine, const Secret& key) -> Result<void> {
        Bytes sealed = TRY(age::encrypt(key.view(), operators, random));
        outcome.tree[sealed_host_key_path(machine)] = {.bytes = std::move(sealed)};
        return {};
    };
    for (const std::string& machine : request.machines) {
        const auto known = TRY(find_host_key(request.tree, machine));
        if (!known) {
            const age::HostKeyPair pair = age::make_host_key(random, "root@" + machine);
            TRY(seal(machine, pair.private_file));
            const std::string line = pair.public_line + "\n";
            outcome.tree[public_host_key_path(machine)] = {.bytes = to_bytes(line)};
            outcome.keys.push_back({machine, pair.public_line, HostKeyChange::made});
        } else if (TRY(is_sealed_for_others(request.tree, machine, request.operators))) {
            TRY(seal(machine, TRY(open_host_key(request.tree, machine, request.identities))));
            outcome.keys.push_back({machine, *known, HostKeyChange::resealed});
        } else {
            outcome.keys.push_back({machine, *known, HostKeyChange::kept});
        }
    }
    return outcome;
}

Result<Secret> open_host_key(
    const Tree& tree, std::string_view machine, const std::vector<age::Identity>& identities
) {
    const auto known = TRY(find_host_key(tree, machine));
    if (!known) {
        return fail(
            ErrorCode::not_found,
            "there is no host key of `" + std::string(machine) + "`",
            "make it with `ducksnest hosts create`"
        );
    }
    const std::string path = sealed_host_key_path(machine);
    if (identities.empty()) {
        return fail(
            ErrorCode::unauthenticated,
            "`secrets/" + path + "` has to be opened, and there is no operator's private key",
            "name one with `--identity FILE`"
        );
    }
    Secret key = TRY(unseal(
        tree.at(path).bytes, identities, "secrets/" + path, "use the private key of an operator"
    ));
    const Result<age::Recipient> half = age::Recipient::parse_openssh_private(as_text(key.view()));
    if (!half || *half != TRY(age::Recipient::parse(*known))) {
        return broken(path, "does not belong to the public half beside it");
    }
    return key;
}

} // namespace ducksnest::pki
