#!/usr/bin/env bash
# Prints the folder that holds etcd, kube-apiserver, kube-controller-manager, kube-scheduler and kubectl of the
# version ducksnest is tested with; brings them there first when they are missing.
#
#   tools/kubernetes.sh            every program
#   tools/kubernetes.sh --version  only the version
#
# Kubernetes: from PATH when the version is the same, else the official release, else built from its Go module.
# etcd: from PATH, else the distribution's package, unpacked and not installed, so that no service starts.
# Everything fetched is checked against a digest or a go.sum line that stands in this folder. A program appears in the
# folder by one rename, so a run killed at any moment leaves nothing half done; two runs wait for each other.
set -euo pipefail

VERSION=v1.36.5
STAGING=v0.36.5 # what k8s.io/api and its siblings are called in that release
MODULE_SHA256=44e084e74c0f753c4bd7671d0b18d577c815f96dff84a136856a107abe67d545
PROGRAMS=(kube-apiserver kube-controller-manager kube-scheduler kubectl)

# SHA-512 of kubernetes-server-linux-ARCH.tar.gz. The project publishes it in CHANGELOG-1.36.md together with the next
# patch release; until a line stands here the release is not downloaded, because nothing could tell a wrong one.
declare -A RELEASE_SHA512=()

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ducksnest/kubernetes/$VERSION"
bin="$cache/bin"
# shellcheck source=tools/go.sh
source "$here/go.sh"

version_of() { # PROGRAM
  case "$(basename "$1")" in
  kubectl) "$1" version --client 2>/dev/null | sed -n 's/^Client Version: //p' ;;
  *) "$1" --version 2>/dev/null | sed -n 's/^Kubernetes //p' ;;
  esac
}

complete() {
  local program
  for program in "${PROGRAMS[@]}"; do
    [ -x "$bin/$program" ] || return 1
  done
}

# publish FOLDER: moves its programs into place, each by one rename.
publish() {
  local program
  mkdir -p "$bin"
  for program in "${PROGRAMS[@]}"; do
    mv -f "$1/$program" "$bin/$program"
  done
}

from_path() {
  local program found
  for program in "${PROGRAMS[@]}"; do
    found="$(type -P "$program")" || return 1
    [ "$(version_of "$found")" = "$VERSION" ] || return 1
    ln -s "$(readlink -f "$found")" "$work/$program"
  done
  say "using Kubernetes $VERSION from PATH"
  publish "$work"
}

from_release() {
  local digest="${RELEASE_SHA512[$arch]:-}" archive="$work/release.tar.gz"
  if [ -z "$digest" ]; then
    say "the official release of Kubernetes $VERSION has no pinned digest for $arch yet: building it from its module"
    return 1
  fi
  say "downloading Kubernetes $VERSION"
  if ! curl --fail --silent --location --connect-timeout 5 --max-time 600 --output "$archive" \
    "https://dl.k8s.io/$VERSION/kubernetes-server-linux-$arch.tar.gz"; then
    say "dl.k8s.io cannot be reached: building from the module"
    return 1
  fi
  check "$archive" 512 "$digest"
  tar -xzf "$archive" -C "$work" --strip-components=3 "${PROGRAMS[@]/#/kubernetes/server/bin/}"
  rm -f "$archive"
  publish "$work"
}

# The published module is the whole repository; only the libraries it keeps under staging/ have to be taken from their
# own modules of the same release. Their digests are in kubernetes.sum, all others in its own go.sum.
from_module() {
  local go folder source="$work/source" ldflags program
  go="$(find_go Kubernetes)"
  say "building Kubernetes $VERSION (once; some minutes)"
  folder="$(fetch "$go" "k8s.io/kubernetes@$VERSION" "$MODULE_SHA256")"
  mkdir "$source"
  cp -r "$folder"/{go.mod,go.sum,cmd,pkg,plugin,third_party} "$source"
  chmod -R u+w "$source"
  sed -E -i "s#^(\tk8s\.io/[a-z-]+) => \./staging/src/.*#\1 => \1 $STAGING#; s#^(\tk8s\.io/[a-z-]+) v0\.0\.0( //.*)?\$#\1 $STAGING\2#" \
    "$source/go.mod"
  cat "$here/kubernetes.sum" >>"$source/go.sum"
  ldflags="-s -w -X k8s.io/component-base/version.gitVersion=$VERSION"
  ldflags+=" -X k8s.io/component-base/version.gitMajor=1 -X k8s.io/component-base/version.gitMinor=36"
  ldflags+=" -X k8s.io/component-base/version.gitTreeState=archive"
  ldflags+=" -X k8s.io/client-go/pkg/version.gitVersion=$VERSION"
  mkdir "$work/out"
  for program in "${PROGRAMS[@]}"; do
    say "building $program"
    (cd "$source" && GOWORK=off GOFLAGS=-mod=readonly CGO_ENABLED=0 GOTOOLCHAIN=local \
      "$go" build -trimpath -ldflags "$ldflags" -o "$work/out/$program" "./cmd/$program") >&2 ||
      die "cannot build $program $VERSION" "see the lines above; the Go module proxy must be reachable"
  done
  publish "$work/out"
}

# etcd of the distribution: every 3.x serves the API that kube-apiserver uses.
provide_etcd() {
  [ -x "$bin/etcd" ] && return
  mkdir -p "$bin"
  local found
  if found="$(type -P etcd)"; then
    ln -s "$(readlink -f "$found")" "$work/etcd"
  else
    say "fetching etcd from the distribution"
    (cd "$work" && { apt-get download -qq etcd-server 2>/dev/null ||
      { if [ "$(id -u)" = 0 ]; then apt-get update -qq; else sudo apt-get update -qq; fi &&
        apt-get download -qq etcd-server; }; }) >&2 ||
      die "cannot fetch the package etcd-server" "put an \`etcd\` 3.4 or newer on PATH"
    dpkg-deb -x "$work"/etcd-server_*.deb "$work/etcd.package"
    mv "$work/etcd.package/usr/bin/etcd" "$work/etcd"
  fi
  mv -f "$work/etcd" "$bin/etcd"
}

main() {
  if [ "${1:-}" = --version ]; then
    echo "$VERSION"
    return
  fi
  [ $# -eq 0 ] || die "unknown argument \`$1\`" "tools/kubernetes.sh takes none but --version"
  mkdir -p "$cache"
  exec 8>"$cache/lock"
  flock 8
  # What an earlier, killed run left behind.
  rm -rf "$cache"/work.*
  work="$(mktemp -d "$cache/work.XXXXXX")"
  trap 'rm -rf "$work"' EXIT
  complete || from_path || from_release || from_module
  provide_etcd
  echo "$bin"
}

main "$@"
