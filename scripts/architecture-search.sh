#!/usr/bin/env bash
# Searches a student of a residual net on the digits, block by block, and compares it with random
# nets of its budget and with the best path of a one-shot supernet, on the test samples. Each seed
# is a search of its own. Means and standard deviations over the seeds 1, 2, ….
#
#   scripts/architecture-search.sh [SEEDS]    # 5 seeds by default; some minutes on two cores
#
# COHORT names the program, .build/release/cohort by default; PARAMETERS the budget.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=seeds.sh
source "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" 5 "$@"
cat >"$work/digits.yaml" <<YAML
name: students
data: {set: digits, labels: 300, validation: 0.2}
training:
  steps: 400
  batch: 32
  evaluate: 0
  optimizer: {rate: 0.05, momentum: 0.9, nesterov: true}
  schedule: cosine
learners:
  t: {model: resnet20, options: {width: 16}}
runs: $work/runs
YAML

for ((seed = 1; seed <= seeds; seed++)); do
    "$cohort" search architecture "$work/digits.yaml" "seed=$seed" --search-seed "$seed" \
        --teacher t --parameters "${PARAMETERS:-12000}" --population 20 --generations 5 \
        --search-training '{steps: 1200, optimizer: {kind: adamw, rate: 0.005}}' \
        --directory "$work/search-$seed" --format json >"$work/nets-$seed.jsonl" 2>"$work/log" || {
        tail -n 20 "$work/log" >&2
        exit 70
    }
    printf 'seed %s of %s is done\n' "$seed" "$seeds" >&2
done

python3 - "$work" "$seeds" <<'PY'
import itertools
import json
import statistics
import sys

work, seeds = sys.argv[1], int(sys.argv[2])
searches = [
    [json.loads(line) for line in open(f"{work}/nets-{seed}.jsonl")] for seed in range(1, seeds + 1)
]


def shown(values, digits=1):
    spread = statistics.stdev(values) if len(values) > 1 else 0
    return f"{statistics.mean(values):.{digits}f} ± {spread:.{digits}f}"


def kendall(a, b):
    pairs = [
        ((a[i] > a[j]) - (a[i] < a[j]), (b[i] > b[j]) - (b[i] < b[j]))
        for i, j in itertools.combinations(range(len(a)), 2)
    ]
    scale = (sum(abs(x) for x, _ in pairs) * sum(abs(y) for _, y in pairs)) ** 0.5
    return sum(x * y for x, y in pairs) / scale if scale else None


def of(search, kind, value):
    """The mean over the nets of a kind: of one, or of all random ones."""
    return statistics.mean(value(net) for net in search if net["net"]["name"].startswith(kind))


rows = [("found", "found"), ("one-shot", "best of the supernet"), ("random-1", "first random net"),
        ("random", "mean of the random nets")]
print("| net | parameters | alone, per cent | taught, per cent |\n|---|---|---|---|")
for kind, title in rows:
    cells = [
        shown([of(search, kind, value) for search in searches], digits)
        for value, digits in [
            (lambda net: net["net"]["cost"]["parameters"], 0),
            (lambda net: 100 * net["alone"], 2), (lambda net: 100 * net["taught"], 2),
        ]
    ]
    print(f"| {title} | " + " | ".join(cells) + " |")
for kind in ("random-1", "random", "one-shot"):
    for training in ("alone", "taught"):
        gains = [
            100 * (of(s, "found", lambda net: net[training]) - of(s, kind, lambda net: net[training]))
            for s in searches
        ]
        print(f"found less {kind}, {training}: {shown(gains, 2)} points")
ratings = [("blocks' ratings", lambda net: -net["net"]["score"]),
           ("supernet's accuracies", lambda net: net["net"]["supernet_accuracy"])]
for title, rating in ratings:
    for training in ("alone", "taught"):
        taus = [
            kendall([rating(net) for net in s], [net[training] for net in s]) for s in searches
        ]
        print(f"Kendall's tau of the {title}, {training}: {shown([t for t in taus if t is not None], 2)}")
PY
