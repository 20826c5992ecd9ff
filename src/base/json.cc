#include "base/json.h"

#include "base/assert.h"

#include <fmt/format.h>

#include <algorithm>

namespace ducksnest {
namespace {

void newline(std::string& out, int depth) {
    out += '\n';
    out.append(static_cast<std::size_t>(depth) * 2, ' ');
}

class Writer {
public:
    Writer(std::string& out, bool pretty)
        : out_(out)
        , pretty_(pretty) {}

    void write(const Json& json, int depth) {
        if (json.is_null()) {
            out_ += "null";
        } else if (const bool* flag = json.as_bool()) {
            out_ += *flag ? "true" : "false";
        } else if (const std::int64_t* number = json.as_int()) {
            fmt::format_to(std::back_inserter(out_), "{}", *number);
        } else if (const std::string* text = json.as_string()) {
            append_json_string(out_, *text);
        } else if (const std::string* digits = json.as_fraction()) {
            out_ += *digits;
        } else if (const Json::Array* items = json.as_array()) {
            write_array(*items, depth);
        } else {
            write_object(*json.as_object(), depth);
        }
    }

private:
    void write_array(const Json::Array& items, int depth) {
        if (items.empty()) {
            out_ += "[]";
            return;
        }
        out_ += '[';
        bool first = true;
        for (const Json& item : items) {
            separate(first, depth + 1);
            write(item, depth + 1);
        }
        close(']', depth);
    }

    void write_object(const Json::Object& members, int depth) {
        if (members.empty()) {
            out_ += "{}";
            return;
        }
        out_ += '{';
        bool first = true;
        for (const auto& [key, value] : members) {
            separate(first, depth + 1);
            append_json_string(out_, key);
            out_ += pretty_ ? ": " : ":";
            write(value, depth + 1);
        }
        close('}', depth);
    }

    void separate(bool& first, int depth) {
        if (!first) {
            out_ += ',';
        }
        first = false;
        if (pretty_) {
            newline(out_, depth);
        }
    }

    void close(char bracket, int depth) {
        if (pretty_) {
            newline(out_, depth);
        }
        out_ += bracket;
    }

    std::string& out_;
    bool pretty_;
};

} // namespace

void append_json_string(std::string& out, std::string_view text) {
    out += '"';
    std::size_t plain = 0;
    for (std::size_t i = 0; i < text.size(); ++i) {
        const auto byte = static_cast<unsigned char>(text[i]);
        if (byte >= 0x20 && byte != '"' && byte != '\\') {
            continue;
        }
        out.append(text, plain, i - plain);
        plain = i + 1;
        if (byte == '"' || byte == '\\') {
            out += '\\';
            out += text[i];
        } else if (byte == '\n') {
            out += "\\n";
        } else if (byte == '\t') {
            out += "\\t";
        } else {
            fmt::format_to(std::back_inserter(out), "\\u{:04x}", byte);
        }
    }
    out.append(text, plain, text.size() - plain);
    out += '"';
}

Json Json::object(Object members) {
    std::ranges::sort(members, {}, &Member::first);
    ASSERT(std::ranges::adjacent_find(members, {}, &Member::first) == members.end());
    Json json;
    json.value_ = ObjectBox{std::move(members)};
    return json;
}

Json Json::object(std::initializer_list<Member> members) {
    return object(Object(members));
}

Json Json::strings(const std::vector<std::string>& items) {
    Array array;
    array.reserve(items.size());
    for (const std::string& item : items) {
        array.emplace_back(item);
    }
    return {std::move(array)};
}

Json Json::fraction(std::string text) {
    Json json;
    json.value_ = Fraction{std::move(text)};
    return json;
}

const std::string* Json::as_fraction() const {
    const Fraction* number = std::get_if<Fraction>(&value_);
    return number == nullptr ? nullptr : &number->text;
}

const Json::Object* Json::as_object() const {
    const ObjectBox* box = std::get_if<ObjectBox>(&value_);
    return box == nullptr ? nullptr : &box->members;
}

bool Json::ObjectBox::operator==(const ObjectBox& other) const = default;

const Json* Json::find(std::string_view key) const {
    const Object* members = as_object();
    if (members == nullptr) {
        return nullptr;
    }
    const auto at = std::ranges::lower_bound(*members, key, {}, &Member::first);
    return at != members->end() && at->first == key ? &at->second : nullptr;
}

void Json::set(std::string key, Json value) {
    if (is_null()) {
        value_ = ObjectBox{};
    }
    ObjectBox* box = std::get_if<ObjectBox>(&value_);
    ASSERT(box != nullptr);
    const auto at = std::ranges::lower_bound(box->members, key, {}, &Member::first);
    if (at != box->members.end() && at->first == key) {
        at->second = std::move(value);
    } else {
        box->members.emplace(at, std::move(key), std::move(value));
    }
}

void Json::erase(std::string_view key) {
    if (ObjectBox* box = std::get_if<ObjectBox>(&value_)) {
        std::erase_if(box->members, [&](const Member& member) { return member.first == key; });
    }
}

std::string Json::dump() const {
    std::string out;
    Writer(out, false).write(*this, 0);
    return out;
}

std::string Json::dump_pretty() const {
    std::string out;
    Writer(out, true).write(*this, 0);
    out += '\n';
    return out;
}

} // namespace ducksnest
