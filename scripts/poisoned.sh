#!/usr/bin/env bash
# Makes the table of what liars do to a cohort: eight learners as real processes, of which up to
# three attack the others, under four ways to combine what they say. It takes some ten minutes on
# two cores; when it is interrupted, run it again and it goes on with what is missing.
#
#   scripts/poisoned.sh [RUNS] > deploy/results/poisoned.md
#
# RUNS is the folder of its runs, runs/poisoned by default.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
runs=${1:-runs/poisoned}
seeds=(1 2 3)
combinations=(pairwise trimmed median reputation)
attackers=(h g f)
cohort=$root/.build/release/cohort

say() { printf 'poisoned: %s\n' "$*" >&2; }

# Runs the experiment with so many attackers of a kind, and keeps the table that it ends with.
train() {
    local count=$1 attack=$2 combination=$3 seed=$4 words=() name result
    result=$runs/$count-$attack-$combination-$seed.txt
    [[ -s $result ]] && return
    for name in "${attackers[@]:0:count}"; do words+=("learners.$name.attack=$attack"); done
    say "$count $attack, $combination, seed $seed"
    "$cohort" run "$root/deploy/experiments/poisoned.yaml" "seed=$seed" "runs=$runs/all" \
        "teaching.0.mutual.combine=$combination" "${words[@]}" "${@:5}" \
        >"$runs/out.txt" 2>"$runs/err.txt" || { cat "$runs/err.txt" >&2; exit 1; }
    mv "$runs/out.txt" "$result"
}

# The mean accuracy of the learners that did not attack, over the seeds; of a column of their
# tables.
honest() {
    local count=$1 column=$2
    shift 2
    cat "$@" | awk -v first="$((8 - count))" -v column="$column" '
        $1 ~ /^[a-h]$/ && index("abcdefgh", $1) <= first { sub("%", "", $column); sum += $column; n++ }
        END { printf "%.1f", sum / n }'
}

row() {
    local title=$1 count=$2 attack=$3 combination seed
    printf '| %s |' "$title"
    for combination in "${combinations[@]}"; do
        local results=()
        for seed in "${seeds[@]}"; do
            train "$count" "$attack" "$combination" "$seed"
            results+=("$runs/$count-$attack-$combination-$seed.txt")
        done
        printf ' %s |' "$(honest "$count" 5 "${results[@]}")"
    done
    printf '\n'
}

"$root/scripts/setup.sh"
swift build -c release --package-path "$root" --product cohort >&2
mkdir -p "$runs"

printf '# What liars do to a cohort\n\n'
printf 'Mean test accuracy, in per cent, of the honest ones of eight learners of 60 private labels each\n'
printf '(`deploy/experiments/poisoned.yaml`, 600 steps, 540 test samples), seeds %s.\n' "${seeds[*]}"
printf 'Every cell is %d runs of eight processes. Made on %s by `scripts/poisoned.sh`.\n\n' \
    "${#seeds[@]}" "$(date -u +%Y-%m-%d)"
printf '| attackers | pairwise | trimmed | median | reputation |\n|---|---|---|---|---|\n'
row 'none' 0 none
for attack in constant least-likely random shuffled nan; do row "1 of 8, $attack" 1 "$attack"; done
for count in 2 3; do
    for attack in constant least-likely; do row "$count of 8, $attack" "$count" "$attack"; done
done

alone=()
for seed in "${seeds[@]}"; do
    train 0 alone pairwise "$seed" compare.alone=true
    alone+=("$runs/0-alone-pairwise-$seed.txt")
done
printf '\nThe same learners alone: %s.\n' "$(honest 0 4 "${alone[@]}")"
