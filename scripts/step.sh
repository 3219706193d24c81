#!/bin/sh
# step.sh TITLE ABOUT COMMAND...: says what runs and about how long, runs it, notes how long it took.
# step.sh --clear forgets the notes, step.sh --sum prints them.
set -eu
notes="${CARGO_TARGET_DIR:-target}/steps"
mkdir -p "$(dirname "$notes")"

span() { if [ "$1" -lt 60 ]; then echo "$1 s"; else echo "$(($1 / 60)) min $(($1 % 60)) s"; fi; }

case $1 in
--clear)
  : >"$notes"
  exit
  ;;
--sum)
  total=0
  printf '\n'
  while read -r took title; do
    total=$((total + took))
    printf '%14s  %s\n' "$(span "$took")" "$title"
  done <"$notes"
  printf '%14s  in all: passed\n' "$(span "$total")"
  exit
  ;;
esac

title=$1 about=$2
shift 2
printf '\n==> %s (about %s)\n' "$title" "$about"
began=$(date +%s)
code=0
"$@" || code=$?
took=$(($(date +%s) - began))
echo "$took $title" >>"$notes"
[ "$code" = 0 ] || printf '==> %s failed after %s\n' "$title" "$(span "$took")" >&2
exit "$code"
