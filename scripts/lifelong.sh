#!/usr/bin/env bash
# Compares the ways to learn tasks one after another: the bounds, LwF, LwM, iCaRL, rehearsal, and
# learners of different orders that teach one another. Five tasks are two digits each; then all ten
# digits, with permuted pixels or turned, in the setting `domain`. Prints, for each, the average
# accuracy, forgetting and backward transfer in per cent: means and standard deviations over the
# seeds 1, 2, …, and of cohorts over their learners too.
#
#   scripts/lifelong.sh [SEEDS]               # 3 seeds by default; some minutes on two cores
#
# COHORT names the program, .build/release/cohort by default. Needs python3.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=seeds.sh
source "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" 3 "$@"

# Trains the experiment NAME for each seed and prints a row of the table, titled TITLE.
row() {
    local title=$1 name=$2 run
    shift 2
    run=$(tr -c 'a-z0-9\n' - <<<"${title,,}")
    "$cohort" run "$root/deploy/experiments/$name.yaml" --seeds "$seeds" --progress none \
        --resume never name=run runs="$work/$run" compare.alone=false "$@" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        exit 70
    }
    python3 - "$title" "$work/$run"/run/2*/summary.json <<'PYTHON'
import json, statistics, sys

tasks = [learner["tasks"] for path in sys.argv[2:]
         for learner in json.load(open(path))["learners"].values()]
cells = []
for key in ["average_accuracy", "forgetting", "backward_transfer"]:
    values = [100 * found[key] for found in tasks]
    spread = statistics.stdev(values) if len(values) > 1 else 0
    cells.append(f"{statistics.mean(values):.1f} ± {spread:.1f}")
print("| " + " | ".join([sys.argv[1], *cells]) + " |")
PYTHON
    rm -rf "${work:?}/$run"
}

# Prints the heading TITLE, and that of a table.
heading() {
    printf '\n### %s\n\n' "$1"
    printf '| scheme | average accuracy | forgetting | backward transfer |\n|---|---|---|---|\n'
}

for setting in class domain task; do
    heading "Setting \`$setting\`"
    asked="data.tasks.setting=$setting"
    net='learners.a={model: resnet8, options: {width: 8}}'
    row 'fine-tuning' lifelong-fine-tuning "$asked"
    row 'LwF' lifelong-lwf "$asked"
    if [[ $setting == class ]]; then
        row 'fine-tuning, new outputs' lifelong-fine-tuning "$asked" data.tasks.outputs=new
        row 'LwF, new outputs' lifelong-lwf "$asked" data.tasks.outputs=new
    fi
    row 'rehearsal of 100 exemplars' lifelong-fine-tuning "$asked" data.tasks.exemplars=100
    if [[ $setting != domain ]]; then row 'iCaRL of 100 exemplars' lifelong-icarl "$asked"; fi
    row 'three orders, apart' lifelong-orders "$asked" teaching.0.mutual.weight=0
    row 'three orders, together' lifelong-orders "$asked"
    row 'joint' lifelong-fine-tuning "$asked" data.tasks.joint=true
    row 'fine-tuning, resnet8' lifelong-fine-tuning "$asked" "$net"
    row 'LwF, resnet8' lifelong-lwf "$asked" "$net"
    row 'LwM, resnet8' lifelong-lwm "$asked"
    row 'joint, resnet8' lifelong-fine-tuning "$asked" data.tasks.joint=true "$net"
done

for by in permutation rotation; do
    heading "The same classes, \`by: $by\`"
    domains="data.tasks={count: 5, by: $by}"
    kept="data.tasks={count: 5, by: $by, exemplars: 100}"
    row 'fine-tuning' lifelong-fine-tuning "$domains"
    row 'LwF' lifelong-domains "$domains"
    row 'rehearsal of 100 exemplars' lifelong-fine-tuning "$kept"
    row 'sigmoids of 100 exemplars' lifelong-icarl "$kept" learners.a.task=1
    row 'three orders, apart' lifelong-orders "$domains" teaching.0.mutual.weight=0
    row 'three orders, together' lifelong-orders "$domains"
    row 'joint' lifelong-fine-tuning "data.tasks={count: 5, by: $by, joint: true}"
done
