#include "app/inner_verb.h"

#include "base/text.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

/// Keeps what is said.
class Kept final : public Output {
public:
    void write(std::string_view said) override { text += said; }
    bool is_terminal() const override { return false; }
    std::size_t width() const override { return 100; }

    std::string text{};
};

/// Says it on the standard error of the verb around this one.
class Aside final : public Output {
public:
    explicit Aside(Context& context)
        : context_(context) {}
    void write(std::string_view said) override { context_.err(said); }
    bool is_terminal() const override { return false; }
    std::size_t width() const override { return context_.err_style().width; }

private:
    Context& context_;
};

std::vector<std::string> with_homelab(Context& context, std::vector<std::string> words) {
    const GlobalOptions& options = context.options();
    words.push_back("--directory=" + options.folder);
    words.push_back("--file=" + options.file);
    if (options.yes) {
        words.emplace_back("--yes");
    }
    if (!options.may_ask) {
        words.emplace_back("--no-input");
    }
    return words;
}

/// Whoever wrote standard error with --json wrote one record a line.
Error error_in(const std::string& text, const std::string& command, Exit exit) {
    Error error{
        .code = ErrorCode::internal,
        .message =
            fmt::format("`ducksnest {}` ended with exit code {}", command, static_cast<int>(exit))
    };
    for (const std::string_view line : split(text, '\n')) {
        const Result<Json> record = Json::parse(line);
        const Json* message = record ? record->find("message") : nullptr;
        if (message == nullptr || !message->as_string()) {
            continue;
        }
        error.message = *message->as_string();
        const Json* help = record->find("help");
        if (help != nullptr && help->as_string()) {
            error.help = *help->as_string();
        }
    }
    return error;
}

} // namespace

VerbAnswer ask_verb(Context& context, std::vector<std::string> words) {
    const std::string command = join(words, " ");
    words.emplace_back("--json");
    words.emplace_back("--no-input");
    Kept out;
    Kept err;
    VerbAnswer answer;
    answer.exit =
        run(parse(with_homelab(context, std::move(words))), context.doors_with(out, &err));
    if (Result<Json> json = Json::parse(out.text)) {
        answer.json = *std::move(json);
    }
    if (answer.exit != Exit::done) {
        answer.error = error_in(err.text, command, answer.exit);
    }
    return answer;
}

Exit run_verb(Context& context, std::vector<std::string> words) {
    const GlobalOptions& options = context.options();
    if (options.json || options.verbosity == Verbosity::quiet) {
        words.emplace_back("--quiet");
    } else if (options.verbosity == Verbosity::verbose) {
        words.emplace_back("--verbose");
    }
    Aside aside(context);
    return run(parse(with_homelab(context, std::move(words))), context.doors_with(aside));
}

} // namespace ducksnest::app
