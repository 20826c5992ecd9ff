#pragma once

#include "config/schema.h"
#include "config/tree.h"
#include "diag/diagnostic.h"
#include "model/homelab.h"

#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace ducksnest::config {

/// What the readers of one file share.
struct Context {
    std::vector<diag::Diagnostic>* diagnostics = nullptr;
    bool complete = true; ///< False: lines were skipped, so nothing is reported as missing.
};

/// Reads the keys of one section as the schema types them. A key that cannot be read is reported
/// and leaves its field alone; `typed` tells whether the section is still usable.
class Reader {
public:
    /// `header` is the section as the user writes it: "[nodes.firebat]".
    Reader(const Context& context, const Value& table, const Section& section, std::string header);

    diag::Span span() const { return table_.span; }
    bool has(std::string_view key) const { return table_.find(key) != nullptr; }
    /// False when a value is missing or unreadable for which there is no substitute.
    bool typed() const { return typed_; }

    /// T is std::string, std::int64_t, Duration, net::Address or net::Cidr.
    template <class T>
    void read(std::string_view key, diag::Spanned<T>& out) {
        if (std::optional<diag::Spanned<T>> value = value_of<T>(key)) {
            out = *std::move(value);
        }
    }
    template <class T>
    void read(std::string_view key, std::optional<diag::Spanned<T>>& out) {
        if (std::optional<diag::Spanned<T>> value = value_of<T>(key)) {
            out = std::move(value);
        }
    }

    /// The enumerators stand in the order of the schema's words.
    template <class E>
    void read_word(std::string_view key, diag::Spanned<E>& out) {
        if (const std::optional<diag::Spanned<std::size_t>> index = word_of(key)) {
            out = {static_cast<E>(index->value), index->span};
        }
    }
    template <class E>
    void read_words(std::string_view key, std::vector<diag::Spanned<E>>& out) {
        for (const diag::Spanned<std::size_t>& index : words_of(key)) {
            out.push_back({static_cast<E>(index.value), index.span});
        }
    }
    void read_strings(std::string_view key, std::vector<diag::Spanned<std::string>>& out);

private:
    template <class T>
    std::optional<diag::Spanned<T>> value_of(std::string_view key);
    std::optional<diag::Spanned<std::size_t>> word_of(std::string_view key);
    std::vector<diag::Spanned<std::size_t>> words_of(std::string_view key);

    const Key& key_named(std::string_view name) const;
    /// The entry of a key; without one, what the schema says about absence has been done.
    const Entry* entry_of(const Key& key);
    /// The text that carries a scalar, or nothing after a complaint about its type.
    std::optional<std::string> text_of(const Key& key, const Value& value);
    std::optional<std::size_t> index_of(const Key& key, const Value& value);
    const std::vector<Value>* items_of(const Key& key, const Value& value);

    void report(diag::Diagnostic diagnostic) {
        context_.diagnostics->push_back(std::move(diagnostic));
    }
    /// Reports that a value cannot be used; only optional keys can do without.
    void refuse(const Key& key, diag::Diagnostic diagnostic);
    void refuse_type(const Key& key, const Value& value);

    Context context_;
    const Value& table_;
    const Section& section_;
    std::string header_;
    bool typed_ = true;
};

} // namespace ducksnest::config
