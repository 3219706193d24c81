#!/bin/sh
# secrets.sh [DIR]: makes the secrets of docker-compose.yml, once; what is there stays.
# Files are readable inside the containers, whose users differ; the folder is its owner's alone.
set -eu
folder=${1:-$(dirname "$0")/secrets}
mkdir -p "$folder"
chmod 700 "$folder"
umask 022

random() { od -An -N24 -tx1 /dev/urandom | tr -d ' \n'; }

# keep NAME: writes what comes in, unless the file is there. No line break: a password has none.
keep() {
  if [ -e "$folder/$1" ]; then
    cat >/dev/null
  else
    cat >"$folder/.$1"
    mv "$folder/.$1" "$folder/$1"
    echo "made: $folder/$1"
  fi
}

random | keep postgres_password
random | keep redis_password
postgres=$(cat "$folder/postgres_password")
redis=$(cat "$folder/redis_password")
printf 'postgres://xunfang:%s@postgres:5432/xunfang' "$postgres" | keep database_url
printf 'redis://:%s@redis:6379' "$redis" | keep bus_url
keep redis_conf <<CONF
requirepass $redis
port 6379
save ""
appendonly no
# What nodes say is small; a subscriber this far behind is dropped, and reads the log.
client-output-buffer-limit pubsub 64mb 16mb 30
CONF
