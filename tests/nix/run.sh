#!/usr/bin/env bash
# The Nix files in real Nix, offline and without a daemon: each parses, and what the module makes of
# every node of the example is what the lock says.
# shellcheck disable=SC2016  # backticks are part of the messages
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/../.."
lock="$PWD/examples/ducksnest/homelab.lock.json"

if ! command -v nix-instantiate >/dev/null; then
  printf 'error: there is no Nix\n  = help: apt-get install nix-bin\n' >&2
  exit 1
fi

work="$(mktemp -d)"
trap 'chmod -R u+w "$work"; rm -rf "$work"' EXIT
# A store of our own, thrown away afterwards: nothing is built, and /nix need not exist.
export NIX_STORE_DIR="$work/store" NIX_STATE_DIR="$work/state" NIX_LOG_DIR="$work/log"
export NIX_CONF_DIR="$work/conf" NIX_REMOTE='' XDG_CACHE_HOME="$work/cache" HOME="$work"
mkdir -p "$NIX_CONF_DIR"
echo 'build-users-group =' >"$NIX_CONF_DIR/nix.conf"

failed=0
fail() {
  printf 'FAILED: %s\n' "$*" >&2
  failed=1
}

# value EXPRESSION: as JSON.
value() {
  nix-instantiate --read-write-mode --eval --strict --json --show-trace --expr "$1"
}

# refuses WHAT TEXT EXPRESSION: evaluation must end with that text.
refuses() {
  local said
  if said="$(value "$3" 2>&1)"; then
    fail "$1: evaluated, but should have said: $2"
  elif [[ "$said" != *"$2"* ]]; then
    fail "$1: should have said: $2"$'\n'"but said: $said"
  fi
}

mapfile -t files < <(find flake.nix nix tests/nix -name '*.nix' | sort)
if ! said="$(nix-instantiate --parse "${files[@]}" 2>&1 >/dev/null)"; then
  fail "parse: $said"
fi

# As `certs renew` lays the tree out, with nothing in it that is secret.
secrets="$work/secrets"
for node in $(value "builtins.attrNames (builtins.fromJSON (builtins.readFile $lock)).nodes" | tr -d '[]"' | tr , ' '); do
  mkdir -p "$secrets/nodes/$node"
  for name in $(value "builtins.attrNames (builtins.fromJSON (builtins.readFile $lock)).nodes.$node.certificates" | tr -d '[]"' | tr , ' '); do
    echo "$node $name" | tee "$secrets/nodes/$node/$name.crt" >"$secrets/nodes/$node/$name.key.age"
  done
done
mkdir "$secrets/bundles"
for name in cluster etcd front-proxy; do
  echo "$name" >"$secrets/bundles/$name.crt"
done
for name in encryption-key service-account; do
  echo "$name" >"$secrets/$name.key.age"
done

differences="$(value "import ./tests/nix/check.nix { lock = $lock; secrets = $secrets; }")" ||
  fail "the module does not evaluate"
[ "$differences" = '[]' ] || fail "not as in the lock: $differences"

cases="$(value "import ./tests/nix/cases.nix { lock = $lock; secrets = $secrets; }")" ||
  fail "the cases do not evaluate"
[ "$cases" = '[]' ] || fail "cases: $cases"

machines="$(value "import ./tests/nix/vm.nix { lock = $lock; secrets = $secrets; }")" ||
  fail "the virtual machines do not evaluate"
[ "$machines" = '[]' ] || fail "virtual machines: $machines"

# The files that CMake reads or installs, but for those that only tests look for.
mapfile -t named < <(grep -rhoE '\$\{PROJECT_SOURCE_DIR\}/[A-Za-z_][A-Za-z0-9_./-]*' CMakeLists.txt cmake src \
  --include=CMakeLists.txt --include='*.cmake' | sed 's|^[^/]*/||' | sort -u)
[ "${#named[@]}" -gt 1 ] || fail "CMake's files name no file of the repository"
build="$(value "import ./tests/nix/build.nix { paths = [ $(printf '"%s" ' "${named[@]}") ]; }")" ||
  fail "the package does not evaluate"
[ "$build" = '[]' ] || fail "package: $build"

node() {
  echo "import ./nix/lock.nix { lock = builtins.fromJSON (builtins.readFile $lock) // { $2 }; node = \"$1\"; }"
}
refuses 'unknown node' \
  'homelab.lock.json has no node `fierbat`; it has: control-plane, firebat, old, ultra' \
  "$(node fierbat '')"
refuses 'unknown schema' \
  'homelab.lock.json has schema `ducksnest.lock/9`, these modules read `ducksnest.lock/1`' \
  "$(node firebat 'schema = "ducksnest.lock/9";')"
refuses 'unknown profile' \
  'homelab.lock.json has no profile `worker-large`, which `firebat` needs' \
  "$(node firebat 'profiles = { };')"
refuses 'unknown option' 'NixOS 25.11 has no option `services.logind.lidSwitch`' \
  "(import ./tests/nix/stub.nix { pkgs = { }; modules = [ { services.logind.lidSwitch = \"ignore\"; } ]; }).services.logind.settings.Login"
refuses 'type of an option' '`networking.firewall.checkReversePath` is no one of strict, loose' \
  "(import ./tests/nix/stub.nix { pkgs = { }; modules = [ { networking.firewall.checkReversePath = \"lose\"; } ]; }).networking.firewall.checkReversePath"

[ "$failed" = 0 ] || exit 1
echo "${#files[@]} files parse; every node is as its lock says"
