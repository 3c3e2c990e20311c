#!/usr/bin/env bash
# Shows cohorts of learners in Swift and of PyTorch: what each side gains over five seeds, that
# kills on either side change no bit, and what a teacher of PyTorch keeps of its speed. It takes
# some twenty minutes on two cores.
#
#   scripts/mixed-cohorts.sh [gains|kills|speed …]
#
# COHORT_TORCH_ENVIRONMENT names the virtual environment, as in scripts/test-python-torch.sh, which
# makes it. COHORT_PROGRAM names the program, .build/release/cohort by default.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment=${COHORT_TORCH_ENVIRONMENT:-${XDG_CACHE_HOME:-$HOME/.cache}/cohort/torch}
export COHORT_PROGRAM=${COHORT_PROGRAM:-$root/.build/release/cohort}
export DIGITS=$root/Sources/Datasets/Resources/digits.csv.gz
export PATH=$environment/bin:$PATH PYTHONDONTWRITEBYTECODE=1

[ -x "$COHORT_PROGRAM" ] || {
    printf 'mixed-cohorts: %s is missing: build it by swift build -c release\n' "$COHORT_PROGRAM" >&2
    exit 66
}
[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
python -c 'import torch' 2>/dev/null || pip install -q --disable-pip-version-check torch
pip install -q --disable-pip-version-check "$root/scripts/python"
rm -rf "$root/scripts/python/build"

place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
cp "$root"/scripts/python/examples/mixed/* "$place"
cd "$place"

section() { printf '\n## %s\n\n' "$1"; }
processor=$(sed -n 's/^model name\s*: //p' /proc/cpuinfo | head -n 1)
printf '# Cohorts of Swift and PyTorch\n\nMade on %s by `scripts/mixed-cohorts.sh` on %s cores (%s)\n' \
    "$(date -u +%F)" "$(nproc)" "$processor"
printf 'at a load of %s. Learners in Swift and of PyTorch compute with one thread each.\n' \
    "$(cut -d' ' -f1 /proc/loadavg)"
[ $# -gt 0 ] || set -- gains kills speed
for part; do
    case $part in
    gains)
        section 'What each side gains'
        printf 'Digits, 60 private labels for each learner, 600 steps, seeds 1 to 5: test accuracy,'
        printf ' mean ± standard\ndeviation over the seeds.\n\n'
        python gains.py
        ;;
    kills)
        section 'Killed at random moments'
        python kills.py 50 1
        ;;
    speed)
        section 'What a teacher keeps of its speed'
        "$root/scripts/bench-python.sh" 200 | sed '1,2d'
        ;;
    *)
        printf 'mixed-cohorts: %s is not gains, kills or speed\n' "$part" >&2
        exit 64
        ;;
    esac
done
