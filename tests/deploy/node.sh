#!/bin/sh
# One boot of a node, as the first process of its own network, mounts and processes:
#
#   node.sh FOLDER
#
# FOLDER holds the node's disk (nix, state, boot) and what it is (name, address, router, loader). It
# starts the entry that the boot loader has, and ends when the node restarts or loses power. systemd,
# the boot loaders and NixOS's own programs are the stand-ins of machine.sh; sshd and Nix are real.
set -eu
node="$1"
read -r name <"$node/name"
read -r address <"$node/address"
read -r router <"$node/router"

mount -t tmpfs run /run
mkdir -p /run/sshd /run/lock /run/ducksnest/secrets/bundles
cp "$node/cluster.crt" /run/ducksnest/secrets/bundles/
ln -s "$node" /run/node
# The state is on the node's disk; nothing of this machine's is touched.
mount -t tmpfs state /var/lib
mkdir /var/lib/ducksnest
mount --bind "$node/state" /var/lib/ducksnest
mount --bind "$node/nix" /nix
mount --bind "$node/boot" /boot
# Root as a plain machine has it: what this machine's root does at login is nobody's business here.
{
  echo "root:x:0:0:root:$node:/bin/sh"
  grep '^sshd:' /etc/passwd
} >/run/passwd
mount --bind /run/passwd /etc/passwd
# random(4): another one for each boot.
cat /proc/sys/kernel/random/uuid >/run/boot_id
mount --bind /run/boot_id /proc/sys/kernel/random/boot_id

PATH="$node/bin:/usr/sbin:/usr/bin:/sbin:/bin"
export PATH
hostname "$name" 2>/dev/null || true

entry="$(machine boot-entry)"
if [ -e "$entry/does-not-boot" ]; then
  # The kernel panics, and the machine starts again: with what is the default by now.
  echo "panic $entry" >>"$node/log"
  entry="$(machine boot-entry)"
fi
echo "boot $entry" >>"$node/log"
ln -sfn "$entry" /run/booted-system
ln -sfn "$entry" /run/current-system

ip link set lo up
tries=0
until ip link show eth0 >/dev/null 2>&1; do
  tries=$((tries + 1))
  [ "$tries" -lt 200 ] || exit 1
  sleep 0.02
done
ip address add "$address" dev eth0
echo "$router" >/run/router
sh "$entry/start"
if [ -e "$node/api.pem" ]; then
  openssl s_server -quiet -accept 6443 -cert "$node/api.pem" -key "$node/api.key" -www >/dev/null 2>&1 &
fi
# As the unit ducksnest-activate-resume does.
ducksnest activate resume >>"$node/log" 2>&1 || echo "resume failed" >>"$node/log"
: >"$node/up"
while [ ! -e /run/restart ]; do
  sleep 0.05
done
