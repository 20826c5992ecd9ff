#include "model/codes.h"

#include <array>

namespace ducksnest::model {
namespace {

constexpr std::array<Code, 17> table = {{
    {.id = "E0201",
     .title = "not a DNS label",
     .text = "Names of homelab, sites, nodes and apps become host names, Kubernetes objects "
             "and certificate names. All of these take 1 to 63 characters of a-z, 0-9 and -, "
             "with a letter or digit at both ends.",
     .wrong = "[nodes.Old_Laptop]",
     .right = "[nodes.old-laptop]"},
    {.id = "E0202",
     .title = "a name that is taken",
     .text = "Machines that are rented during an outage are called standby-1, standby-2 and "
             "so on, with keys and certificates made in advance. And no node may share its "
             "name with a site, because commands such as drills take either.",
     .wrong = "[nodes.standby-1]",
     .right = "[nodes.spare]"},
    {.id = "E0203",
     .title = "an unknown site",
     .text = "A node names a site that no `[sites.NAME]` declares.",
     .wrong = "[sites.home]\n"
              "[nodes.firebat]\n"
              "site = \"hom\"",
     .right = "[sites.home]\n"
              "[nodes.firebat]\n"
              "site = \"home\""},
    {.id = "E0205",
     .title = "a node without a site",
     .text = "The site can be left out only when exactly one site is own hardware; otherwise "
             "it would be a guess. Zone labels, routes and money follow from the site.",
     .wrong = "[sites.home]\n"
              "[sites.office]\n"
              "[nodes.firebat]",
     .right = "[sites.home]\n"
              "[sites.office]\n"
              "[nodes.firebat]\n"
              "site = \"home\""},
    {.id = "E0206",
     .title = "not a DNS name",
     .text = "A DNS name is made of labels of a-z, 0-9 and -, joined by dots. It has no "
             "scheme, port, path or dot at the end.",
     .wrong = "host = \"https://blog.example.com/\"",
     .right = "host = \"blog.example.com\""},
    {.id = "E0207",
     .title = "a DNS name stands twice",
     .text = "A host name leads to one app, and a further name of a node to one machine. "
             "With two, which one answers would depend on chance.",
     .wrong = "[apps.blog]\n"
              "host = \"www.example.com\"\n"
              "[apps.shop]\n"
              "host = \"www.example.com\"",
     .right = "[apps.blog]\n"
              "host = \"blog.example.com\"\n"
              "[apps.shop]\n"
              "host = \"shop.example.com\""},
    {.id = "E0208",
     .title = "not a time zone",
     .text = "Time zones are named by area and place as in the tz database, because offsets "
             "and abbreviations do not know daylight saving time.",
     .wrong = "timezone = \"KST\"",
     .right = "timezone = \"Asia/Seoul\""},
    {.id = "E0209",
     .title = "not the address of a Git repository",
     .text = "The address starts with https:// or ssh://, or has the form git@host:path. It "
             "carries no query and no white space.",
     .wrong = "repository = \"github.com/example/homelab\"",
     .right = "repository = \"https://github.com/example/homelab\""},
    {.id = "E0210",
     .title = "a path that leads out of the repository",
     .text = "The folder is meant as seen from the root of the repository: no slash in "
             "front, no `..`.",
     .wrong = "path = \"../k8s\"",
     .right = "path = \"k8s\""},
    {.id = "E0211",
     .title = "not a bucket name",
     .text = "S3 bucket names have 3 to 63 characters of a-z, 0-9 and -, with a letter or "
             "digit at both ends. Dots are allowed by S3 but break TLS host names.",
     .wrong = "bucket = \"Ducksnest_Logs\"",
     .right = "bucket = \"ducksnest-logs\""},
    {.id = "E0212",
     .title = "one bucket for two purposes",
     .text = "Cache, logs and backups have their own rules for who may read and when objects "
             "expire. In a shared bucket the expiry of logs would delete backups.",
     .wrong = "[cache]\n"
              "bucket = \"ducksnest\"\n"
              "[logs]\n"
              "bucket = \"ducksnest\"",
     .right = "[cache]\n"
              "bucket = \"ducksnest-nix-cache\"\n"
              "[logs]\n"
              "bucket = \"ducksnest-logs\""},
    {.id = "E0213",
     .title = "not a public key of a Nix cache",
     .text = "A public key of Nix is a name, a colon and the base64 of 32 bytes. The secret "
             "key has 64 bytes and must never stand here.",
     .wrong = "public_key = \"ducksnest-1\"",
     .right = "public_key = \"ducksnest-1:mEGkRR6IgKVaZ7lWBGFd7Ja5SRgAzNAEsbQW0oTqZGo=\""},
    {.id = "E0214",
     .title = "not a container image",
     .text = "An image is an optional registry, a lower-case path, and a tag or digest. It "
             "has no scheme.",
     .wrong = "image = \"https://ghcr.io/Example/Blog\"",
     .right = "image = \"ghcr.io/example/blog:1.0.0\""},
    {.id = "E0215",
     .title = "exposed without a host name",
     .text = "Cloudflare and Tailscale lead a name to the app; without a name there is "
             "nothing to lead.",
     .wrong = "[apps.blog]\n"
              "expose = \"cloudflare\"",
     .right = "[apps.blog]\n"
              "expose = \"cloudflare\"\n"
              "host = \"blog.example.com\""},
    {.id = "E0216",
     .title = "an app that asks for nothing",
     .text = "Requests are what the scheduler, the plan and the drills count with. A pod "
             "without them lands anywhere and is the first to be killed when memory runs "
             "short.",
     .wrong = "memory = \"0MiB\"",
     .right = "memory = \"64MiB\""},
    {.id = "W0201",
     .title = "an image that can change",
     .text = "An image without a tag, or with the tag `latest`, is another one tomorrow: a "
             "pod that restarts during an outage may come up in a version nobody has tried.",
     .wrong = "image = \"ghcr.io/example/blog:latest\"",
     .right = "image = \"ghcr.io/example/blog:1.0.0\""},
    {.id = "W0202",
     .title = "a host name that leads nowhere",
     .text = "The app has a host name but `expose` is `none`, so nobody leads the name to "
             "it.",
     .wrong = "[apps.blog]\n"
              "host = \"blog.example.com\"",
     .right = "[apps.blog]\n"
              "host = \"blog.example.com\"\n"
              "expose = \"tailscale\""},
}};

} // namespace

std::span<const Code> name_codes() {
    return table;
}

} // namespace ducksnest::model
