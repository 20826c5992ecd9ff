#!/usr/bin/env bash
# Prints the Python that runs moto, an AWS emulator, for tests; installs it first when it is missing.
#
#   tools/moto_server.sh             the interpreter: PYTHON tools/moto_server/serve.py ADDRESS:PORT CREDENTIALS
#   tools/moto_server.sh --version   only the version
#
# The packages come from PyPI into a virtual environment, each at the version and with the digest that requirements.txt
# pins. The environment appears by one rename, so a run killed at any moment leaves nothing half done; two runs wait for
# each other.
set -euo pipefail

here="$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)"
requirements="$here/moto_server/requirements.txt"
version="$(sed -n 's/^moto==\([0-9.]*\).*/\1/p' "$requirements")"

# Other packages, and another Python, are another environment.
revision="$(sha256sum "$requirements" | cut -c 1-12)"
python_version="$(python3 -c 'import sys; print("%d.%d" % sys.version_info[:2])' 2>/dev/null || true)"
cache="${XDG_CACHE_HOME:-$HOME/.cache}/ducksnest/moto_server/$version-$revision-python$python_version"

say() { printf '==> %s\n' "$*" >&2; }

die() { # MESSAGE HELP
  printf 'error: %s\n  = help: %s\n' "$1" "$2" >&2
  exit 1
}

install() {
  say "installing moto $version (once; half a minute)"
  # Without its scripts, which would know where it was made: it is moved once it is complete.
  python3 -m venv "$work/environment" >&2 ||
    die "cannot make a Python environment" "apt-get install python3-venv"
  "$work/environment/bin/python" -m pip install --quiet --disable-pip-version-check --no-input --only-binary=:all: \
    --require-hashes --requirement "$requirements" >&2 ||
    die "cannot install moto $version" "see the lines above; PyPI must be reachable"
  mv "$work/environment" "$cache/environment"
}

main() {
  if [ "${1:-}" = --version ]; then
    echo "$version"
    return
  fi
  [ $# -eq 0 ] || die "unknown argument \`$1\`" "tools/moto_server.sh takes none but --version"
  [ -n "$python_version" ] || die "moto needs Python 3" "apt-get install python3 python3-venv"
  if [ ! -x "$cache/environment/bin/python" ]; then
    mkdir -p "$cache"
    exec 8>"$cache/lock"
    flock 8
    # What an earlier, killed run left behind.
    rm -rf "$cache"/work.*
    work="$(mktemp -d "$cache/work.XXXXXX")"
    trap 'rm -rf "$work"' EXIT
    [ -x "$cache/environment/bin/python" ] || install
  fi
  echo "$cache/environment/bin/python"
}

main "$@"
