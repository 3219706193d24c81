#!/bin/sh
# need.sh build|cluster|test|bench: is everything here that this part needs?
# As root on Debian it installs what is missing; elsewhere it prints the exact command and fails.
# Rust and Node.js are never installed for you: their versions are yours to choose.
set -eu
cd "$(dirname "$0")/.."
half=${1:-build}
min_node=20.19
min_rust=$(sed -n 's/^rust-version = "\(.*\)"/\1/p' Cargo.toml)

has() { command -v "$1" >/dev/null 2>&1; }

# at_least VERSION MINIMUM, both as 1.2 or 1.2.3
at_least() {
  printf '%s\n%s\n' "$1" "$2" | awk -F. '
    { major[NR] = $1 + 0; minor[NR] = $2 + 0 }
    END { exit !(major[1] > major[2] || (major[1] == major[2] && minor[1] >= minor[2])) }'
}

lacks_by_hand=
by_hand() {
  lacks_by_hand=1
  printf 'missing: %s\n' "$1" >&2
}

if ! has cargo || ! has rustc; then
  by_hand "Rust $min_rust or newer (cargo, rustc): https://rustup.rs"
else
  rust=$(rustc --version | awk '{ print $2 }')
  at_least "$rust" "$min_rust" || by_hand "Rust $min_rust or newer; rustc here is $rust: rustup update stable"
fi
if ! has node || ! has npm; then
  by_hand "Node.js $min_node or newer with npm: https://nodejs.org/en/download"
else
  node=$(node --version | tr -d v)
  at_least "$node" "$min_node" || by_hand "Node.js $min_node or newer; node here is $node: https://nodejs.org/en/download"
fi

# The example client's library, for any Python that the tests try.
has_websockets() {
  for python in python3 /usr/bin/python3; do
    if has "$python" && "$python" -c 'import websockets' 2>/dev/null; then return 0; fi
  done
  return 1
}

packages=
package() { packages="$packages $1"; }

has cc || package "gcc libc6-dev"
if [ "$half" = test ]; then
  has python3 || package "python3 python3-venv"
  has_websockets || package python3-websockets
  # The fuzzer gets a Python of its own in the build folder: scripts/fuzz.sh.
  ! has python3 || python3 -c 'import ensurepip, venv' 2>/dev/null || package python3-venv
  has valgrind || package valgrind
  ls /usr/lib/*/faketime/libfaketime.so.1 >/dev/null 2>&1 || package libfaketime
  has chromium || package chromium
  if has fc-list; then
    [ -n "$(fc-list :lang=zh-cn)" ] || package fonts-noto-cjk
  else
    [ -e /usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc ] || package "fontconfig fonts-noto-cjk"
  fi
fi

if [ "$half" = test ] || [ "$half" = cluster ]; then
  has python3 || case $packages in *python3*) ;; *) package python3 ;; esac
  has redis-server || package redis-server
  has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || package postgresql
  # Debian keeps it where users don't look.
  has haproxy || [ -x /usr/sbin/haproxy ] || package haproxy
fi

if [ "$half" = bench ]; then
  has python3 || package python3
  has taskset || package util-linux
  has chromium || package chromium
  has nginx || package nginx
  [ -e /usr/lib/nginx/modules/ngx_nchan_module.so ] || package libnginx-mod-nchan
fi

if [ -n "$packages" ]; then
  install="apt-get install --yes --no-install-recommends$packages"
  if [ "$(id -u)" = 0 ] && has apt-get; then
    [ -z "$lacks_by_hand" ] || exit 1
    echo "installing:$packages (about 2 min)"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update
    $install
  else
    by_hand "${packages# }; on Debian or Ubuntu: sudo apt-get update && sudo $install"
  fi
fi
[ -z "$lacks_by_hand" ]
