#!/bin/bash
# run.sh SECONDS: fuzzes for so long, each target by itself and both at once, then keeps in corpus/ what it takes to get
# as far. Ends with an error if an input was found that crashes, hangs, leaks or breaks a promise; it is in .build/found.
set -euo pipefail

here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
limit=${1:-600}
work=$here/.build/work
export SWIFT_DETERMINISTIC_HASHING=1 SWIFT_BACKTRACE=enable=no
export ASAN_OPTIONS=malloc_context_size=2:quarantine_size_mb=16

# With --sanitize SwiftPM leaves libFuzzer its main; of two sanitizers it would hand over one.
for target in certificates headers; do
  swift build --package-path "$here" -c release --sanitize fuzzer -Xswiftc -sanitize=fuzzer,address --product "$target"
done
mkdir -p "$here"/.build/found "$work"/{certificates,headers}

# fuzz TARGET LENGTH SEED-FOLDER...
fuzz() {
  nice -n 19 "$here/.build/release/$1" -max_total_time="$limit" -max_len="$2" -timeout=10 -rss_limit_mb=2048 \
    -print_final_stats=1 -artifact_prefix="$here/.build/found/$1-" "$work/$1" "${@:3}" >"$here/.build/$1.log" 2>&1
}

# Without counters: how often a place is reached makes no other input.
keep() {
  rm -rf "$here/.build/kept"
  mkdir "$here/.build/kept"
  "$here/.build/release/$1" -merge=1 -use_counters=0 -max_len="$2" "$here/.build/kept" "$here/corpus/$1" "$work/$1" \
    >"$here/.build/$1-merge.log" 2>&1
  rm -rf "$here/corpus/$1"
  mv "$here/.build/kept" "$here/corpus/$1"
}

fuzz certificates 12000 "$here/corpus/certificates" "$here/corpus/forgeries" &
first=$!
fuzz headers 16384 "$here/corpus/headers" &
second=$!
failed=0
wait "$first" || failed=1
wait "$second" || failed=1
for target in certificates headers; do
  echo "$target: $(grep -o 'cov: .* corp: [^ ]*' "$here/.build/$target.log" | tail -1)"
  grep stat:: "$here/.build/$target.log" || true
done
if ((failed)); then
  grep -h -m 5 -E "broken promise|ERROR: |SUMMARY: " "$here"/.build/{certificates,headers}.log || true
  ls "$here/.build/found"
  exit 1
fi
keep certificates 12000
keep headers 16384
