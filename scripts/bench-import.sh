#!/bin/sh
# bench-import.sh: imports the real ten years into an empty folder and prints rows a second.
# Takes XUNFANG_BIN and XUNFANG_TEST_DATA from the environment.
set -eu
cd "$(dirname "$0")/.."
if [ -z "${XUNFANG_TEST_DATA:-}" ]; then
  echo "NOT RUN: XUNFANG_TEST_DATA is not set, so the real import was not measured" >&2
  exit 0
fi
real="$XUNFANG_TEST_DATA/philadelphia22"
incidents="$real/incidents_2016_2025.csv.gz"
data=$(mktemp -d)
trap 'rm -rf "$data"' EXIT
trap 'exit 130' INT TERM

"$XUNFANG_BIN" import district --data "$data" "$real/district.geojson"
"$XUNFANG_BIN" import grids --district PHL22 --data "$data" "$real/grids.geojson"

rows=$(($(gzip -dc "$incidents" | wc -l) - 1))
began=$(date +%s.%N)
code=0
"$XUNFANG_BIN" import incidents --district PHL22 --map docs/examples/philadelphia22.toml \
  --data "$data" "$incidents" || code=$?
ended=$(date +%s.%N)
# 3: taken, but for the rows that repeat an id.
[ "$code" = 0 ] || [ "$code" = 3 ] || exit "$code"
echo "$began $ended $rows" | awk '{ s = $2 - $1; printf "%d lines in %.2f s, %.0f a second\n", $3, s, $3 / s }'
