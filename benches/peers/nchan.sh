#!/usr/bin/env bash
# nchan.sh PORT: nginx with nchan in a folder of its own; prints `listening PORT`, and ends with
# its standard input. The process becomes nginx, so that its CPU time is nginx's.
set -eu
port=${1:?usage: nchan.sh PORT}
here=$(cd "$(dirname "$0")" && pwd)
folder=$(mktemp -d)
sed "s/127.0.0.1:8090/127.0.0.1:$port/" "$here/nchan.conf" >"$folder/nchan.conf"
exec 3<&0
(
  until (exec 4<>"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do
    kill -0 $$ 2>/dev/null || break
    sleep 0.05
  done
  ! kill -0 $$ 2>/dev/null || echo "listening $port"
  cat <&3 >/dev/null
  # nginx 1.22 with nchan aborts on its way out when it is asked to end.
  kill -KILL $$ 2>/dev/null || true
  rm -rf "$folder"
) &
exec 3<&-
exec nginx -e stderr -p "$folder" -c "$folder/nchan.conf" </dev/null
