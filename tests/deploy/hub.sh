#!/bin/sh
# The first process of a test's own network, mounts and processes. When it ends, so does everything
# below it: nothing is left behind, however the test ends.
#
#   hub.sh FOLDER
#
# The deployer works here, with the Nix store of FOLDER/deployer; every folder of FOLDER/nodes is a
# node behind a cable of its own: it is started again when it restarts, and kept off while there is
# a file `off`.
set -eu
ground="$1"
mkdir -p "$ground/deployer/nix/store" "$ground/deployer/nix/var"
mount --bind "$ground/deployer/nix" /nix
mount -t tmpfs run /run
ip link set lo up
echo 1 >/proc/sys/net/ipv4/ip_forward
ip link add nest type bridge
ip address add 10.77.0.1/16 dev nest
ip address add 192.168.77.1/24 dev nest
ip link set nest up

number=0
for node in "$ground"/nodes/*; do
  number=$((number + 1))
  (
    while :; do
      if [ -e "$node/off" ] || [ ! -e "$node/ready" ]; then
        sleep 0.05
        continue
      fi
      rm -f "$node/up"
      unshare --net --uts --mount --pid --fork --mount-proc --kill-child \
        sh "$ground/node.sh" "$node" 2>>"$node/log" &
      outer=$!
      inner=""
      while [ -z "$inner" ] && [ -e "/proc/$outer" ]; do
        inner="$(tr -d ' ' <"/proc/$outer/task/$outer/children" 2>/dev/null || true)"
      done
      # unshare(1) forks before its namespaces are whole; its child has them.
      ip link delete "cable$number" 2>/dev/null || true
      # The cable of the boot before goes with its namespace, some time after that. A machine keeps
      # its hardware address.
      until ip link add "cable$number" type veth \
        peer name eth0 address "02:00:00:00:77:0$number" netns "$inner" 2>/dev/null; do
        [ -e "/proc/$inner" ] || break
        sleep 0.02
      done
      ip link set "cable$number" master nest up || true
      echo "$inner" >"$node/pid"
      wait "$outer" || true
    done
  ) &
done
: >"$ground/ready"
wait
