#!/usr/bin/env bash
# Trains a cohort with the sinks `tensorboard` and `csv`, kills a learner of it, and reads what it
# wrote by TensorBoard's own readers and by Python's csv module.
#
#   scripts/test-sinks.sh
#
# Needs a release build. COHORT_PYTHON_ENVIRONMENT names the virtual environment, as for
# scripts/test-python.sh; TensorBoard is fetched from PyPI where it lacks it.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment=${COHORT_PYTHON_ENVIRONMENT:-${XDG_CACHE_HOME:-$HOME/.cache}/cohort/python}
place=$(mktemp -d)
launcher=
trap '[ -z "$launcher" ] || kill "$launcher" 2>/dev/null || true; rm -rf "$place"' EXIT
say() { printf 'test-sinks: %s\n' "$*" >&2; }

[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
for attempt in 1 2 3; do
    "$environment/bin/python" -c 'import tensorboard' 2>/dev/null && break
    "$environment/bin/pip" install -q --disable-pip-version-check tensorboard && break
    [ "$attempt" -lt 3 ] || { say "the packages cannot be fetched"; exit 69; }
    say "that failed; again in $((attempt * 3)) seconds"
    sleep $((attempt * 3))
done

# The last step that a learner has reported.
step_of() {
    sed -n 's/.*"step":\([0-9]*\).*/\1/p' "$place/runs/sinks/latest/learners/$1/metrics.jsonl" \
        2>/dev/null | tail -n 1
}

# The process of a learner, as soon as it has come so far.
process_at() {
    local name=$1 step=$2 reached=0
    while [ "${reached:-0}" -lt "$step" ] && kill -0 "$launcher"; do
        reached=$(step_of "$name") || reached=0
    done
    sed -nE "s/.*started '$name', process ([0-9]+).*/\1/p" \
        "$place/runs/sinks/latest/launcher.log" | tail -n 1
}

"$root/.build/release/cohort" run "$root/deploy/experiments/digits-private.yaml" \
    name=sinks "runs=$place/runs" 'sinks=[{kind: tensorboard, histograms: true, images: 8}, csv]' training.steps=800 \
    training.interval=7 checkpoints.every=90 >"$place/out" 2>"$place/err" &
launcher=$!
# Between two checkpoints: the steps after the first are taken twice.
kill -9 "$(process_at b 140)"
wait "$launcher" || { cat "$place/err" >&2; say "the cohort has failed"; exit 70; }
launcher=
grep -q "starting it again" "$place/runs/sinks/latest/launcher.log" ||
    { say "the learner was not started again"; exit 70; }
"$environment/bin/python" "$root/scripts/interchange/check_sinks.py" "$place/runs/sinks/latest"
