#!/usr/bin/env bash
# Measures which share of its own speed a teacher in Python keeps while it teaches two students.
#
#   scripts/bench-python.sh [STEPS] [ROUNDS]
#
# Teachers of several sizes, in NumPy and, where the environment of scripts/test-python-torch.sh is
# there, in PyTorch. Each line: how long one answer takes alone, the share of that speed while the
# teacher serves, and the share of the time in which it answers then. Every process computes with
# one thread.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cohort
numpy=${COHORT_PYTHON_ENVIRONMENT:-$cache/python}/bin/python
torch=${COHORT_TORCH_ENVIRONMENT:-$cache/torch}/bin/python
steps=${1:-300}
rounds=${2:-5}
# Memory stays with the process: alone or not, it need not ask for it again at each answer.
memory="MALLOC_TRIM_THRESHOLD_=1000000000 MALLOC_MMAP_THRESHOLD_=1000000000"
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

measure() { # PYTHON FRAMEWORK WIDTH
    cat >"$place/bench.yaml" <<YAML
data: {set: digits}
training: {steps: $steps, batch: 128, evaluate: 0, threads: 1}
learners:
  t: {role: teacher, external: true,
      command: "$memory OPENBLAS_NUM_THREADS=1 $1 $root/scripts/python/benchmarks/teacher.py $2 $3"}
  a: {model: mlp, options: {hidden: [32]}}
  b: {model: mlp, options: {hidden: [32]}}
teaching:
  - teach: {from: t, to: [a, b], temperature: 4}
YAML
    for ((round = 0; round < rounds; round++)); do
        (cd "$place" && "${COHORT_PROGRAM:-$root/.build/release/cohort}" run bench.yaml 2>&1) |
            sed -nE 's/^t: (\w+) (\w+): alone (.*) (.*), step (.*) (.*), answering (.*)$/\1 \2 \3 \4 \5 \6 \7/p'
    done | row
}

# The row of all rounds: the fastest tenths of the fastest round, and the medians over the rounds.
row() {
    awk '{ for (i = 3; i <= 7; i++) value[i, NR] = $i; name = $1 " | " $2 }
        function sorted(i,   j, k, t) {
            for (j = 1; j <= NR; j++) a[j] = value[i, j]
            for (j = 2; j <= NR; j++) for (k = j; k > 1 && a[k] < a[k - 1]; k--) {
                t = a[k]; a[k] = a[k - 1]; a[k - 1] = t
            }
        }
        function least(i) { sorted(i); return a[1] }
        function middle(i) { sorted(i); return (a[int((NR + 1) / 2)] + a[int(NR / 2) + 1]) / 2 }
        END {
            if (NR) printf "| %s | %.2f | %.1f%% | %.1f%% | %.1f%% |\n", name, least(3), \
                100 * least(3) / least(5), 100 * middle(4) / middle(6), 100 * middle(7)
        }'
}

cat <<TEXT
# What a teacher in Python keeps of its speed

A frozen teacher of \`cohort.serve\` with two students in Swift on the same $(nproc) cores
($(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)), $steps steps of 128 digits. *Of its
speed* compares the time of a step while it serves with that of an answer to the same batches alone:
the fastest tenths, as other work on the machine slows the rest, of the fastest of $rounds rounds;
and the medians. *Answering* is the share of the time, from its first answer to its last, in which
the model computes. Made on $(date +%F) by \`scripts/bench-python.sh $steps $rounds\` at a load of
$(cut -d' ' -f1 /proc/loadavg).

| teacher | width | an answer alone, ms | of its speed | of the medians | answering |
|---|---|---|---|---|---|
TEXT
[ ! -x "$numpy" ] || for width in 256 1024 2048; do measure "$numpy" numpy "$width"; done
[ ! -x "$torch" ] || for width in 16 32 64 128; do measure "$torch" torch "$width"; done
