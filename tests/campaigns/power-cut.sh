#!/usr/bin/env bash
# Power cuts under the real program, on a real file system: ext4 on a loop device, over an NBD disk whose volatile write-back cache dies
# with the disk's process. A ledger of answers is kept outside; after each cut every answer must be repeated as it was (R35, R38).
#   MATCHING_CUTS=n   how often (2)
#   MATCHING_SEED=n   where to begin (1)
#   MATCHING_CACHE=   writeback (an honest disk), or unsafe: the disk forgets its flushes, the negative control, which must be seen to lose answers
# Needs root, nbdkit, nbdfuse (libnbd-bin), losetup, mkfs.ext4. Says why and passes where they are missing. Exit 1: an answer was lost or changed.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
host=${MATCHING_HOST:-$root/src/Matching.Host/bin/Release/net10.0/matching.dll}
cuts=${MATCHING_CUTS:-2} cache=${MATCHING_CACHE:-writeback}
RANDOM=${MATCHING_SEED:-1}

for tool in nbdkit nbdfuse losetup mkfs.ext4 mount dotnet; do
  command -v "$tool" >/dev/null || { echo "power cuts not tried: there is no $tool"; exit 0; }
done
[ "$(id -u)" = 0 ] && [ -e /dev/loop-control ] && [ -e /dev/fuse ] || { echo "power cuts not tried: they need root, loop devices and FUSE"; exit 0; }

dir=$(mktemp -d)
nbdkit_pid='' fuse_pid='' loop=''
plug() { # with a cache of the mode $1
  nbdkit -f -U "$dir/socket" --filter=cache file "$dir/disk" cache="$1" 2>>"$dir/log" &
  nbdkit_pid=$!
  disown $nbdkit_pid # so that its death is not announced
  until [ -S "$dir/socket" ]; do kill -0 "$nbdkit_pid" || return 1; done
  : >"$dir/nbd"
  nbdfuse "$dir/nbd" --unix "$dir/socket" 2>>"$dir/log" &
  fuse_pid=$!
  disown $fuse_pid
  until [ -s "$dir/nbd" ]; do kill -0 "$fuse_pid" || return 1; done
  loop=$(losetup --direct-io=on -f --show "$dir/nbd")
}
unplug() { # whatever is left of the mount and its disk
  umount "$dir/mount" 2>/dev/null || umount -l "$dir/mount" 2>/dev/null
  [ -n "$loop" ] && losetup -d "$loop" 2>/dev/null
  fusermount3 -u -z "$dir/nbd" 2>/dev/null || umount -l "$dir/nbd" 2>/dev/null
  local pid
  for pid in $nbdkit_pid $fuse_pid; do
    kill -9 "$pid" 2>/dev/null
    tail --pid="$pid" -f /dev/null
  done
  rm -f "$dir/socket"
  nbdkit_pid='' fuse_pid='' loop=''
}
trap 'unplug; rm -rf "$dir"' EXIT

run() { exec dotnet "$host" run --data "$dir/mount/data" --clock manual --team-size 2; }
# Requests from number $1 on, without end, or those whose numbers come on standard input.
requests='function line(n) { printf "{\"id\":%d,\"op\":\"quickJoin\",\"item\":%d,\"buyer\":%d,\"order\":%d}\n", n, 1 + n * 7919 % 40, n, n }'
# "number outcome team repeated" of each reply that accepted something.
answers='match($0, /"id":[0-9]+,"ok":true/) {
  id = substr($0, RSTART + 5, RLENGTH - 15); outcome = team = ""
  if (match($0, /"outcome":"[A-Za-z]+"/)) outcome = substr($0, RSTART + 11, RLENGTH - 12)
  if (match($0, /"team":[0-9]+/)) team = substr($0, RSTART + 7, RLENGTH - 7)
  print id, outcome, team, /"repeated":true/ ? "repeated" : "new" }'

# Every start takes a segment or two of 64 MiB, and a cut is two starts. Never filled, so most of it costs nothing here.
truncate -s $(((cuts * 2 + 3) * 192))M "$dir/disk"; mkdir "$dir/mount"; : >"$dir/ledger"
plug writeback && mkfs.ext4 -q -F "$loop" || { echo "power cuts not tried: no disk could be made here: $(tail -1 "$dir/log")"; exit 0; }
mount "$loop" "$dir/mount" || { echo "power cuts not tried: mount failed"; exit 0; }
awk "BEGIN { for (n = 1; n <= 50; n++) line(n) } $requests" | (run) 2>>"$dir/log" | awk "$answers" | awk '{ print $1, $2, $3 }' >"$dir/ledger"
[ "$(wc -l <"$dir/ledger")" = 50 ] || { echo "the program did not serve:"; tail -3 "$dir/log"; exit 1; }

check() { # all that was ever answered, asked again
  awk "$requests { line(\$1) }" "$dir/ledger" | (run) 2>>"$dir/log" | awk "$answers" >"$dir/again"
  awk 'NR == FNR { now[$1] = $2 " " $3 " " $4; next } now[$1] != $2 " " $3 " repeated" { bad++; if (bad < 4) print "lost or changed: " $0 " is now: " now[$1] > "/dev/stderr" } END { exit bad > 0 }' "$dir/again" "$dir/ledger"
}

next=1000000
for ((cut = 1; cut <= cuts; cut++)); do
  if [ "$cache" != writeback ]; then
    umount "$dir/mount"; unplug; plug "$cache" && mount "$loop" "$dir/mount" || exit 2
  fi
  # A tenth right after the recovery. A cut that was not made, or before the program served, proves nothing.
  at=$((RANDOM % 10 == 0 ? 1 : 1 + RANDOM % 4000)) replies=0
  : >"$dir/replies"
  while read -r line; do
    printf '%s\n' "$line" >>"$dir/replies"
    ((++replies == at)) && kill -9 "$nbdkit_pid"
  done < <(awk -v n="$next" "BEGIN { for (;;) line(n++) } $requests" 2>/dev/null | (run) 2>>"$dir/log")
  ((replies >= at)) || { echo "cut $cut: the program served $replies lines only, the cut was to be after $at"; tail -3 "$dir/log"; exit 1; }
  awk "$answers" "$dir/replies" | awk '$4 == "new" { print $1, $2, $3 }' >>"$dir/ledger"
  next=$((next + 1000000))
  unplug
  plug writeback && mount "$loop" "$dir/mount" || { echo "cut $cut: the disk does not come back"; tail -3 "$dir/log"; exit 1; }
  if ! check; then
    echo "cut $cut of $cuts (seed ${MATCHING_SEED:-1}, cache $cache): answers lost or changed"; tail -3 "$dir/log"; exit 1
  fi
done
echo "$cuts power cuts on ext4 (cache $cache, seed ${MATCHING_SEED:-1}): $(wc -l <"$dir/ledger") answers, none lost or changed"
