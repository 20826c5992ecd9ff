#!/usr/bin/env bash
# Prints a folder with a real OpenTofu, `tofu`, and a `mirror/` of providers with a stand-in for AWS's, which knows the
# real one's published schema and no AWS; see tofu/README.md. Brings them there first when they are missing.
#
#   tools/tofu.sh             everything
#   tools/tofu.sh --version   only the version
#
# OpenTofu is built from its Go module, whose zip is checked against the digest below and what it needs against its own
# go.sum; the stand-in from tofu/stand_in, its schema from a package of PyPI that tofu/requirements.txt pins. Everything
# appears by renames, so a run killed at any moment leaves nothing half done; two runs wait for each other.
set -euo pipefail

VERSION=v1.12.6
MODULE_SHA256=03f18e3e80836a68b6bd44989f2df0d4e07b0409d6724d3a59ca5f8331bc66fb
# What the mirror calls the stand-in: the version whose schema it has.
PROVIDER_VERSION=6.69.1

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ducksnest/tofu/$VERSION"
# shellcheck source=tools/go.sh
source "$here/go.sh"

# Other sources are another stand-in.
revision="$(cat "$here"/tofu/stand_in/* "$here/tofu/aws_schema.py" "$here/tofu/requirements.txt" | sha256sum | cut -c 1-12)"

build_tofu() {
  local go folder source="$work/source"
  go="$(find_go OpenTofu)"
  say "building OpenTofu $VERSION (once; some minutes)"
  folder="$(fetch "$go" "github.com/opentofu/opentofu@$VERSION" "$MODULE_SHA256")"
  cp -r "$folder" "$source"
  chmod -R u+w "$source"
  (cd "$source" && GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 GOTOOLCHAIN=local \
    "$go" build -trimpath -ldflags "-s -w -X github.com/opentofu/opentofu/version.dev=no" \
    -o "$work/tofu" ./cmd/tofu) >&2 ||
    die "cannot build OpenTofu $VERSION" "see the lines above; the Go module proxy must be reachable"
  mv -f "$work/tofu" "$cache/tofu"
}

read_schema() {
  say "reading the AWS provider's schema $PROVIDER_VERSION"
  # For its pip: not every distribution has one outside of environments.
  python3 -m venv "$work/environment" >&2 ||
    die "cannot make a Python environment" "apt-get install python3-venv"
  "$work/environment/bin/python" -m pip download --quiet --disable-pip-version-check --no-input --no-deps \
    --only-binary=:all: --require-hashes --requirement "$here/tofu/requirements.txt" --dest "$work" >&2 ||
    die "cannot fetch what tools/tofu/requirements.txt names" "see the lines above; PyPI must be reachable"
  python3 "$here/tofu/aws_schema.py" "$work"/*.whl "$work/schema.json" ||
    die "the provider's schema cannot be read" "see the lines above"
}

build_stand_in() {
  local go host folder platform="linux_$arch"
  go="$(find_go "the AWS provider's stand-in")"
  read_schema
  say "building the AWS provider's stand-in"
  (cd "$here/tofu/stand_in" && GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 GOTOOLCHAIN=local \
    "$go" build -trimpath -ldflags "-s -w" -o "$work/stand_in" .) >&2 ||
    die "cannot build the AWS provider's stand-in" "see the lines above; the Go module proxy must be reachable"
  # OpenTofu and Terraform look for the same provider at hosts of their own.
  for host in registry.opentofu.org registry.terraform.io; do
    folder="$work/mirror/$host/hashicorp/aws/$PROVIDER_VERSION/$platform"
    mkdir -p "$folder"
    cp "$work/stand_in" "$folder/terraform-provider-aws_v$PROVIDER_VERSION"
    cp "$work/schema.json" "$folder"
  done
  rm -rf "$cache/mirror-$revision"
  mv "$work/mirror" "$cache/mirror-$revision"
}

complete() { [ -x "$cache/tofu" ] && [ -d "$cache/mirror-$revision" ]; }

main() {
  if [ "${1:-}" = --version ]; then
    echo "$VERSION"
    return
  fi
  [ $# -eq 0 ] || die "unknown argument \`$1\`" "tools/tofu.sh takes none but --version"
  if ! complete; then
    mkdir -p "$cache"
    exec 8>"$cache/lock"
    flock 8
    # What an earlier, killed run left behind.
    rm -rf "$cache"/work.*
    work="$(mktemp -d "$cache/work.XXXXXX")"
    trap 'rm -rf "$work"' EXIT
    [ -x "$cache/tofu" ] || build_tofu
    [ -d "$cache/mirror-$revision" ] || build_stand_in
  fi
  ln -sfn "mirror-$revision" "$cache/mirror"
  echo "$cache"
}

main "$@"
