#include "app/context.h"
#include "app/verbs.h"
#include "base/text.h"
#include "diag/secrets.h"
#include "model/codes.h"

#include <fmt/format.h>

namespace ducksnest::app {
namespace {

Json record(const model::Code& code) {
    return Json::object({
        {"code", code.id},
        {"title", code.title},
        {"text", code.text},
        {"wrong", code.wrong},
        {"right", code.right},
    });
}

Result<Exit> list_codes(Context& context) {
    Json::Array items;
    std::string lines;
    for (const model::Code& code : model::codes()) {
        items.push_back(record(code));
        lines += fmt::format("{}  {}\n", code.id, code.title);
    }
    if (context.options().json) {
        context.out_json(Json::object({{"schema", "ducksnest.codes/1"}, {"codes", std::move(items)}}
        ));
    } else {
        context.out(lines);
    }
    return Exit::done;
}

Result<Exit> run_explain(Context& context) {
    const std::optional<std::string> id = context.arguments().text("CODE");
    if (!id) {
        return list_codes(context);
    }
    const std::optional<model::Code> code = model::find_code(*id);
    if (!code) {
        std::vector<std::string> known;
        for (const model::Code& candidate : model::codes()) {
            known.emplace_back(candidate.id);
        }
        const std::optional<std::string> meant = closest(*id, known);
        const Error error{
            .code = ErrorCode::not_found,
            .message = fmt::format("there is no code {}", diag::quoted(*id)),
            .help =
                meant
                    ? fmt::format("did you mean `{}`? `ducksnest explain` lists all codes", *meant)
                    : "`ducksnest explain` lists all codes",
        };
        return context.report(error, Exit::usage);
    }
    if (context.options().json) {
        Json answer = record(*code);
        answer.set("schema", "ducksnest.explain/1");
        context.out_json(answer);
    } else {
        context.out(model::explain(*code));
    }
    return Exit::done;
}

} // namespace

Command explain_command() {
    return {
        .path = "explain",
        .summary = "explain the code of a mistake in homelab.toml",
        .description =
            "Every error and warning about homelab.toml carries a code such as E0103. This tells "
            "what it "
            "means, with a wrong and a right example. Without a code all of them are listed.",
        .arguments = {{.name = "CODE", .value = Value::text, .summary = "the code, like E0103"}},
        .examples =
            {{.command = "ducksnest explain E0301", .says = "why overlapping networks are an error"
             },
             {.command = "ducksnest explain", .says = "list all codes"}},
        .run = run_explain,
    };
}

} // namespace ducksnest::app
