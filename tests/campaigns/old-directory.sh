#!/usr/bin/env bash
# A directory that an older version wrote still opens, and nothing answered is changed (R35, R38): the version named is built from this repository's history,
# serves made-up requests, ends cleanly or by kill -9, with snapshots and with the order ledger or without; then this version is asked again.
#   MATCHING_OLD=revision   the older version (539fc93: the last of format 1)
# Negative control: the check is seen to fail for an answer that was never given.
# Where the history or the older version's packages are missing it says so and passes. Exit 1: an answer was lost or changed, or `verify` objects.
set -uo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
host=${MATCHING_HOST:-$root/src/Matching.Host/bin/Release/net10.0/matching.dll}
revision=${MATCHING_OLD:-539fc93}
dir=$(mktemp -d)
trap 'rm -rf "$dir"' EXIT
fail() { echo "FAILED: $*"; tail -5 "$dir/log"; exit 1; }

git -C "$root" cat-file -e "$revision^{commit}" 2>/dev/null || { echo "an older directory not tried: the history lacks $revision"; exit 0; }
mkdir "$dir/old"
git -C "$root" archive "$revision" | tar -x -C "$dir/old"
dotnet build "$dir/old/src/Matching.Host" -c Release -v q -p:RunAnalyzers=false >"$dir/log" 2>&1 || { echo "an older directory not tried: $revision does not build here"; tail -3 "$dir/log"; exit 0; }
old=$dir/old/src/Matching.Host/bin/Release/net10.0/matching.dll

# Every operation that an order's life has, over 40 items; each block of 20 orders is 30 minutes, so that teams and holds also end by themselves.
lines() { # orders
  awk -v orders="$1" 'function say(text) { printf "{\"id\":%d,%s}\n", ++id, text }
    function about(n) { return sprintf("\"item\":%d,\"order\":%d", 1 + n % 40, n) }
    BEGIN {
      for (n = 1; n <= orders; n++) {
        who = sprintf("%s,\"buyer\":%d", about(n), 1 + n * 7919 % 997)
        kind = n * 2654435761 % 16
        if (kind == 0) say("\"op\":\"soloBuy\"," who ",\"amount\":990")
        else if (kind < 3) say("\"op\":\"openTeam\"," who ",\"amount\":700,\"source\":\"shareLink\",\"newBuyer\":true")
        else if (kind < 6) say("\"op\":\"hold\"," who ",\"quantity\":2")
        else say("\"op\":\"quickJoin\"," who ",\"amount\":500")
        if (kind == 3 || kind == 4) say("\"op\":\"pay\"," about(n) ",\"amount\":1000,\"payment\":" n)
        if (n % 3 == 0 && n > 60) say("\"op\":\"ship\"," about(n - 40))
        if (n % 7 == 0 && n > 60) { say("\"op\":\"requestRefund\"," about(n - 20)); say("\"op\":\"approveRefund\"," about(n - 20)) }
        if (n % 20 == 0) say("\"op\":\"advance\",\"to\":" n * 90000)
      }
    }'
}

serve() { # kill|close, program, options; answers $dir/lines
  local ending=$1 program=$2 ended; shift 2
  rm -f "$dir/in"; mkfifo "$dir/in"
  dotnet "$program" run --clock manual "$@" <"$dir/in" >"$dir/replies" 2>>"$dir/log" &
  local pid=$!
  exec 9>"$dir/in"
  cat "$dir/lines" >&9 2>/dev/null
  local wanted; wanted=$(($(wc -l <"$dir/lines") + 1))
  until [ "$(wc -l <"$dir/replies")" -ge "$wanted" ]; do kill -0 "$pid" 2>/dev/null || return 1; sleep 0.1; done
  [ "$ending" = close ] || kill -9 "$pid"
  exec 9>&-
  wait "$pid" 2>/dev/null
  ended=$?
  [ "$ending" = kill ] || [ "$ended" -eq 0 ]
}

# id, outcome and team of what was accepted, and whether it is a repeat.
accepted='match($0, /"id":[0-9]+,"ok":true/) {
  id = substr($0, RSTART + 5, RLENGTH - 15); outcome = ""; team = "-"
  if (match($0, /"outcome":"[A-Za-z]+"/)) outcome = substr($0, RSTART + 11, RLENGTH - 12)
  if (match($0, /"team":[0-9]+/)) team = substr($0, RSTART + 7, RLENGTH - 7)
  if (outcome != "Advanced") print id, outcome, team, /"repeated":true/ ? "repeated" : "new" }'
same() { # answers of the older version, answers now
  awk 'NR == FNR { now[$1] = $2 " " $3 " " $4; next } now[$1] != $2 " " $3 " repeated" { if (!bad++) print "  " $0 " is now " now[$1] } END { exit bad > 0 }' "$2" "$1"
}

now=()
try() { # kill|close, orders, options; those of this version alone in now
  local ending=$1 orders=$2; shift 2
  rm -rf "$dir/data"
  lines "$orders" >"$dir/all"
  cp "$dir/all" "$dir/lines"
  serve "$ending" "$old" --data "$dir/data" "$@" || fail "$revision did not serve"
  awk "$accepted" "$dir/replies" >"$dir/then"
  dotnet "$host" verify --data "$dir/data" >>"$dir/log" 2>&1 || fail "$ending $*: verify objects to what $revision left"
  # What was accepted once is sent again; time stands where it stood.
  awk 'NR == FNR { was[$1]; next } match($0, /"id":[0-9]+/) && substr($0, RSTART + 5, RLENGTH - 5) in was' "$dir/then" "$dir/all" >"$dir/lines"
  serve close "$host" --data "$dir/data" "$@" "${now[@]}" || fail "$*: this version did not serve what $revision left"
  awk "$accepted" "$dir/replies" >"$dir/now"
  same "$dir/then" "$dir/now" || fail "$*: an answer of $revision is another now"
  { cat "$dir/then"; echo "999999999 Opened 1024 new"; } >"$dir/tampered"
  ! same "$dir/tampered" "$dir/now" >/dev/null || fail "the control passed: this check sees nothing"
  dotnet "$host" verify --data "$dir/data" >>"$dir/log" 2>&1 || fail "$*: verify objects to what both left"
  echo "$(wc -l <"$dir/then") answers of $revision stand ($orders orders${*:+, $*})"
}

try close 2000
try kill 2000 --shards 2
try kill 40000 --snapshot-mib 1 --segment-mib 1
now=(--closed-in-memory 0)
try kill 40000 --snapshot-mib 1 --segment-mib 1 --order-ledger
