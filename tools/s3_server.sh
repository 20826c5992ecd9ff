#!/usr/bin/env bash
# Prints the path of a real S3 server for tests and benchmarks; builds it first when it is missing.
#
#   tools/s3_server.sh             the program: s3_server ADDRESS:PORT FOLDER, see s3_server/main.go
#   tools/s3_server.sh --version   only the version
#
# It is the S3 Gateway of Versity (Apache-2.0) over a folder: it checks signatures and checksums, and knows multipart
# uploads, ranges and conditional writes. Of its program only the server for plain files is built, which takes a third
# of the time. The module is checked against the digest below, what it needs against its own go.sum. The program appears
# by one rename, so a run killed at any moment leaves nothing half done; two runs wait for each other.
set -euo pipefail

VERSION=v1.8.0
MODULE_SHA256=84bf3989293cfa26852e684992b62a9ff05cda8d93b9290ccdec30ca8ce96250

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
# shellcheck source=tools/go.sh
source "$here/go.sh"

# Another main.go is another program.
revision="$(sha256sum "$here/s3_server/main.go" | cut -c 1-12)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ducksnest/s3_server/$VERSION-$revision"

build() {
  local go folder source="$work/source"
  go="$(find_go "the S3 server")"
  say "building the S3 server $VERSION (once; about a minute)"
  folder="$(fetch "$go" "github.com/versity/versitygw@$VERSION" "$MODULE_SHA256")"
  cp -r "$folder" "$source"
  chmod -R u+w "$source"
  mkdir "$source/cmd/s3_server"
  cp "$here/s3_server/main.go" "$source/cmd/s3_server"
  (cd "$source" && GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 GOTOOLCHAIN=local \
    "$go" build -trimpath -ldflags "-s -w" -o "$work/s3_server" ./cmd/s3_server) >&2 ||
    die "cannot build the S3 server $VERSION" "see the lines above; the Go module proxy must be reachable"
  mv -f "$work/s3_server" "$cache/s3_server"
}

main() {
  if [ "${1:-}" = --version ]; then
    echo "$VERSION"
    return
  fi
  [ $# -eq 0 ] || die "unknown argument \`$1\`" "tools/s3_server.sh takes none but --version"
  if [ ! -x "$cache/s3_server" ]; then
    mkdir -p "$cache"
    exec 8>"$cache/lock"
    flock 8
    # What an earlier, killed run left behind.
    rm -rf "$cache"/work.*
    work="$(mktemp -d "$cache/work.XXXXXX")"
    trap 'rm -rf "$work"' EXIT
    [ -x "$cache/s3_server" ] || build
  fi
  echo "$cache/s3_server"
}

main "$@"
