#!/bin/sh
# bench-import.sh: imports the real ten years into empty folders, each time once more into the
# same, beside pandas' plain reading of the file where it is installed. Prints rows a second.
# Takes XUNFANG_BIN, XUNFANG_TEST_DATA and PYTHON from the environment.
set -eu
cd "$(dirname "$0")/.."
if [ -z "${XUNFANG_TEST_DATA:-}" ]; then
  echo "NOT RUN: XUNFANG_TEST_DATA is not set, so the real import was not measured" >&2
  exit 0
fi
real="$XUNFANG_TEST_DATA/philadelphia22"
incidents="$real/incidents_2016_2025.csv.gz"
python=${PYTHON:-python3}
runs=5
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
trap 'exit 130' INT TERM
rows=$(($(gzip -dc "$incidents" | wc -l) - 1))

# import: the incidents into $work/data; 3 says that rows were refused, those that repeat an id.
import() {
  code=0
  "$XUNFANG_BIN" import incidents --district PHL22 --map docs/examples/philadelphia22.toml \
    --data "$work/data" "$incidents" >"$work/said" || code=$?
  [ "$code" = 0 ] || [ "$code" = 3 ] || exit "$code"
}

# timed NOTES COMMAND...: adds the seconds that it took to a file.
timed() {
  notes=$1
  shift
  began=$(date +%s.%N)
  "$@"
  echo "$began $(date +%s.%N)" | awk '{ print $2 - $1 }' >>"$work/$notes"
}

# tell TITLE NOTES: the median and the range.
tell() {
  sort -n "$work/$2" | awk -v title="$1" -v rows="$rows" '
    { s[NR] = $1 }
    END {
      m = s[int((NR + 1) / 2)]
      printf "%-44s %6.2f s (%.2f to %.2f, %d runs), %.0f rows a second\n", title, m, s[1], s[NR], NR, rows / m
    }'
}

for run in $(seq "$runs"); do
  rm -rf "$work/data"
  "$XUNFANG_BIN" import district --data "$work/data" "$real/district.geojson" >/dev/null
  "$XUNFANG_BIN" import grids --district PHL22 --data "$work/data" "$real/grids.geojson" >/dev/null
  timed first import
  [ "$run" != 1 ] || head -n 1 "$work/said"
  timed again import
done
tell "import, checked and stored" first
tell "the same again, checked and all unchanged" again

if "$python" -c 'import pandas' 2>/dev/null; then
  "$python" - "$incidents" "$runs" >"$work/pandas" <<'READ'
import sys
import time

import pandas

for _ in range(int(sys.argv[2])):
    began = time.perf_counter()
    pandas.read_csv(sys.argv[1])
    print(time.perf_counter() - began)
READ
  tell "pandas' read_csv, neither checked nor stored" pandas
else
  echo "NOT RUN: pandas' read_csv beside it, for $python has no pandas (apt-get install python3-pandas)" >&2
fi
