#include "model/codes.h"

#include <array>

namespace ducksnest::model {
namespace {

constexpr std::array<Code, 15> table = {{
    {.id = "E0601",
     .title = "no site for replacements",
     .text = "Replacements start at an AWS site. It can be left out only when there is "
             "exactly one.",
     .wrong = "[dr]\n"
              "site = \"asw\"",
     .right = "[dr]\n"
              "site = \"aws\""},
    {.id = "E0602",
     .title = "a site where nothing can be rented",
     .text = "Replacements are rented machines; a site of own hardware has none.",
     .wrong = "[dr]\n"
              "site = \"home\"",
     .right = "[dr]\n"
              "site = \"aws\""},
    {.id = "E0603",
     .title = "replacements without offers",
     .text = "Machines may be rented, but no offer says which and for how much.",
     .wrong = "[dr]\n"
              "max_replacements = 2",
     .right = "[dr]\n"
              "max_replacements = 2\n"
              "[[dr.offers]]\n"
              "instance = \"t3.medium\"\n"
              "usd_per_hour = 0.052"},
    {.id = "E0604",
     .title = "an offer that is too small",
     .text = "A worker needs 2GiB of memory: what kubelet, Calico and Tailscale take leaves "
             "nothing for pods on less.",
     .wrong = "instance = \"t3.micro\"",
     .right = "instance = \"t3.medium\""},
    {.id = "E0605",
     .title = "an offer stands twice",
     .text = "Offers are tried in order until one is granted. The same type a second time is "
             "refused for the same reason as the first.",
     .wrong = "[[dr.offers]]\n"
              "instance = \"t3.medium\"\n"
              "[[dr.offers]]\n"
              "instance = \"t3.medium\"",
     .right = "[[dr.offers]]\n"
              "instance = \"t3.medium\"\n"
              "[[dr.offers]]\n"
              "instance = \"t3a.medium\""},
    {.id = "E0606",
     .title = "a budget that cannot pay its own offers",
     .text = "The month's budget must pay for one outage of a day with all replacements "
             "running: max_replacements x usd_per_hour x 24. With the cheapest offer that is "
             "a must; below it, help would stop in the middle of the first outage.",
     .wrong = "[dr]\n"
              "max_replacements = 2\n"
              "usd_per_month = 1\n"
              "[[dr.offers]]\n"
              "instance = \"t3.medium\"\n"
              "usd_per_hour = 0.052",
     .right = "[dr]\n"
              "max_replacements = 2\n"
              "usd_per_month = 20\n"
              "[[dr.offers]]\n"
              "instance = \"t3.medium\"\n"
              "usd_per_hour = 0.052"},
    {.id = "E0607",
     .title = "an offer without a price",
     .text = "The budget is kept by adding up prices. An offer that costs nothing would "
             "never reach it.",
     .wrong = "usd_per_hour = 0",
     .right = "usd_per_hour = 0.052"},
    {.id = "E0608",
     .title = "no independent witness",
     .text = "Before money is spent, somebody besides the Kubernetes API must agree that a "
             "site is lost: a broken tunnel looks the same from the API.",
     .wrong = "[dr]\n"
              "witnesses = []",
     .right = "[dr]\n"
              "witnesses = [\"tailnet\", \"s3-heartbeat\"]"},
    {.id = "E0609",
     .title = "waiting too short or too long",
     .text = "Kubernetes takes 50s to notice a lost node; acting much earlier means acting "
             "on noise, much later means no help. A returned machine must be stable for a "
             "while before pods move back.",
     .wrong = "confirm = \"1s\"",
     .right = "confirm = \"60s\""},
    {.id = "W0601",
     .title = "`[dr]` without offers",
     .text = "Without an offer nothing can be rented: a lost machine is not replaced, its "
             "pods wait or move to other own machines.",
     .wrong = "[dr]",
     .right = "[dr]\n"
              "[[dr.offers]]\n"
              "instance = \"t3.medium\"\n"
              "usd_per_hour = 0.052"},
    {.id = "W0602",
     .title = "an offer of another architecture",
     .text = "A container image or a Nix closure is built for one architecture. An arm64 "
             "replacement for x86_64 machines starts only what was built for both.",
     .wrong = "instance = \"t4g.medium\"",
     .right = "instance = \"t3a.medium\""},
    {.id = "W0603",
     .title = "the dearest offer does not fit the budget",
     .text = "The cheapest offer fits, but it may be sold out, above all when many look for "
             "it. With the dearest one the budget ends before a day with all replacements is "
             "over.",
     .wrong = "[dr]\n"
              "usd_per_month = 3\n"
              "[[dr.offers]]\n"
              "instance = \"t3.medium\"\n"
              "usd_per_hour = 0.052\n"
              "[[dr.offers]]\n"
              "instance = \"m6i.large\"\n"
              "usd_per_hour = 0.118",
     .right = "[dr]\n"
              "usd_per_month = 10\n"
              "[[dr.offers]]\n"
              "instance = \"t3.medium\"\n"
              "usd_per_hour = 0.052\n"
              "[[dr.offers]]\n"
              "instance = \"m6i.large\"\n"
              "usd_per_hour = 0.118"},
    {.id = "W0604",
     .title = "a witness stands twice",
     .text = "Asking the same witness twice does not make two.",
     .wrong = "witnesses = [\"tailnet\", \"tailnet\"]",
     .right = "witnesses = [\"tailnet\", \"s3-heartbeat\"]"},
    {.id = "W0605",
     .title = "a witness that fails with the tunnel",
     .text = "The tailnet is the path to the API. When its coordination server is down, both "
             "are silent. Heartbeats in S3 and a probe of the home router come another way.",
     .wrong = "witnesses = [\"tailnet\"]",
     .right = "witnesses = [\"tailnet\", \"s3-heartbeat\"]"},
    {.id = "W0606",
     .title = "a control plane that is lost with the site",
     .text = "The controller that rents replacements runs on the control plane. When half of it "
             "or more stands at one site of yours, losing that site means that nobody acts.",
     .wrong = "[nodes.firebat]\n"
              "site = \"home\"\n"
              "role = \"control-plane\"",
     .right = "[nodes.control-plane]\n"
              "site = \"aws\"\n"
              "role = \"control-plane\""},
}};

} // namespace

std::span<const Code> recovery_codes() {
    return table;
}

} // namespace ducksnest::model
