#!/usr/bin/env bash
# Prints the path of actionlint, which checks GitHub's workflows; builds it first when it is missing.
#
#   tools/actionlint.sh             the program
#   tools/actionlint.sh --version   only the version
#
# Its Go module is checked against the digest below, what it needs against its own go.sum. The program appears by one
# rename, so a run killed at any moment leaves nothing half done; two runs wait for each other.
set -euo pipefail

VERSION=v1.7.12
MODULE_SHA256=d954c3f877cc5b98a10852bbb642c49758948d9527f1b588a544b6309d336ec2

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tools/go.sh
source "$here/go.sh"

cache="${XDG_CACHE_HOME:-$HOME/.cache}/ducksnest/actionlint/$VERSION"

build() {
  local go folder source="$work/source"
  go="$(find_go actionlint)"
  say "building actionlint $VERSION (once; some seconds)"
  folder="$(fetch "$go" "github.com/rhysd/actionlint@$VERSION" "$MODULE_SHA256")"
  cp -r "$folder" "$source"
  chmod -R u+w "$source"
  (cd "$source" && GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 GOTOOLCHAIN=local \
    "$go" build -trimpath -ldflags "-s -w" -o "$work/actionlint" ./cmd/actionlint) >&2 ||
    die "cannot build actionlint $VERSION" "see the lines above; the Go module proxy must be reachable"
  mv -f "$work/actionlint" "$cache/actionlint"
}

main() {
  if [ "${1:-}" = --version ]; then
    echo "$VERSION"
    return
  fi
  [ $# -eq 0 ] || die "unknown argument \`$1\`" "tools/actionlint.sh takes none but --version"
  if [ ! -x "$cache/actionlint" ]; then
    mkdir -p "$cache"
    exec 8>"$cache/lock"
    flock 8
    # What an earlier, killed run left behind.
    rm -rf "$cache"/work.*
    work="$(mktemp -d "$cache/work.XXXXXX")"
    trap 'rm -rf "$work"' EXIT
    [ -x "$cache/actionlint" ] || build
  fi
  echo "$cache/actionlint"
}

main "$@"
