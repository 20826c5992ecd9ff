#include "app/identities.h"

#include "base/text.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <optional>

namespace ducksnest::app {
namespace {

constexpr std::array<std::string_view, 2> usual_keys{".ssh/id_ed25519", ".ssh/id_rsa"};
constexpr int passphrase_tries_max = 3;

/// The text of a key file, wiped when it goes.
Result<Secret> read_key(Context& context, const std::string& path) {
    auto bytes = TRY(context.files().read(context.show_folder(path)));
    if (!bytes) {
        return fail(ErrorCode::not_found, fmt::format("there is no key file `{}`", path));
    }
    return Secret(std::move(*bytes));
}

Result<std::vector<age::Identity>> parse_age_lines(std::string_view text) {
    std::vector<age::Identity> identities;
    for (std::string_view line : split(text, '\n')) {
        if (line.ends_with('\r')) {
            line.remove_suffix(1);
        }
        if (!line.empty() && !line.starts_with('#')) {
            identities.push_back(TRY(age::Identity::parse_x25519(line)));
        }
    }
    return identities;
}

Result<age::Identity>
ask_passphrase(Context& context, const std::string& path, std::string_view text) {
    if (!context.options().may_ask) {
        return fail(
            ErrorCode::unauthenticated,
            fmt::format("`{}` has a passphrase, and --no-input forbids to ask for it", path)
        );
    }
    for (int attempt = 1;; ++attempt) {
        const Secret passphrase =
            TRY(context.in().read_secret(fmt::format("passphrase of `{}`: ", path)));
        Result<age::Identity> identity = age::Identity::parse_openssh(text, &passphrase);
        const bool is_wrong = !identity && identity.error().code == ErrorCode::denied;
        if (!is_wrong || attempt == passphrase_tries_max) {
            return identity;
        }
        context.err("that is not it\n");
    }
}

/// `~/.ssh/id_ed25519` when the file is there and its public half is an operator's.
Result<std::optional<std::string>>
usable_key(Context& context, std::string_view name, const std::vector<std::string>& operators) {
    const std::string home = context.machine().facts().home;
    if (home.empty()) {
        return std::optional<std::string>();
    }
    const std::string path = fmt::format("{}/{}", home, name);
    const auto bytes = TRY(context.files().read(path));
    if (!bytes) {
        return std::optional<std::string>();
    }
    const Secret text(ByteView{*bytes});
    const auto half = age::Recipient::parse_openssh_private(as_text(text.view()));
    const bool is_operator = half && std::ranges::any_of(operators, [&](const std::string& line) {
                                 const auto known = age::Recipient::parse(line);
                                 return known && *known == *half;
                             });
    return is_operator ? std::optional(path) : std::nullopt;
}

} // namespace

Result<std::vector<age::Identity>> read_identity_file(Context& context, const std::string& path) {
    const Secret file = TRY(read_key(context, path));
    const std::string_view text = as_text(file.view());
    const std::string frame = fmt::format("reading the key file `{}`", path);
    if (text.contains("AGE-SECRET-KEY-")) {
        return parse_age_lines(text).with(frame);
    }
    Result<age::Identity> identity = age::Identity::parse_openssh(text);
    if (!identity && identity.error().code == ErrorCode::unauthenticated) {
        identity = ask_passphrase(context, path, text);
    }
    return std::vector{TRY(std::move(identity).with(frame))};
}

Result<std::vector<age::Identity>>
load_identities(Context& context, const std::vector<std::string>& operators) {
    std::vector<std::string> paths = context.arguments().all("identity");
    if (paths.empty()) {
        for (const std::string_view name : usual_keys) {
            if (auto path = TRY(usable_key(context, name, operators))) {
                paths.push_back(std::move(*path));
            }
        }
    }
    std::vector<age::Identity> identities;
    for (const std::string& path : paths) {
        for (age::Identity& identity : TRY(read_identity_file(context, path))) {
            identities.push_back(std::move(identity));
        }
    }
    return identities;
}

} // namespace ducksnest::app
