#!/usr/bin/env bash
# Compares the steps of a distillation without data with PyTorch's on this machine, in turn in one
# run, and prints a page in Markdown: ours in three processes, generator, teacher and student, and
# PyTorch's in one process that holds all three models.
#
#   scripts/bench-data-free.sh > deploy/results/data-free-steps.md
#   scripts/bench-data-free.sh [--methods dafl,dfad] [--batches 128,512] [--threads 1,2]
#                              [--instructions widest,avx2] [--rounds 3] [--cycles 5]
#
# PyTorch is found or installed as by scripts/bench-pytorch.sh. By default it takes some forty
# minutes; nothing else should run meanwhile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR
source "$root/scripts/bench/pytorch.sh"

prepare
exec "$python" "$root/scripts/bench/data_free.py" --cohort "$cohort" "$@"
