#!/bin/sh
# compose.sh: is docker-compose.yml what the Compose Specification's published schema allows?
# check-jsonschema carries that schema; it stands in the build folder, installed once, from PyPI.
set -eu
cd "$(dirname "$0")/.."
version=0.38.1
venv=$(pwd)/target/compose
[ -z "${CARGO_TARGET_DIR:-}" ] || venv=$CARGO_TARGET_DIR/compose

if [ "$(cat "$venv/version" 2>/dev/null)" != "$version" ]; then
  echo "installing check-jsonschema $version into $venv (10 s)"
  rm -rf "$venv"
  python3 -m venv "$venv"
  "$venv/bin/pip" install --quiet --disable-pip-version-check "check-jsonschema==$version" || {
    echo "check-jsonschema $version could not be installed from PyPI: is there a network?" >&2
    exit 1
  }
  echo "$version" >"$venv/version"
fi
exec "$venv/bin/check-jsonschema" --builtin-schema vendor.compose-spec docker-compose.yml
