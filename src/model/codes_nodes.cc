#include "model/codes.h"

#include <array>

namespace ducksnest::model {
namespace {

constexpr std::array<Code, 24> table = {{
    {.id = "E0401",
     .title = "an instance type on own hardware",
     .text = "Instance types are machines rented from AWS. Own machines have `cpus`, "
             "`memory` and `disk`.",
     .wrong = "[nodes.firebat]\n"
              "site = \"home\"\n"
              "instance = \"t3.medium\"",
     .right = "[nodes.firebat]\n"
              "site = \"home\"\n"
              "cpus = 4\n"
              "memory = \"15.4GiB\""},
    {.id = "E0402",
     .title = "an AWS node without an instance type",
     .text = "What is rented decides what it costs, so there is no default.",
     .wrong = "[nodes.control-plane]\n"
              "site = \"aws\"",
     .right = "[nodes.control-plane]\n"
              "site = \"aws\"\n"
              "instance = \"t3.medium\""},
    {.id = "E0403",
     .title = "an unknown instance type",
     .text = "ducksnest knows the t, m, c and r families up to 4xlarge, with their CPUs and "
             "memory.",
     .wrong = "instance = \"t3.meduim\"",
     .right = "instance = \"t3.medium\""},
    {.id = "E0404",
     .title = "no control plane",
     .text = "At least one node must run the Kubernetes API and etcd.",
     .wrong = "[nodes.firebat]\n"
              "role = \"worker\"",
     .right = "[nodes.firebat]\n"
              "role = \"control-plane\""},
    {.id = "E0405",
     .title = "an even number of control-plane nodes",
     .text = "etcd needs a majority of its members. Two members need both, so they fail more "
             "often than one; four survive one failure, as three do.",
     .wrong = "[nodes.a]\n"
              "role = \"control-plane\"\n"
              "[nodes.b]\n"
              "role = \"control-plane\"",
     .right = "[nodes.a]\n"
              "role = \"control-plane\""},
    {.id = "E0406",
     .title = "a host key that is no SSH key",
     .text = "A machine opens its secrets with its SSH host key. An age recipient belongs to "
             "a person; the machine has no identity for it.",
     .wrong = "host_key = \"age1…\"",
     .right = "host_key = \"ssh-ed25519 AAAA…\""},
    {.id = "E0407",
     .title = "two nodes with one host key",
     .text = "Each node would be able to open the secrets of the other. Mostly one disk was "
             "cloned from the other, with its key.",
     .wrong = "[nodes.a]\n"
              "host_key = \"ssh-ed25519 AAAA…same\"\n"
              "[nodes.b]\n"
              "host_key = \"ssh-ed25519 AAAA…same\"",
     .right = "[nodes.a]\n"
              "host_key = \"ssh-ed25519 AAAA…one\"\n"
              "[nodes.b]\n"
              "host_key = \"ssh-ed25519 AAAA…other\""},
    {.id = "E0408",
     .title = "a public key that cannot be read",
     .text = "A public key is `ssh-ed25519` or `ssh-rsa`, a space and base64 that repeats "
             "the type inside, or an `age1…` recipient whose checksum is right. A cut or "
             "changed key would lock its owner out of every secret.",
     .wrong = "operators = [\"ssh-ed25519 AAAAC3Nza\"]",
     .right = "operators = [\"ssh-ed25519 AAAAC3NzaC1lZDI1NTE5AAAAI… duck@desk\"]"},
    {.id = "E0409",
     .title = "a kind of key that cannot receive secrets",
     .text = "age encrypts to Ed25519 and RSA keys of SSH. ECDSA keys are not supported by "
             "it, keys in security tokens (sk-…) can only sign, and certificates are no "
             "keys.",
     .wrong = "operators = [\"ecdsa-sha2-nistp256 AAAA… duck@desk\"]",
     .right = "operators = [\"ssh-ed25519 AAAA… duck@desk\"]"},
    {.id = "E0410",
     .title = "a private key or token in the file",
     .text = "The file is committed to Git and copied to machines. Whoever reads it has the "
             "key. Delete it and, if the file was ever committed or sent, replace the key. "
             "Its text is never shown by ducksnest.",
     .wrong = "operators = [\"AGE-SECRET-KEY-1…\"]",
     .right = "operators = [\"age1…\"]"},
    {.id = "E0411",
     .title = "a host key that is an operator's key",
     .text = "Every secret is encrypted to every operator. A machine with an operator's key "
             "can open the secrets of all machines.",
     .wrong = "operators = [\"ssh-ed25519 AAAA…same\"]\n"
              "[nodes.firebat]\n"
              "host_key = \"ssh-ed25519 AAAA…same\"",
     .right = "operators = [\"ssh-ed25519 AAAA…person\"]\n"
              "[nodes.firebat]\n"
              "host_key = \"ssh-ed25519 AAAA…machine\""},
    {.id = "E0413",
     .title = "lifetimes that do not fit",
     .text = "A certificate is renewed `renew_before_days` before it expires, so it must "
             "live longer than that; and an authority must outlive what it signs.",
     .wrong = "[certificates]\n"
              "leaf_days = 30\n"
              "renew_before_days = 30",
     .right = "[certificates]\n"
              "leaf_days = 365\n"
              "renew_before_days = 30"},
    {.id = "E0414",
     .title = "an RSA key that is too short",
     .text = "RSA keys of less than 2048 bits can be broken by those who care to pay for it.",
     .wrong = "operators = [\"ssh-rsa AAAA…1024 bits\"]",
     .right = "operators = [\"ssh-ed25519 AAAA… duck@desk\"]"},
    {.id = "E0415",
     .title = "an AWS site without a region",
     .text = "The region decides where machines stand and what they cost, so there is no "
             "default.",
     .wrong = "[sites.aws]\n"
              "provider = \"aws\"\n"
              "cidr = \"10.20.0.0/16\"",
     .right = "[sites.aws]\n"
              "provider = \"aws\"\n"
              "region = \"ap-northeast-2\"\n"
              "cidr = \"10.20.0.0/16\""},
    {.id = "E0416",
     .title = "not a region",
     .text = "An AWS site has a region like ap-northeast-2; a letter at the end makes it an "
             "availability zone. Own hardware has no region.",
     .wrong = "region = \"ap-northeast-2a\"",
     .right = "region = \"ap-northeast-2\""},
    {.id = "E0418",
     .title = "nobody could open the secrets",
     .text = "Every private key is stored encrypted. Without an operator only the machines "
             "could open them, and a lost machine would take its keys along.",
     .wrong = "operators = []",
     .right = "operators = [\"ssh-ed25519 AAAA… duck@desk\"]"},
    {.id = "E0419",
     .title = "BIOS on a machine that has only UEFI",
     .text = "Graviton instances boot with UEFI only.",
     .wrong = "[nodes.control-plane]\n"
              "instance = \"t4g.medium\"\n"
              "boot = \"bios\"",
     .right = "[nodes.control-plane]\n"
              "instance = \"t4g.medium\""},
    {.id = "E0420",
     .title = "a second AWS site",
     .text = "Terraform makes one network in one region from the homelab. Machines of a second "
             "AWS site would be planned and never made.",
     .wrong = "[sites.seoul]\n"
              "provider = \"aws\"\n"
              "[sites.tokyo]\n"
              "provider = \"aws\"",
     .right = "[sites.seoul]\n"
              "provider = \"aws\""},
    {.id = "E0421",
     .title = "a state bucket at home",
     .text = "Terraform makes what stands at AWS, and keeps its state in a bucket of that site. "
             "Own hardware has neither.",
     .wrong = "[sites.home]\n"
              "state_bucket = \"nest-terraform-state\"",
     .right = "[sites.aws]\n"
              "provider = \"aws\"\n"
              "state_bucket = \"nest-terraform-state\""},
    {.id = "W0401",
     .title = "an operator stands twice",
     .text = "The same key stands twice in the list. The comment after a key does not make "
             "it another one.",
     .wrong = "operators = [\"ssh-ed25519 AAAA… duck@desk\", \"ssh-ed25519 AAAA… duck@sofa\"]",
     .right = "operators = [\"ssh-ed25519 AAAA… duck@desk\"]"},
    {.id = "W0402",
     .title = "hardware that was guessed",
     .text = "Pods are planned with these numbers. What the file does not say is taken to be "
             "small: 2 threads, 2GiB of memory, 32GiB of disk.",
     .wrong = "[nodes.firebat]",
     .right = "[nodes.firebat]\n"
              "cpus = 4\n"
              "memory = \"15.4GiB\"\n"
              "disk = \"467.4GiB\""},
    {.id = "W0403",
     .title = "a node without a host key",
     .text = "Secrets of a node are encrypted to its SSH host key. Without one the homelab "
             "can be planned, but no certificates can be made for the node.",
     .wrong = "[nodes.firebat]",
     .right = "[nodes.firebat]\n"
              "host_key = \"ssh-ed25519 AAAA…\""},
    {.id = "W0404",
     .title = "hardware that differs from its instance type",
     .text = "CPUs and memory of an AWS node are known from its instance type; other numbers "
             "make the plan wrong.",
     .wrong = "instance = \"t3.medium\"\n"
              "cpus = 4",
     .right = "instance = \"t3.medium\""},
    {.id = "W0405",
     .title = "no worker",
     .text = "All nodes are control planes, which take no apps and no database.",
     .wrong = "[nodes.a]\n"
              "role = \"control-plane\"",
     .right = "[nodes.a]\n"
              "role = \"control-plane\"\n"
              "[nodes.b]"},
}};

} // namespace

std::span<const Code> node_codes() {
    return table;
}

} // namespace ducksnest::model
