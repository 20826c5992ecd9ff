#!/bin/sh
# ssh(1) over a line that breaks: from the call with the number in $LINE/breaks on nothing gets
# through, but that call itself still reaches the node, and only its answer is lost.
set -u
exec 9>>"$LINE/calls"
flock 9
echo "$*" >&9
number="$(wc -l <"$LINE/calls")"
breaks="$(cat "$LINE/breaks" 2>/dev/null || echo 0)"
exec 9>&-
if [ "$breaks" = 0 ] || [ "$number" -lt "$breaks" ]; then
  exec /usr/bin/ssh "$@"
fi
if [ "$number" = "$breaks" ]; then
  /usr/bin/ssh "$@" >/dev/null 2>&1
fi
echo "ssh: connect to host: No route to host" >&2
exit 255
