#!/usr/bin/env bash
# Makes the table of what a student learns from private votes, by the ε that it may spend: forty
# teachers with 48 labelled samples each, of which no other has any, and a student without labels.
# It takes some ten minutes on two cores; when it is interrupted, run it again and it goes on with
# what is missing.
#
#   scripts/private-votes.sh [RUNS] > deploy/results/private-votes.md
#
# RUNS is the folder of its runs, runs/private-votes by default. The noise is seeded, so that the
# table can be made again; a run that shall protect anyone must not be.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
runs=${1:-runs/private-votes}
seeds=(1 2 3)
cohort=${COHORT:-$root/.build/release/cohort}
count=40

say() { printf 'private-votes: %s\n' "$*" >&2; }

# The names of the teachers, in a list.
teachers() { seq -s ', ' -f 't%g' 1 "$count"; }

write_configuration() {
    local number
    printf 'name: private-votes\n'
    printf 'data: {set: satellite, labels: {each: 48, private: true}}\n'
    printf 'training:\n  steps: 300\n  batch: 32\n  common: 64\n  evaluate: 0\n  threads: 1\n'
    printf '  optimizer: {kind: adamw, rate: 0.003}\n  schedule: cosine\nlearners:\n'
    for number in $(seq 1 "$count"); do
        printf '  t%s: {model: mlp, options: {hidden: [32]}}\n' "$number"
    done
    printf '  s: {model: mlp, options: {hidden: [32]}, labelled: false}\nteaching:\n'
    printf '  - pate: {from: [%s], to: s}\n' "$(teachers)"
}

# Trains with TEACHING in place of the configuration's, and keeps the table and the summary.
train() {
    local title=$1 seed=$2 teaching=$3 result
    result=$runs/$title-$seed
    [[ -s $result.json ]] && return
    say "$title, seed $seed"
    "$cohort" run "$runs/private-votes.yaml" "seed=$seed" "runs=$runs/all" "name=$title-$seed" \
        --resume never "teaching=[$teaching]" >"$runs/out.txt" 2>"$runs/err.txt" ||
        { cat "$runs/err.txt" >&2; exit 1; }
    mv "$runs/out.txt" "$result.txt"
    cp "$runs/all/$title-$seed/latest/summary.json" "$result.json"
}

# The mean over the seeds, and the standard deviation, of the fourth word from the end of the
# table's lines whose first word matches a pattern: each seed counts by its mean.
accuracy() {
    local title=$1 pattern=$2 seed
    for seed in "${seeds[@]}"; do
        awk -v pattern="$pattern" \
            '$1 ~ pattern { sub("%", "", $5); sum += $5; n++ } END { print sum / n }' \
            "$runs/$title-$seed.txt"
    done | awk '{ sum += $1; square += $1 * $1; n++ }
        END { mean = sum / n; printf "%.1f ± %.1f", mean, sqrt((square - n * mean * mean) / (n - 1)) }'
}

# The mean over the seeds of a number of the student's report of what was spent.
spent() {
    local title=$1 field=$2 seed
    for seed in "${seeds[@]}"; do
        grep -o "\"$field\" : [0-9.e-]*" "$runs/$title-$seed.json" | tail -n 1 | sed 's/.* //'
    done | awk '{ sum += $1; n++ } END { printf "%.2f", sum / n }'
}

# A row of votes under a limit.
row() {
    local title=$1 limit=$2 combine=$3 seed
    for seed in "${seeds[@]}"; do
        train "$title" "$seed" "{pate: {from: [$(teachers)], to: s, combine: $combine}}"
    done
    printf '| %s | %s | %s | %s | %s |\n' "$limit" "$(spent "$title" epsilon)" \
        "$(spent "$title" queries)" "$(spent "$title" answers)" "$(accuracy "$title" '^s$')"
}

mkdir -p "$runs"
write_configuration >"$runs/private-votes.yaml"

printf '# What a student learns from private votes\n\n'
printf 'Test accuracy in per cent on the 2,000 test samples of `satellite`, mean and standard\n'
printf 'deviation over the seeds %s. %d teachers (mlp of 32) with 48 private labels each, 300\n' \
    "${seeds[*]}" "$count"
printf 'steps; a student of the same net without labels; a pool of 2,515 samples. Confident-GNMax\n'
printf 'with threshold 26, σ₁ 16, σ₂ 9, δ 1e-4. Made on %s by `scripts/private-votes.sh`.\n\n' \
    "$(date -u +%Y-%m-%d)"
printf '| ε at most | ε spent | queries | answers | student |\n|---|---|---|---|---|\n'
for limit in 2 4 8 16; do
    row "votes-$limit" "$limit" "{kind: confident-gnmax, threshold: 26, sigma1: 16, sigma2: 9, \
epsilon: $limit, delta: 1e-4, noise: seeded}"
done
row votes-without-noise 'no noise, no bound' "{kind: confident-gnmax, threshold: 0, sigma1: 0.3, \
sigma2: 0.3, epsilon: 1e6, delta: 1e-4, noise: seeded}" |
    sed -E 's/(bound \|) [^|]* \|/\1 – |/'
for seed in "${seeds[@]}"; do
    train mean "$seed" "{average: {from: [$(teachers)], to: s, temperature: 1, staged: true}}"
done
printf '\nFrom the mean of the probabilities, without noise or bound: %s.\nThe teachers themselves: %s.\n' \
    "$(accuracy mean '^s$')" "$(accuracy mean '^t')"
