#!/usr/bin/env bash
# Measures which share of its own speed a teacher in Python keeps while it teaches two students.
#
#   scripts/bench-python.sh [STEPS]
#
# Teachers of several sizes, in NumPy and, where the environment of scripts/test-python-torch.sh is
# there, in PyTorch. Each line: how long one answer takes alone, the share of that speed while the
# teacher serves, and the share of the time in which it answers then.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cohort
numpy=${COHORT_PYTHON_ENVIRONMENT:-$cache/python}/bin/python
torch=${COHORT_TORCH_ENVIRONMENT:-$cache/torch}/bin/python
steps=${1:-300}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

measure() { # PYTHON FRAMEWORK WIDTH
    cat >"$place/bench.yaml" <<YAML
data: {set: digits}
training: {steps: $steps, batch: 128, evaluate: 0, threads: 1}
learners:
  t: {role: teacher, external: true,
      command: "OPENBLAS_NUM_THREADS=1 $1 $root/scripts/python/benchmarks/teacher.py $2 $3"}
  a: {model: mlp, options: {hidden: [32]}}
  b: {model: mlp, options: {hidden: [32]}}
teaching:
  - teach: {from: t, to: [a, b], temperature: 4}
YAML
    (cd "$place" && "$root/.build/release/cohort" run bench.yaml 2>&1) |
        sed -nE 's/^t: (\w+) (\w+): alone (.*) ms, (.*) of its speed, answering (.*)$/| \1 | \2 | \3 | \5 | \4 |/p'
}

cat <<TEXT
# What a teacher in Python keeps of its speed

A frozen teacher of \`cohort.serve\` with two students in Swift on the same $(nproc) cores, $steps
steps of 128 digits. *Answering* is the share of the time, from its first answer to its last, in
which the model computes; *of its speed* compares its fastest 50 answers in a row with those that it
gives alone. Made on $(date +%F) by \`scripts/bench-python.sh $steps\` at a load of
$(cut -d' ' -f1 /proc/loadavg).

| teacher | width | an answer alone, ms | answering | of its speed |
|---|---|---|---|---|
TEXT
for width in 256 1024 2048; do measure "$numpy" numpy "$width"; done
[ ! -x "$torch" ] || for width in 8 16 64; do measure "$torch" torch "$width"; done
