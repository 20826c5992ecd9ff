#!/bin/sh
# Stands in for what a node has of systemd and of boot loaders, by the name that it is called by.
# Called `machine` it does what a system's own scripts need.
set -eu
node="$(readlink /run/node)"
read -r loader <"$node/loader"

# Writes the boot loader's entries: all generations of all profiles; $1 is the default.
install_loader() {
  rm -rf /boot/loader/entries
  mkdir -p /boot/loader/entries /boot/grub
  # shellcheck disable=SC2016  # GRUB's own variable
  menu='if [ "${next_entry}" ]; then
'
  for link in /nix/var/nix/profiles/system-*-link /nix/var/nix/profiles/system-profiles/*-link; do
    [ -e "$link" ] || continue
    profile="$(basename "$link" | sed 's/-[0-9]*-link$//')"
    number="$(basename "$link" | sed 's/.*-\([0-9]*\)-link$/\1/')"
    if [ "$profile" = system ]; then
      entry="nixos-generation-$number.conf"
    else
      entry="nixos-$profile-generation-$number.conf"
      # What GRUB's menu has under "NixOS - Profile '…'>0".
      menu="$menu$(printf 'submenu "NixOS - Profile '\''%s'\''" --class submenu {' "$profile")
"
      readlink -f "$link" >"/boot/grub/entry"
    fi
    [ "$loader" = grub ] || readlink -f "$link" >"/boot/loader/entries/$entry"
  done
  printf '%s' "$menu" >/boot/grub/grub.cfg
  echo "$1" >/boot/default.new
  mv /boot/default.new /boot/default
}

# The system that the machine starts with now; an entry for one boot is used up.
boot_entry() {
  if [ -s /boot/oneshot ]; then
    entry="$(cat /boot/oneshot)"
    rm /boot/oneshot
    if [ "$loader" = grub ]; then cat /boot/grub/entry; else cat "/boot/loader/entries/$entry"; fi
  else
    cat /boot/default
  fi
}

start_network() {
  ip link set eth0 up
  ip route replace default via "$(cat /run/router)"
}

start_sshd() {
  if ! kill -0 "$(cat /run/sshd.pid 2>/dev/null)" 2>/dev/null; then
    /usr/sbin/sshd -f "$node/sshd_config" -E "$node/sshd.log"
  fi
}

stop_sshd() {
  pkill -x sshd || true
  rm -f /run/sshd.pid
}

case "$(basename "$0")" in
machine)
  case "$1" in
  boot-entry) boot_entry ;;
  install-loader) install_loader "$2" ;;
  start-network) start_network ;;
  start-sshd) start_sshd ;;
  stop-sshd) stop_sshd ;;
  esac
  ;;
systemctl)
  case "$1" in
  is-active)
    shift
    for unit in "$@"; do
      if [ -e "/run/current-system/broken/${unit%.service}" ]; then echo failed; else echo active; fi
    done
    ;;
  reboot)
    echo restart >>"$node/log"
    : >/run/restart
    ;;
  esac
  ;;
bootctl)
  # set-oneshot ENTRY; an empty one takes it back.
  if [ -n "$2" ]; then echo "$2" >/boot/oneshot; else rm -f /boot/oneshot; fi
  ;;
grub-editenv)
  # FILE set next_entry=ENTRY, FILE unset next_entry
  if [ "$2" = set ]; then echo "${3#next_entry=}" >/boot/oneshot; else rm -f /boot/oneshot; fi
  ;;
nix-store | nix-env)
  NIX_CONF_DIR="$node/nix-conf" exec "/usr/bin/$(basename "$0")" "$@"
  ;;
esac
