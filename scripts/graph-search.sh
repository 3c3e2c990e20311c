#!/usr/bin/env bash
# Searches a knowledge transfer graph for one of three learners of the digits, and compares what the
# best graph and mutual learning bring it on the test samples. Means and standard deviations over
# the seeds 1, 2, ….
#
#   scripts/graph-search.sh [SEEDS]           # 5 seeds by default; a minute on two cores
#
# COHORT names the program, .build/release/cohort by default.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=seeds.sh
source "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" 5 "$@"
cat >"$work/digits.yaml" <<YAML
name: graphs
data: {set: digits, labels: 300, validation: 0.2}
training:
  steps: 400
  batch: 32
  evaluate: 0
  optimizer: {rate: 0.05, momentum: 0.9}
  schedule: cosine
learners:
  a: {model: mlp, options: {hidden: [32]}}
  b: {model: plain-cnn, options: {depth: 2}}
  c: {model: resnet8, options: {width: 8}}
runs: $work/runs
YAML

# Runs a command of the program; its messages are shown where it fails.
call() {
    "$cohort" "$@" 2>"$work/log" || {
        tail -n 20 "$work/log" >&2
        exit 70
    }
}

# Trains a configuration with all seeds, each learner also alone, and shows the table.
compared() {
    local title=$1 name=$2
    shift 2
    printf '\n### %s\n\n' "$title"
    call run "$@" "name=$name" --seeds "$seeds" --progress none compare.alone=true >/dev/null
    call compare "$work/runs/$name/"2*
}

printf '### The search\n\n'
call search graph "$work/digits.yaml" --target a --nodes 3 --trials 24 --parallel 2
compared 'Mutual learning' mutual "$work/digits.yaml" 'teaching=[{mutual: [a, b, c]}]'
compared 'The best graph' best "$work/runs/graphs-search/best.yaml"
