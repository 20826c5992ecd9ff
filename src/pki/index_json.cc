#include "pki/index.h"

#include <algorithm>
#include <array>
#include <set>

namespace ducksnest::pki {

namespace {

constexpr std::array authorities{Authority::cluster, Authority::etcd, Authority::front_proxy};

std::string_view kind_text(SecretKind kind) {
    return kind == SecretKind::signing_key ? "signing key" : "encryption key";
}

Json to_json(const SealedKey& key) {
    return Json::object({{"recipients", Json::strings(key.recipients)}, {"sha256", key.digest}});
}

Json to_json(const AuthorityKey& key) {
    return Json::object({
        {"expires", format_time(key.not_after)},
        {"fingerprint", key.fingerprint},
        {"generation", key.generation},
        {"key", to_json(key.key)},
    });
}

Json to_json(const RetiredAuthority& retired) {
    return Json::object({
        {"expires", format_time(retired.not_after)},
        {"fingerprint", retired.fingerprint},
        {"generation", retired.generation},
    });
}

Json to_json(const AuthorityEntry& entry) {
    return Json::object({
        {"current", to_json(entry.current)},
        {"name", to_string(entry.authority)},
        {"next", entry.next.has_value() ? to_json(*entry.next) : Json()},
        {"phase", to_string(entry.phase())},
        {"previous", entry.previous.has_value() ? to_json(*entry.previous) : Json()},
    });
}

Json to_json(const CertificateEntry& entry) {
    return Json::object({
        {"authority", to_string(entry.authority)},
        {"expires", format_time(entry.not_after)},
        {"fingerprint", entry.fingerprint},
        {"generation", entry.generation},
        {"key", to_json(entry.key)},
        {"name", entry.name},
        {"names", Json::strings(entry.names)},
        {"owners", Json::strings(entry.owners)},
        {"spec", entry.spec_digest},
        {"units", Json::strings(entry.units)},
        {"user", entry.user},
    });
}

Json to_json(const SecretEntry& entry) {
    return Json::object({
        {"key", to_json(entry.key)},
        {"kind", kind_text(entry.kind)},
        {"name", entry.name},
        {"owners", Json::strings(entry.owners)},
        {"public_sha256", entry.public_digest},
        {"units", Json::strings(entry.units)},
        {"user", entry.user},
    });
}

template <class Entry>
Json list(const std::vector<Entry>& entries, Parallel& parallel) {
    Json::Array items(entries.size());
    parallel.for_each(entries.size(), [&](std::size_t index) {
        items[index] = to_json(entries[index]);
    });
    return items;
}

std::unexpected<Error> corrupt(std::string_view why) {
    return fail(ErrorCode::corrupt, "the index " + std::string(why));
}

/// Reads the members of one object and notices those that nobody asked for.
class Members {
public:
    static Result<Members> of(const Json& json) {
        if (json.as_object() == nullptr) {
            return corrupt("has something else where an object should be");
        }
        return Members(json);
    }

    Result<const Json*> any(std::string_view key) {
        const Json* found = json_->find(key);
        if (found == nullptr) {
            return corrupt("lacks `" + std::string(key) + "`");
        }
        ++asked_;
        return found;
    }
    Result<std::string> text(std::string_view key) {
        const std::string* found = TRY(any(key))->as_string();
        return found != nullptr ? Result<std::string>(*found) : wrong(key);
    }
    Result<std::int64_t> number(std::string_view key) {
        const std::int64_t* found = TRY(any(key))->as_int();
        return found != nullptr ? Result<std::int64_t>(*found) : wrong(key);
    }
    Result<Instant> time(std::string_view key) {
        const Result<Instant> found = parse_time(TRY(text(key)));
        return found.has_value() ? found : wrong(key);
    }
    Result<std::vector<std::string>> texts(std::string_view key) {
        std::vector<std::string> out;
        for (const Json& item : *TRY(array(key))) {
            if (item.as_string() == nullptr) {
                return wrong(key);
            }
            out.push_back(*item.as_string());
        }
        return out;
    }
    Result<const Json::Array*> array(std::string_view key) {
        const Json::Array* found = TRY(any(key))->as_array();
        return found != nullptr ? Result<const Json::Array*>(found) : wrong(key);
    }
    Result<void> finish() const {
        if (asked_ != json_->as_object()->size()) {
            return corrupt("has members that this version does not know");
        }
        return {};
    }
    static std::unexpected<Error> wrong(std::string_view key) {
        return corrupt("has no proper `" + std::string(key) + "`");
    }

private:
    explicit Members(const Json& json)
        : json_(&json) {}
    const Json* json_;
    std::size_t asked_ = 0;
};

Result<Authority> parse_authority(std::string_view text) {
    for (const Authority authority : authorities) {
        if (to_string(authority) == text) {
            return authority;
        }
    }
    return corrupt("names an authority `" + std::string(text) + "` that does not exist");
}

Result<SealedKey> parse_key(const Json& json) {
    Members members = TRY(Members::of(json));
    SealedKey key{
        .digest = TRY(members.text("sha256")), .recipients = TRY(members.texts("recipients"))
    };
    TRY(members.finish());
    return key;
}

Result<AuthorityKey> parse_authority_key(const Json& json) {
    Members members = TRY(Members::of(json));
    AuthorityKey key{
        .generation = TRY(members.number("generation")),
        .fingerprint = TRY(members.text("fingerprint")),
        .not_after = TRY(members.time("expires")),
        .key = TRY(parse_key(*TRY(members.any("key")))),
    };
    TRY(members.finish());
    return key;
}

Result<RetiredAuthority> parse_retired(const Json& json) {
    Members members = TRY(Members::of(json));
    RetiredAuthority retired{
        .generation = TRY(members.number("generation")),
        .fingerprint = TRY(members.text("fingerprint")),
        .not_after = TRY(members.time("expires")),
    };
    TRY(members.finish());
    return retired;
}

Result<AuthorityEntry> parse_authority_entry(const Json& json) {
    Members members = TRY(Members::of(json));
    AuthorityEntry entry;
    entry.authority = TRY(parse_authority(TRY(members.text("name"))));
    entry.current = TRY(parse_authority_key(*TRY(members.any("current"))));
    if (const Json* next = TRY(members.any("next")); !next->is_null()) {
        entry.next = TRY(parse_authority_key(*next));
    }
    if (const Json* previous = TRY(members.any("previous")); !previous->is_null()) {
        entry.previous = TRY(parse_retired(*previous));
    }
    const bool is_both = entry.next.has_value() && entry.previous.has_value();
    if (TRY(members.text("phase")) != to_string(entry.phase()) || is_both) {
        return Members::wrong("phase");
    }
    TRY(members.finish());
    return entry;
}

Result<CertificateEntry> parse_certificate_entry(const Json& json) {
    Members members = TRY(Members::of(json));
    CertificateEntry entry{
        .name = TRY(members.text("name")),
        .authority = TRY(parse_authority(TRY(members.text("authority")))),
        .generation = TRY(members.number("generation")),
        .fingerprint = TRY(members.text("fingerprint")),
        .spec_digest = TRY(members.text("spec")),
        .names = TRY(members.texts("names")),
        .not_after = TRY(members.time("expires")),
        .key = TRY(parse_key(*TRY(members.any("key")))),
        .owners = TRY(members.texts("owners")),
        .user = TRY(members.text("user")),
        .units = TRY(members.texts("units")),
    };
    TRY(members.finish());
    return entry;
}

Result<SecretEntry> parse_secret_entry(const Json& json) {
    Members members = TRY(Members::of(json));
    const std::string kind = TRY(members.text("kind"));
    SecretEntry entry{
        .name = TRY(members.text("name")),
        .kind = kind == kind_text(SecretKind::signing_key) ? SecretKind::signing_key
                                                           : SecretKind::encryption_key,
        .public_digest = TRY(members.text("public_sha256")),
        .key = TRY(parse_key(*TRY(members.any("key")))),
        .owners = TRY(members.texts("owners")),
        .user = TRY(members.text("user")),
        .units = TRY(members.texts("units")),
    };
    if (kind_text(entry.kind) != kind) {
        return Members::wrong("kind");
    }
    TRY(members.finish());
    return entry;
}

template <class Entry>
Result<std::vector<Entry>>
parse_list(Members& members, std::string_view key, Result<Entry> (*parse_entry)(const Json&)) {
    std::vector<Entry> entries;
    for (const Json& item : *TRY(members.array(key))) {
        entries.push_back(TRY(parse_entry(item)));
    }
    return entries;
}

template <class Entry, class Key>
Result<void> check_order(const std::vector<Entry>& entries, Key Entry::* key) {
    for (std::size_t index = 1; index < entries.size(); ++index) {
        if (!(entries[index - 1].*key < entries[index].*key)) {
            return corrupt("lists something twice or out of order");
        }
    }
    return {};
}

} // namespace

std::string encode_index(const Index& index, Parallel& parallel) {
    return Json::object({
                            {"authorities", list(index.authorities, parallel)},
                            {"certificates", list(index.certificates, parallel)},
                            {"homelab", index.homelab},
                            {"schema", index_schema},
                            {"secrets", list(index.secrets, parallel)},
                        })
        .dump_pretty();
}

Result<Index> parse_index(std::string_view text) {
    if (text.contains("<<<<<<< ") || text.contains("\n>>>>>>> ")) {
        return corrupt("has conflict markers");
    }
    const Json json = TRY(Json::parse(text));
    Members members = TRY(Members::of(json));
    if (const std::string schema = TRY(members.text("schema")); schema != index_schema) {
        return fail(
            ErrorCode::unsupported,
            "the index is of kind `" + schema + "`, not `" + std::string(index_schema) + "`"
        );
    }
    Index index{
        .homelab = TRY(members.text("homelab")),
        .authorities = TRY(parse_list(members, "authorities", parse_authority_entry)),
        .certificates = TRY(parse_list(members, "certificates", parse_certificate_entry)),
        .secrets = TRY(parse_list(members, "secrets", parse_secret_entry)),
    };
    TRY(members.finish());
    TRY(check_order(index.authorities, &AuthorityEntry::authority));
    TRY(check_order(index.certificates, &CertificateEntry::name));
    TRY(check_order(index.secrets, &SecretEntry::name));
    return index;
}

} // namespace ducksnest::pki
