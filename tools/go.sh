# shellcheck shell=bash
# What the scripts that build programs from Go modules share. They set `work`, a folder for half-done things.

work="" # Set by the script.
GO_MINIMUM=1.26
GO_VERSION=go1.26.8
declare -A TOOLCHAIN_SHA256=(
  [amd64]=30c2b1bf7dcc88d3eb0a1364e47ddd9128edb3110a30e8a0ef61cd5856b31de7
)

case "$(uname -m)" in
x86_64) arch=amd64 ;;
aarch64) arch=arm64 ;;
*) arch="$(uname -m)" ;;
esac

say() { printf '==> %s\n' "$*" >&2; }

die() { # MESSAGE HELP
  printf 'error: %s\n  = help: %s\n' "$1" "$2" >&2
  exit 1
}

# check FILE ALGORITHM DIGEST
check() {
  echo "$3  $1" | "sha$2sum" --check --status ||
    die "$(basename "$1") does not have the SHA-$2 that is pinned in tools/" \
      "remove it and run again; if that does not help, somebody changed what is served"
}

# fetch GO MODULE@VERSION SHA256: into Go's module cache; prints the unpacked folder. The digest here takes the place of
# the public checksum database, which knows neither every module nor is reachable everywhere.
fetch() {
  local answer
  answer="$(cd "$work" && GOFLAGS='' GONOSUMDB='*' "$1" mod download -json "$2")" ||
    die "cannot fetch $2: $(go_field Error <<<"$answer")" "the Go module proxy must be reachable"
  check "$(go_field Zip <<<"$answer")" 256 "$3"
  go_field Dir <<<"$answer"
}

# go_field FIELD: reads one field of what `go mod download -json` prints.
go_field() { sed -n "s/^[[:space:]]*\"$1\": \"\(.*\)\",\{0,1\}\$/\1/p"; }

go_is_new_enough() { # GO
  local have
  have="$(GOTOOLCHAIN=local "$1" env GOVERSION 2>/dev/null | sed 's/^go//')" || return 1
  [ "$(printf '%s\n' "$GO_MINIMUM" "${have:-0}" | sort -V | head -n 1)" = "$GO_MINIMUM" ]
}

# Prints a Go command that is new enough: the machine's own, else the toolchain module of the Go project, fetched with
# whatever older Go there is.
find_go() { # WHAT_FOR
  local go folder toolchains
  go="$(type -P go)" ||
    die "building $1 needs Go" "apt-get install golang-go (any version: it fetches $GO_VERSION by itself)"
  if go_is_new_enough "$go"; then
    echo "$go"
    return
  fi
  toolchains="${XDG_CACHE_HOME:-$HOME/.cache}/ducksnest/go"
  mkdir -p "$toolchains"
  exec 7>"$toolchains/lock"
  flock 7
  if [ ! -x "$toolchains/$GO_VERSION/bin/go" ]; then
    say "fetching $GO_VERSION (the machine's Go is older than $GO_MINIMUM)"
    [ -n "${TOOLCHAIN_SHA256[$arch]:-}" ] ||
      die "no Go toolchain is pinned for $arch" "install Go $GO_MINIMUM or newer"
    folder="$(fetch "$go" "golang.org/toolchain@v0.0.1-$GO_VERSION.linux-$arch" "${TOOLCHAIN_SHA256[$arch]}")"
    cp -r "$folder" "$work/go"
    chmod -R u+w "$work/go"
    # Module archives carry no modes.
    find "$work/go/bin" "$work/go/pkg/tool" -type f -exec chmod +x {} +
    rm -rf "${toolchains:?}/$GO_VERSION"
    mv "$work/go" "$toolchains/$GO_VERSION"
  fi
  exec 7>&-
  echo "$toolchains/$GO_VERSION/bin/go"
}
