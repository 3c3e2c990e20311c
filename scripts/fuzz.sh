#!/usr/bin/env bash
# Feeds every decoder with what libFuzzer makes of its corpus, under the address sanitizer.
#
#   scripts/fuzz.sh             short: ten seconds for each decoder
#   scripts/fuzz.sh SECONDS     so many for each
#   scripts/fuzz.sh long        ten million for each, for as long as that takes
#   scripts/fuzz.sh seeds       writes the corpus' first inputs anew
#   scripts/fuzz.sh merge       adds to the corpus what was found on the way and reaches more code
#   scripts/fuzz.sh DECODER FILE    one input, such as one that a run has found
#
# The corpus is Tests/Fuzzing/Corpus; what is found on the way is kept in .build-fuzz/corpus. An
# input that crashes a decoder, hangs it or makes it take more than 256 MB ends the script; it is
# left in .build-fuzz/found, and belongs, with its fix, into the corpus and the tests of the
# decoder.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
build=$root/.build-fuzz
kept=$root/Tests/Fuzzing/Corpus
fuzz=$build/release/fuzz
decoders=(wire journal safetensors manifest state configuration idx npy zip
    image table texts gzip certificate hostfile)

say() { printf 'fuzz: %s\n' "$*" >&2; }

say "building with sanitizers"
COHORT_FUZZ=1 swift build -c release --package-path "$root" --scratch-path "$build" \
    --product fuzz --sanitize=address -Xswiftc -sanitize=fuzzer >&2

case ${1:-short} in
seeds) exec "$fuzz" --seeds "$kept" ;;
merge)
    for decoder in "${decoders[@]}"; do
        "$fuzz" "$decoder" -merge=1 -max_len=1024 "$kept/$decoder" "$build/corpus/$decoder" 2>/dev/null
    done
    exit
    ;;
short) runs=-1 seconds=10 ;;
[1-9]*) runs=-1 seconds=$1 ;;
long) runs=10000000 seconds=0 ;;
*) exec "$fuzz" "$@" ;;
esac

# What is freed stays allocated for a while, to be watched; not so much of it that it hides a leak.
export ASAN_OPTIONS=quarantine_size_mb=16
# The sanitizer says where a crash came from; Swift's own report would be taken for another one.
export SWIFT_BACKTRACE=enable=no
mkdir -p "$build/found"
# The tables of a configuration's keys live as long as the process. Their enumeration marks its
# cases in the pointers, which the leak checker therefore does not recognise.
printf 'leak:V4keys_WZ\n' >"$build/reachable"
export LSAN_OPTIONS=suppressions=$build/reachable:print_suppressions=0
# The largest that a decoder takes at once: as many floats as `TopKCodec.mostValues`, 128 MB.
allocation=136

# Feeds one decoder, and says how much it took.
feed() {
    local decoder=$1 log=$build/$1.log
    say "$decoder"
    mkdir -p "$build/corpus/$decoder"
    "$fuzz" "$decoder" "$build/corpus/$decoder" "$kept/$decoder" -runs="$runs" \
        -max_total_time="$seconds" -max_len=4096 -timeout=10 \
        -rss_limit_mb=256 -malloc_limit_mb="$allocation" \
        -artifact_prefix="$build/found/$decoder-" -print_final_stats=1 >"$log" 2>&1 ||
        { cat "$log" >&2; return 1; }
    awk -v decoder="$decoder" '
        /number_of_executed_units/ { runs = $2 } /peak_rss_mb/ { peak = $2 }
        END { printf "%s: %d inputs, peak %d MB\n", decoder, runs, peak }' "$log"
}

# As many decoders at once as there are processors; where one fails, the others end too.
trap 'jobs -p | xargs -r kill 2>/dev/null' EXIT
running=0
for decoder in "${decoders[@]}"; do
    if [ "$running" -ge "$(nproc)" ]; then
        wait -n
        running=$((running - 1))
    fi
    feed "$decoder" &
    running=$((running + 1))
done
while [ "$running" -gt 0 ]; do
    wait -n
    running=$((running - 1))
done
