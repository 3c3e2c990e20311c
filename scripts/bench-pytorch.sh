#!/usr/bin/env bash
# Compares training steps with PyTorch's on this machine, in turn in one run, and prints a table in
# Markdown: ours, PyTorch as it comes, tuned (channels last, memory that is kept), and compiled.
#
#   scripts/bench-pytorch.sh [--models resnet8,mlp] [--batches 32,128] [--threads 1,2]
#                            [--instructions widest,avx2] [--rounds 3] [--seconds 2]
#
# A model may have options, and a number of classes: --models gpt+classes=256+layers=6+dimension=256
#
# PyTorch is installed once, outside the repository, in a virtual environment below
# ${XDG_CACHE_HOME:-~/.cache}/cohort-bench, unless COHORT_BENCH_PYTHON names a Python that has
# torch, numpy and safetensors. By default it takes an hour; nothing else should run
# meanwhile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR
source "$root/scripts/bench/pytorch.sh"

prepare
exec "$python" "$root/scripts/bench/compare.py" --cohort "$cohort" "$@"
