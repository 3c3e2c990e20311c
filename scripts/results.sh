#!/usr/bin/env bash
# Makes the table of results anew: what teaching gains on 2,000 labels of Fashion-MNIST, over five
# seeds. It takes about an hour on two cores; when it is interrupted, run it again and it goes on
# with what is missing.
#
#   scripts/results.sh [RUNS] > deploy/results/fashion-2000.md
#
# RUNS is the folder of its runs, runs/results by default.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
runs=${1:-runs/results}
seeds=(1 2 3 4 5)
cohort=$root/.build/release/cohort

say() { printf 'results: %s\n' "$*" >&2; }

# Whether a run has come to its end, its learners alone included.
is_done() { grep -qs '"alone_test_accuracy"' "$1/summary.json"; }

# Runs an experiment with every seed that is missing.
train() {
    local name=$1 seed
    for seed in "${seeds[@]}"; do
        is_done "$runs/seed-$seed/$name/latest" && continue
        say "$name, seed $seed"
        "$cohort" run "$root/deploy/experiments/$name.yaml" "seed=$seed" "runs=$runs/seed-$seed" \
            >"$runs/$name-$seed.txt" 2>&1 || { cat "$runs/$name-$seed.txt" >&2; exit 1; }
    done
}

# Prints an experiment's table, and comparisons of its learners.
report() {
    local name=$1 seed directories=()
    shift
    for seed in "${seeds[@]}"; do directories+=("$runs/seed-$seed/$name/latest"); done
    # shellcheck disable=SC2016 # the quotes are Markdown's
    printf '\n## `deploy/experiments/%s.yaml`\n\n```\n' "$name"
    "$cohort" compare "${directories[@]}" "$@"
    printf '```\n'
}

"$root/scripts/setup.sh"
swift build -c release --package-path "$root" --product cohort >&2
mkdir -p "$runs"
experiments=(mutual-two capacity-gap average-and-single)
for name in "${experiments[@]}"; do train "$name"; done

printf '# What teaching gains on 2,000 labels of Fashion-MNIST\n\n'
printf 'Test accuracy on 10,000 samples, seeds %s; mean ± standard deviation; gains in points.\n' "${seeds[*]}"
printf 'Made on %s by `scripts/results.sh`, on %s.\n' "$(date -u +%Y-%m-%d)" \
    "$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1)"
report mutual-two
report capacity-gap --over chained:direct
report average-and-single --over averaged:single1,single2,single3
