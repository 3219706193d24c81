#!/bin/sh
# fuzz.sh BINARY: fuzzes a demo by its OpenAPI document; scripts/fuzz.py says how.
# The fuzzer stands in the build folder, at the version below; installed once, from PyPI.
set -eu
cd "$(dirname "$0")/.."
version=4.32.5
venv=$(pwd)/target/fuzz
[ -z "${CARGO_TARGET_DIR:-}" ] || venv=$CARGO_TARGET_DIR/fuzz

if [ "$(cat "$venv/version" 2>/dev/null)" != "$version" ]; then
  echo "installing schemathesis $version into $venv (30 s)"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "schemathesis==$version" || {
    echo "schemathesis $version could not be installed from PyPI: is there a network?" >&2
    echo "Everything else is tested by: make check it e2e" >&2
    exit 1
  }
  echo "$version" >"$venv/version"
fi
exec python3 scripts/fuzz.py "$1" "$venv/bin/st"
