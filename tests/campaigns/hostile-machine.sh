#!/usr/bin/env bash
# The real program on a machine that fails it: every write and every sync failing once (strace injects EIO and ENOSPC), a full disk, a read-only one (both a
# small tmpfs), a wall clock set back and ahead (libfaketime). A ledger of answers is kept outside; afterwards, on a sound machine, every answer must be
# repeated as it was (R35, R38).
#   MATCHING_EVERY=n   of the positions of writes and syncs, every n-th (6; 1 for all)
# Negative control: the check itself is seen to fail, at each part, for an answer that was never given.
# A part whose tool is missing says so and is left out. Exit 1: an answer was lost or changed, or damage was silent.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
host=${MATCHING_HOST:-$root/src/Matching.Host/bin/Release/net10.0/matching.dll}
every=${MATCHING_EVERY:-6}
dir=$(mktemp -d)
trap 'umount "$dir/small" 2>/dev/null; rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; tail -3 "$dir/log"; exit 1; }

run() { dotnet "$host" run --data "$@" --team-size 2 2>>"$dir/log"; }
lines() { awk -v from="$1" -v to="$2" 'BEGIN { for (n = from; n <= to; n++) printf "{\"id\":%d,\"op\":\"quickJoin\",\"item\":%d,\"buyer\":%d,\"order\":%d}\n", n, 1 + n * 7919 % 40, n, n }'; }
answers='match($0, /"id":[0-9]+,"ok":true/) {
  id = substr($0, RSTART + 5, RLENGTH - 15); outcome = team = ""
  if (match($0, /"outcome":"[A-Za-z]+"/)) outcome = substr($0, RSTART + 11, RLENGTH - 12)
  if (match($0, /"team":[0-9]+/)) team = substr($0, RSTART + 7, RLENGTH - 7)
  print id, outcome, team, /"repeated":true/ ? "repeated" : "new" }'
repeats() { # data directory, ledger
  while read -r n _; do lines "$n" "$n"; done <"$2" | run "$1" --accept-clock | awk "$answers" >"$dir/again"
  awk 'NR == FNR { now[$1] = $2 " " $3 " " $4; next } now[$1] != $2 " " $3 " repeated" { bad++ } END { exit bad > 0 }' "$dir/again" "$2"
}
check() { # data directory, ledger, what it was about
  repeats "$1" "$2" || fail "$3: answers lost or changed"
  # The control: an answer of order 999999, which nobody sent.
  { cat "$2"; echo "999999 Opened 1024"; } >"$dir/tampered"
  ! repeats "$1" "$dir/tampered" || fail "$3: the control passed: this check sees nothing"
}
ledger() { awk "$answers" "$1" | awk '$4 == "new" { print $1, $2, $3 }'; }

failing_calls() {
  command -v strace >/dev/null && strace -o /dev/null true 2>/dev/null || { echo "failing writes and syncs not tried: strace is missing or may not trace"; return; }
  local tried=0 call error at
  for call in pwrite64 fsync; do
    for error in EIO ENOSPC; do
      [ "$call $error" = "fsync ENOSPC" ] && continue
      for ((at = 1; ; at += every)); do
        rm -rf "$dir/data"
        # In helpings, so that they take several writes.
        { lines 1 10; lines 11 20; lines 21 40; } |
          strace -f -o "$dir/trace" -e trace="$call" -e inject="$call:error=$error:when=$at" dotnet "$host" run --data "$dir/data" --team-size 2 >"$dir/replies" 2>>"$dir/log"
        grep -q INJECTED "$dir/trace" || break
        tried=$((tried + 1))
        ledger "$dir/replies" >"$dir/ledger"
        check "$dir/data" "$dir/ledger" "$call $at fails with $error"
      done
    done
  done
  [ "$tried" -gt 3 ] || fail "no more than $tried failing calls were tried"
  echo "$tried writes and syncs failed once each: every answer kept"
}

small_disk() {
  mkdir -p "$dir/small"
  mount -t tmpfs -o size=66m tmpfs "$dir/small" 2>/dev/null || { echo "full and read-only disk not tried: no tmpfs may be mounted"; return; }
  # Segments of 1 to 32 MiB fit, and the program runs on until it is full.
  lines 1 3000000 2>/dev/null | run "$dir/small/data" --max-in-flight 8 >"$dir/replies"
  grep -q -e '"outcome":"Unavailable"' -e '"outcome":"LowDisk"' "$dir/replies" || fail "full disk: the program said neither LowDisk nor Unavailable"
  ledger "$dir/replies" >"$dir/all"
  # A start makes room first, of what was made ahead and never used. With that taken by others there is none for a segment.
  run "$dir/small/data" </dev/null >"$dir/replies" || fail "full disk: the program did not start, though it can make room"
  cat /dev/zero >"$dir/small/others" 2>/dev/null
  run "$dir/small/data" </dev/null >"$dir/replies" && fail "full disk: the program started without room for a segment"
  mount -o remount,ro "$dir/small"
  run "$dir/small/data" </dev/null >"$dir/replies" && fail "read-only disk: the program started"
  mount -o remount,rw,size=400m "$dir/small"
  rm "$dir/small/others"
  awk -v every=$((1 + $(wc -l <"$dir/all") / 2000)) 'NR % every == 0' "$dir/all" >"$dir/ledger"
  tail -20 "$dir/all" >>"$dir/ledger"
  check "$dir/small/data" "$dir/ledger" "full disk"
  echo "a disk ran full behind $(wc -l <"$dir/all") answers and was read-only: every answer kept"
  umount "$dir/small"
}

clock_steps() {
  local lib
  lib=$(find /usr/lib -name libfaketime.so.1 2>/dev/null | head -1)
  [ -n "$lib" ] || { echo "clock steps not tried: there is no libfaketime"; return; }
  rm -rf "$dir/data"
  lines 1 100 | run "$dir/data" >"$dir/replies"
  ledger "$dir/replies" >"$dir/ledger"
  for step in -10m -400d +8d; do
    lines 101 102 | LD_PRELOAD=$lib FAKETIME=$step DONT_FAKE_MONOTONIC=1 run "$dir/data" >"$dir/replies" && fail "the wall is $step off and the program started (R43)"
    [ -s "$dir/replies" ] && fail "the wall is $step off and the program answered (R43)"
  done
  # The control: with no step it starts.
  lines 101 102 | LD_PRELOAD=$lib FAKETIME=+0 DONT_FAKE_MONOTONIC=1 run "$dir/data" >"$dir/replies" || fail "the clock is right and the program did not start"
  check "$dir/data" "$dir/ledger" "clock steps"
  echo "the wall set back and ahead: refused, every answer kept"
}

failing_calls
small_disk
clock_steps
