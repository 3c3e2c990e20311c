#!/usr/bin/env bash
# Measures what teaching costs a student: the time of its step, the memory of its process and the
# bytes that it receives, below 1, 2, 4 and 8 teachers, and for each kind of knowledge and each
# codec. Every row is several runs of real processes; the same student alone, in the same run, is
# what it is compared with. The page holds the medians over the runs, and how far they spread.
#
#   scripts/bench-teaching.sh > deploy/results/teaching-cost.md
#
# RUNS is the number of runs, 3 by default. It takes some six minutes a run; nothing else should run
# meanwhile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cohort=$root/.build/release/cohort
runs=${RUNS:-3}
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

say() { printf 'bench: %s\n' "$*" >&2; }

# The median of a field of a learner's reports, but for the first of them, when all warm up.
median() {
    grep '"kind":"interval"' "$1" | tail -n +2 |
        sed -n "s/.*\"$2\":\([0-9.e-]*\).*/\1/p" | sort -g |
        awk '{ x[NR] = $1 } END { print (x[int((NR + 1) / 2)] + x[int(NR / 2) + 1]) / 2 }'
}

# What came in at a step, in bytes, from all teachers.
bytes() {
    grep '"kind":"interval"' "$1" | tail -n +2 | head -n -1 |
        sed -n 's/.*"bytes_from":{\([^}]*\)}.*"steps":\([0-9]*\).*/\1 \2/p' |
        awk '{ steps += $NF; n = split($1, parts, ",")
               for (i = 1; i <= n; i++) { sub(/.*:/, "", parts[i]); sum += parts[i] } }
             END { printf "%d", (steps ? sum / steps : 0) }'
}

# The peak memory of a learner's process, in bytes.
memory() { sed -n 's/.*"peak_memory":\([0-9]*\).*/\1/p' "$1"; }

# Runs a student `s` of a model below teachers, given by the lines of the configuration: once for
# each run of a row.
measure() {
    local student=$1 lines=$2 place=$3 run
    mkdir -p "$place"
    cat >"$place/bench.yaml" <<YAML
name: bench
data: {set: fashion-mnist, labels: 2000}
training: {steps: 200, batch: 64, threads: 1, interval: 10, evaluate: 0, optimizer: {rate: 0.01}}
learners:
  s: {$student}
$lines
compare: {alone: true}
runs: $place/runs
YAML
    "$cohort" run "$place/bench.yaml" >"$place/out.txt" 2>&1 || { cat "$place/out.txt" >&2; exit 1; }
    run=$place/runs/bench/latest
    printf '%s %s %s %s %s\n' \
        "$(median "$run/alone/learners/s/metrics.jsonl" step_seconds)" \
        "$(median "$run/learners/s/metrics.jsonl" step_seconds)" \
        "$(memory "$run/alone/learners/s/metrics.jsonl")" \
        "$(memory "$run/learners/s/metrics.jsonl")" \
        "$(bytes "$run/learners/s/metrics.jsonl")"
}

# Prints a row of the table: the medians over the runs, and the range of the ratio. The times of the
# student alone go to $work/alone, relative to their median.
row() {
    local title=$1 student=$2 lines=$3 number
    say "$title"
    for number in $(seq "$runs"); do
        measure "$student" "$lines" "$work/$RANDOM-$number"
    done >"$work/row"
    awk -v title="$title" -v spread="$work/alone" '
        function middle(x, n,   i, j, y) {
            for (i = 2; i <= n; i++)
                for (j = i; j > 1 && x[j] < x[j - 1]; j--) { y = x[j]; x[j] = x[j - 1]; x[j - 1] = y }
            return (x[int((n + 1) / 2)] + x[int(n / 2) + 1]) / 2
        }
        { alone[NR] = $1 * 1000; taught[NR] = $2 * 1000; ratio[NR] = $2 / $1
          memory[NR] = ($4 - $3) / 1048576; bytes[NR] = $5 }
        END { m = middle(alone, NR)
              for (i = 1; i <= NR; i++) print alone[i] / m >>spread
              r = middle(ratio, NR)
              printf "| %s | %.2f | %.2f | %.2f | %.2f–%.2f | %.1f | %d |\n", title, m,
                  middle(taught, NR), r, ratio[1], ratio[NR], middle(memory, NR),
                  middle(bytes, NR) }' "$work/row"
}

head_row() {
    printf '\n| %s | alone, ms/step | taught, ms/step | ratio | its range | %s |\n' "$1" \
        'more memory, MiB | bytes in/step'
    printf '|---|---|---|---|---|---|---|\n'
}

# Teachers so small that their own work does not count, each trained for one step.
teachers() {
    local count=$1 names=() index
    for index in $(seq "$count"); do
        printf '  t%d: {model: mlp, options: {hidden: [8]}, training: {steps: 1}}\n' "$index"
        names+=("t$index")
    done
    printf 'teaching:\n  - teach: {from: [%s], to: s, staged: true}\n' \
        "$(IFS=,; echo "${names[*]}")"
}

# One teacher like the student, and an edge of these options.
kind() {
    printf '  t: {%s, training: {steps: 1}}\n' "${2:-model: resnet8, options: {width: 8\}}"
    printf 'teaching:\n  - edge: {from: t, to: s, staged: true, weight: 0.001, %s}\n' "$1"
}

"$root/scripts/setup.sh"
swift build -c release --package-path "$root" --product cohort >&2

tables() {
    head_row 'teachers (student: plain-cnn, batch 64, 10 classes)'
    for count in 1 2 4 8; do
        row "$count" 'model: plain-cnn' "$(teachers "$count")"
    done

    head_row 'knowledge (student and teacher: resnet8 of width 8)'
    resnet='model: resnet8, options: {width: 8}'
    row 'logits, fp32' "$resnet" "$(kind 'loss: kd')"
    row 'logits, fp16' "$resnet" "$(kind 'loss: kd, codec: fp16')"
    row 'logits, int8' "$resnet" "$(kind 'loss: kd, codec: int8')"
    row 'logits, top 3' "$resnet" "$(kind 'loss: kd, codec: {kind: top-k, k: 3}')"
    row 'logits, dkd' "$resnet" "$(kind 'loss: dkd')"
    row 'logits, nkd' "$resnet" "$(kind 'loss: nkd')"
    row 'logits, dist' "$resnet" "$(kind 'loss: dist')"
    row 'logits, mlkd' "$resnet" "$(kind 'loss: mlkd')"
    row 'logits, standardised' "$resnet" "$(kind 'loss: {kind: kd, standardize: true}')"
    row 'probabilities' "$resnet" "$(kind 'loss: kd, carries: probabilities')"
    layer='taps: {from: layer3, to: layer3}'
    row 'attention map (at)' "$resnet" "$(kind "loss: at, $layer")"
    row 'map, regressor (hint)' "$resnet" "$(kind "loss: hint, $layer")"
    row 'map, int8 (hint)' "$resnet" "$(kind "loss: hint, $layer, codec: int8")"
    row 'map (nst)' "$resnet" "$(kind "loss: nst, $layer")"
    row 'map, density (vid)' "$resnet" "$(kind "loss: vid, $layer")"
    row 'map before the ReLU (ofd; both wrn-10-1 of width 8)' 'model: wrn-10-1, options: {width: 8}' \
        "$(kind "loss: ofd, $layer" 'model: wrn-10-1, options: {width: 8}')"
    row 'class maps (cat)' "$resnet" "$(kind 'loss: cat, taps: {from: classes}')"
    levels='taps: {from: [layer1, layer2, layer3, features]}'
    row 'maps of four levels (review)' "$resnet" "$(kind "loss: review, $levels")"
    flow='taps: {from: [layer1, layer2], to: [layer1, layer2]}'
    row 'flow of two layers (fsp)' "$resnet" "$(kind "loss: fsp, $flow")"
    row 'similarity (sp)' "$resnet" "$(kind "loss: sp, $layer")"
    row 'distances (rkd-distance)' "$resnet" "$(kind 'loss: rkd-distance')"
    row 'embedding (rkd-angle)' "$resnet" "$(kind 'loss: rkd-angle')"
    row 'embedding (crd)' "$resnet" "$(kind 'loss: crd')"
    row 'embedding (crd-batch)' "$resnet" "$(kind 'loss: crd-batch')"
    row 'squared distances (irg-edges)' "$resnet" "$(kind 'loss: irg-edges')"
    row 'singular vectors, attention (mhgd)' "$resnet" \
        "$(kind 'loss: {kind: mhgd, warmup: 0}, taps: {from: [layer1, layer2, layer3]}')"
    row 'affinity (pkt)' "$resnet" "$(kind 'loss: pkt')"
    row 'logits and embedding (imitation)' "$resnet" \
        "$(kind 'loss: imitation, taps: {from: [logits, features]}')"

    head_row 'a learner that teaches itself (resnet8 of width 8)'
    row 'early exits (byot)' 'model: resnet8, options: {width: 8, exits: true}' \
        $'teaching:\n  - byot: s'
    row 'three branches (one)' 'model: resnet8, options: {width: 8, branches: 3}' \
        $'teaching:\n  - one: s'
    row 'own past of each sample (ps-kd)' "$resnet" $'teaching:\n  - ps-kd: s'
    row 'own average (mean-teacher)' "$resnet" $'teaching:\n  - mean-teacher: s'
}

tables >"$work/tables"
# How far the same student alone strays from its median, in per cent: nine runs in ten, and all.
read -r usual most < <(awk '{ d = $1 < 1 ? 1 - $1 : $1 - 1; print d * 100 }' "$work/alone" | sort -g |
    awk '{ x[NR] = $1 } END { printf "%.0f %.0f\n", x[int(NR * 9 / 10)], x[NR] }')

cat <<TEXT
# What teaching costs a student

The time of a student's step, alone and taught in the same run of real processes, how much more
memory its process takes at its peak, and the bytes that it receives at a step of 64 samples. Each
row is $runs runs, and a run's time the median over intervals of ten steps; the table has the
medians over the runs, and the lowest and highest ratio of a run. Rows of the same student alone
measure the noise: its times stray from their median by up to $usual per cent in nine runs of ten,
and by $most per cent at most. A ratio whose range holds 1 is none. One thread a process, $(nproc)
cores. Made on $(date -u +%Y-%m-%d) by \`scripts/bench-teaching.sh\`, on
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1).
TEXT
cat "$work/tables"
