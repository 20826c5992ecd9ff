#!/bin/sh
# A stand-in for OpenTofu: it remembers in a file whether its plan was applied, and notes how it was
# called. What the real one does with terraform/ is the business of tests/terraform.
set -eu
state="$DUCKSNEST_TEST_TOFU"
where="${1#-chdir=}"
shift
echo "$*" >>"$state/calls"
case "$1" in
init)
  mkdir -p "$where/.terraform"
  ;;
plan)
  for word; do
    case "$word" in -out=*) : >"$where/${word#-out=}" ;; esac
  done
  ;;
show)
  if [ -e "$state/applied" ]; then
    echo '{"resource_changes":[]}'
  else
    cat "$state/changes.json"
  fi
  ;;
output)
  cat "$state/outputs.json"
  ;;
apply)
  if [ -e "$state/fails" ]; then
    echo 'Error: creating EC2 Instance: VcpuLimitExceeded' >&2
    exit 1
  fi
  : >"$state/applied"
  ;;
esac
