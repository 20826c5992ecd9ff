#include "app/parse.h"

#include <doctest/doctest.h>

#include <map>
#include <set>

using namespace ducksnest;
using namespace ducksnest::app;

namespace {

void check_mistake(
    const std::vector<std::string>& words, const std::string& message, const std::string& help
) {
    const Invocation invocation = parse(words);
    REQUIRE(invocation.mistake.has_value());
    CHECK(invocation.mistake->message == message);
    CHECK(invocation.mistake->help == help);
}

} // namespace

TEST_CASE("global flags work before and after the command") {
    for (const std::vector<std::string>& words :
         {std::vector<std::string>{"-C", "lab", "--json", "version"},
          std::vector<std::string>{"version", "-C", "lab", "--json"},
          std::vector<std::string>{"-Clab", "version", "--json"},
          std::vector<std::string>{"--directory=lab", "version", "--json"}}) {
        const Invocation invocation = parse(words);
        CHECK_FALSE(invocation.mistake.has_value());
        REQUIRE(invocation.command != nullptr);
        CHECK(invocation.command->path == "version");
        CHECK(invocation.global.folder == "lab");
        CHECK(invocation.global.json);
    }
}

TEST_CASE("fallbacks stand in for flags that are not given") {
    const Invocation invocation = parse({"version"});
    CHECK(invocation.global.folder == ".");
    CHECK(invocation.global.file == "homelab.toml");
    CHECK(invocation.global.colour == ColourChoice::automatic);
    CHECK_FALSE(invocation.arguments.has("color"));
    CHECK(invocation.arguments.text("color") == "auto");
}

TEST_CASE("mistakes are told with what was probably meant") {
    check_mistake(
        {"versoin"}, "no command is called `versoin`", "did you mean `ducksnest version`?"
    );
    check_mistake({"fly"}, "no command is called `fly`", "`ducksnest help` lists the commands");
    check_mistake({"version", "--jsno"}, "no flag is called `--jsno`", "did you mean `--json`?");
    check_mistake({"--quite", "version"}, "no flag is called `--quite`", "did you mean `--quiet`?");
    check_mistake({"version", "--zzz"}, "no flag is called `--zzz`", "`--help` lists the flags");
    check_mistake(
        {"version", "now"}, "`now` is one argument too many", "see `ducksnest version --help`"
    );
    check_mistake(
        {"init", "a", "b"}, "`b` is one argument too many", "see `ducksnest init --help`"
    );
    check_mistake(
        {"completions"}, "`ducksnest completions` needs an argument KIND", "KIND: what to print"
    );
    check_mistake({"completions", "fissh"}, "KIND cannot be `fissh`", "did you mean `fish`?");
    check_mistake(
        {"version", "--json=5"}, "the flag `--json` takes no value", "write just `--json`"
    );
    check_mistake({"version", "--file"}, "the flag `--file` needs a value", "write `--file FILE`");
    check_mistake(
        {"version", "--color", "nevr"},
        "the flag `--color` cannot be `nevr`",
        "did you mean `never`?"
    );
    check_mistake(
        {"version", "--color", "blue"},
        "the flag `--color` cannot be `blue`",
        "one of `auto`, `always`, `never`"
    );
    check_mistake(
        {"version", "-C", "a", "-C", "b"},
        "the flag `--directory` is given more than once",
        "give it once, with one value"
    );
}

TEST_CASE("arguments stand anywhere among the flags, and behind --") {
    const Invocation help = parse({"help", "--json", "certs", "-q", "renew"});
    CHECK(help.arguments.all("COMMAND") == std::vector<std::string>{"certs", "renew"});
    CHECK(parse({"init", "--", "--odd"}).arguments.text("DIR") == "--odd");
    CHECK(parse({"init", "--", "--odd"}).arguments.has("DIR"));
    CHECK_FALSE(parse({"init"}).arguments.has("DIR"));
}

TEST_CASE("--json is known even when the command line is wrong") {
    CHECK(parse({"versoin", "--json"}).global.json);
}

TEST_CASE("a flag's name means the same in every command") {
    std::map<std::string, Value> kinds;
    for (const Command& command : command_table()) {
        for (const Flag& flag : command.flags) {
            CAPTURE(command.path);
            CAPTURE(flag.name);
            // `up --keep` leaves something up, `cache gc --keep 3` so many generations; `cache push
            // --system ultra` records one, `deploy --system ultra=PATH` names it: each is what
            // people expect there.
            if (flag.name == "keep" || flag.name == "system") {
                continue;
            }
            CHECK((kinds.try_emplace(flag.name, flag.value).first->second == flag.value));
        }
    }
}

TEST_CASE("the table describes every command completely") {
    std::set<std::string> paths;
    for (const Command& command : command_table()) {
        CAPTURE(command.path);
        CHECK(paths.insert(command.path).second);
        CHECK((command.run != nullptr));
        CHECK_FALSE(command.summary.empty());
        CHECK_FALSE(command.summary.ends_with('.'));
        CHECK_FALSE(command.description.empty());
        CHECK_FALSE(command.examples.empty());
        std::set<std::string> flags;
        for (const Flag& flag : global_flags()) {
            flags.insert(flag.name);
        }
        for (const Flag& flag : command.flags) {
            CAPTURE(flag.name);
            CHECK(flags.insert(flag.name).second);
            CHECK_FALSE(flag.summary.empty());
            CHECK((flag.value == Value::none) == flag.metavar.empty());
            CHECK((flag.value == Value::choice) == !flag.choices.empty());
        }
        for (const Example& example : command.examples) {
            CHECK(example.command.contains("ducksnest "));
        }
    }
}
