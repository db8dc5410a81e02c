#!/usr/bin/env bash
# Power cuts under the real program, on a real file system: ext4 on a loop device, over an NBD disk whose volatile write-back cache dies
# with the disk's process. A ledger of answers is kept outside; after each cut every answer must be repeated as it was (R35, R38).
#   MATCHING_CUTS=n   how often (3)
#   MATCHING_SEED=n   where to begin (1)
#   MATCHING_CACHE=   writeback (an honest disk), or unsafe: the disk forgets its flushes, the negative control, which must be seen to lose answers
#   MATCHING_SNAPSHOTS=   no; yes: segments and snapshots of 1 MiB, and most cuts fall while a snapshot is written or a segment archived;
#                     ledger: beside the order ledger too. All three in turn where it is not given, each in a directory of its own
# Needs root, nbdkit, nbdfuse (libnbd-bin), losetup, mkfs.ext4. Says why and passes where they are missing. Exit 1: an answer was lost or changed.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
host=${MATCHING_HOST:-$root/src/Matching.Host/bin/Release/net10.0/matching.dll}
cuts=${MATCHING_CUTS:-3} cache=${MATCHING_CACHE:-writeback}
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

modes=(${MATCHING_SNAPSHOTS:-no yes ledger})
mode=${modes[0]}
run() {
  local more=(--snapshot-mib 0)
  [ "$mode" = no ] || more=(--segment-mib 1 --snapshot-mib 1)
  [ "$mode" = ledger ] && more+=(--order-ledger true --closed-in-memory 0) || more+=(--order-ledger false)
  exec dotnet "$host" run --data "$dir/mount/$mode" --clock manual --team-size 2 "${more[@]}"
}
# Requests by number: an odd one joins, the even one behind ships what joined 200 numbers before, so that orders close.
requests='function line(n, o) {
  o = int((n + 1) / 2) - (n % 2 ? 0 : 100)
  if (n % 2) printf "{\"id\":%d,\"op\":\"quickJoin\",\"item\":%d,\"buyer\":%d,\"order\":%d}\n", n, 1 + o * 7919 % 40, o, o
  else if (o > 0) printf "{\"id\":%d,\"op\":\"ship\",\"item\":%d,\"order\":%d}\n", n, 1 + o * 7919 % 40, o }'
# "number outcome team repeated" of each reply that accepted something.
answers='match($0, /"id":[0-9]+,"ok":true/) {
  id = substr($0, RSTART + 5, RLENGTH - 15); outcome = team = ""
  if (match($0, /"outcome":"[A-Za-z]+"/)) outcome = substr($0, RSTART + 11, RLENGTH - 12)
  if (match($0, /"team":[0-9]+/)) team = substr($0, RSTART + 7, RLENGTH - 7)
  print id, outcome, team, /"repeated":true/ ? "repeated" : "new" }'

# A life may fill segments up to 64 MiB, and a cut is two lives. Never filled, so most of it costs nothing here.
truncate -s $(((cuts * 2 + 3) * 192))M "$dir/disk"; mkdir "$dir/mount"
plug writeback && mkfs.ext4 -q -F "$loop" || { echo "power cuts not tried: no disk could be made here: $(tail -1 "$dir/log")"; exit 0; }
mount "$loop" "$dir/mount" || { echo "power cuts not tried: mount failed"; exit 0; }
begin() { # a directory of the mode, with a few answers
  rm -rf "${dir:?}/mount/$mode"
  awk "BEGIN { for (n = 1; n <= 50; n++) line(n) } $requests" | (run) 2>>"$dir/log" | awk "$answers" | awk '{ print $1, $2, $3 }' >"$dir/ledger-$mode"
  [ "$(wc -l <"$dir/ledger-$mode")" = 25 ] || { echo "the program did not serve:"; tail -3 "$dir/log"; exit 1; }
}

check() { # all that was ever answered, asked again; then what lies there, against the events
  awk "$requests { line(\$1) }" "$dir/ledger-$mode" | (run) 2>>"$dir/log" | awk "$answers" >"$dir/again"
  awk 'NR == FNR { now[$1] = $2 " " $3 " " $4; next } now[$1] != $2 " " $3 " repeated" { bad++; if (bad < 4) print "lost or changed: " $0 " is now: " now[$1] > "/dev/stderr" } END { exit bad > 0 }' "$dir/again" "$dir/ledger-$mode" || return 1
  [ "$mode" = no ] || dotnet "$host" verify --data "$dir/mount/$mode" >>"$dir/log" 2>&1
}

# Whether there is one of the files named by a pattern; of unfinished ones, one of this life: those of a life cut short may lie about.
any() {
  local file
  for file in "$dir/mount/$mode"/$1; do
    [ -e "$file" ] && { [[ $1 != *.new ]] || [ "$file" -nt "$dir/new" ]; } && return 0
  done
  return 1
}
writing=('archive/*.new' 'snapshot.new' 'ledger/*.new')
declare -A tried=([no]=0 [yes]=0 [ledger]=0)
declare -A seen=(['snapshot.new']=0 ['archive/*.new']=0 ['ledger/*.new']=0 ['snapshot-*.snap']=0 ['archive/*.arc']=0)
next=1000000 total=0
for ((cut = 1; cut <= cuts; cut++)); do
  mode=${modes[cut % ${#modes[@]}]}
  # Where everything stays in the state a snapshot waits for as many bytes as the last one had: so it begins anew before that takes long.
  if [ ! -e "$dir/ledger-$mode" ] || [ -n "$(find "$dir/mount/$mode" -name '*.snap' -size +3M)" ]; then begin; fi
  if [ "$cache" != writeback ]; then
    umount "$dir/mount"; unplug; plug "$cache" && mount "$loop" "$dir/mount" || exit 2
  fi
  # A tenth right after the recovery. With snapshots, most at the first sight of something being written, or some replies later: of a segment being
  # archived, of a snapshot, of the ledger's checkpoint, in turn. A cut that was not made, or before the program served, proves nothing.
  at=$((RANDOM % 10 == 0 ? 1 : 1 + RANDOM % 4000)) replies=0 look=''
  [ "$mode" = no ] || look=${writing[tried[$mode] % 4]-}
  [ "$mode" != yes ] || [ "$look" != "${writing[2]}" ] || look=${writing[1]}
  tried[$mode]=$((tried[$mode] + 1))
  [ -z "$look" ] || at=500000
  : >"$dir/replies"; : >"$dir/new"
  # It must end by itself, also on a dead disk.
  while read -r -t 120 line || { ended=$?; false; }; do
    printf '%s\n' "$line" >>"$dir/replies"
    ((++replies))
    [ -z "$look" ] || ! any "$look" || { look=''; at=$((replies + (tried[$mode] > 1) * (RANDOM % 2) * (RANDOM % 100))); }
    if ((replies == at)); then
      for file in "${!seen[@]}"; do ! any "$file" || seen[$file]=$((${seen[$file]} + 1)); done
      kill -9 "$nbdkit_pid"
    fi
  done < <(awk -v n="$next" "BEGIN { for (;;) line(n++) } $requests" 2>/dev/null | (run) 2>>"$dir/log")
  ((ended <= 128)) || { echo "cut $cut (seed ${MATCHING_SEED:-1}, snapshots $mode): after $replies replies the program neither answers nor ends"; tail -3 "$dir/log"; exit 1; }
  ((replies >= at)) || { echo "cut $cut: the program served $replies lines only, the cut was to be after $at"; tail -3 "$dir/log"; exit 1; }
  awk "$answers" "$dir/replies" | awk '$4 == "new" { print $1, $2, $3 }' >"$dir/new"
  cat "$dir/new" >>"$dir/ledger-$mode"
  total=$((total + $(wc -l <"$dir/new"))) next=$((next + 1000000))
  unplug
  plug writeback && mount "$loop" "$dir/mount" || { echo "cut $cut: the disk does not come back"; tail -3 "$dir/log"; exit 1; }
  if ! check; then
    echo "cut $cut of $cuts (seed ${MATCHING_SEED:-1}, cache $cache, snapshots $mode): answers lost or changed, or what lies there is not what the events give"; tail -3 "$dir/log"; exit 1
  fi
done
echo "$cuts power cuts on ext4 (cache $cache, seed ${MATCHING_SEED:-1}, ${modes[*]}): $total answers, none lost or changed"
echo "at the cut there was: a snapshot ${seen['snapshot-*.snap']}, one being written ${seen['snapshot.new']}, an archive ${seen['archive/*.arc']}, a segment being archived ${seen['archive/*.new']}, a checkpoint of the ledger being written ${seen['ledger/*.new']} times"
[ "${modes[*]}" = no ] || ((cuts < ${#modes[@]} || (seen['snapshot.new'] + seen['archive/*.new'] > 0 && seen['snapshot-*.snap'] > 0))) || { echo "no cut fell while a snapshot was there and something was written"; exit 1; }
