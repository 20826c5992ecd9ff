#include "diag/secrets.h"
#include "model/check_parts.h"

#include <algorithm>

namespace ducksnest::model {
namespace {

/// "ap-northeast-2": area, direction, number; "us-gov-east-1" has one word more.
bool is_region(std::string_view text) {
    const std::size_t dash = text.rfind('-');
    const std::string_view words = text.substr(0, dash);
    const std::string_view number = dash == std::string_view::npos ? "" : text.substr(dash + 1);
    return !number.empty() && number.size() <= 2 && words.size() >= 4 && words.contains('-') &&
           std::ranges::all_of(number, [](char c) { return c >= '0' && c <= '9'; }) &&
           std::ranges::all_of(words, [](char c) { return (c >= 'a' && c <= 'z') || c == '-'; });
}

} // namespace

void check_sites(const Homelab& homelab, Diagnostics& out) {
    for (const Site& site : homelab.sites) {
        if (site.provider == Provider::own && site.region) {
            out.push_back({
                .code = "E0416",
                .message = fmt::format("site `{}` is own hardware and has no region", site.name),
                .primary = {site.region->span, "only for AWS sites"},
                .help = {"delete it, or add `provider = \"aws\"`"},
            });
        }
        if (site.provider == Provider::own && site.state_bucket) {
            out.push_back({
                .code = "E0421",
                .message = fmt::format(
                    "site `{}` is own hardware and keeps no Terraform state", site.name
                ),
                .primary = {site.state_bucket->span, "only for AWS sites"},
                .help = {"delete it, or move it to the AWS site"},
            });
        }
        if (site.provider != Provider::aws) {
            continue;
        }
        if (!site.region) {
            out.push_back({
                .code = "E0415",
                .message = fmt::format("AWS site `{}` has no region", site.name),
                .primary = {site.span, "`region` is missing"},
                .help = {"add one, like `region = \"ap-northeast-2\"`"},
            });
        } else if (!is_region(**site.region)) {
            const std::string_view text = **site.region;
            const bool zone = !text.empty() && text.back() >= 'a' && text.back() <= 'f' &&
                              is_region(text.substr(0, text.size() - 1));
            out.push_back({
                .code = "E0416",
                .message = fmt::format("{} is not an AWS region", diag::quoted(text)),
                .primary = {site.region->span, zone ? "an availability zone" : ""},
                .help =
                    {zone ? fmt::format("did you mean `{}`?", text.substr(0, text.size() - 1))
                          : "write it like `ap-northeast-2`"},
            });
        }
    }
}

} // namespace ducksnest::model
