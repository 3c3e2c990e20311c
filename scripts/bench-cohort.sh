#!/usr/bin/env bash
# Compares whole trainings with PyTorch's on this machine, in turn in one run, and prints a table in
# Markdown: two learners that teach one another, a teacher and a student, and four learners with
# private labels, each by `cohort run`, by one PyTorch process, and by PyTorch processes with gloo.
#
#   scripts/bench-cohort.sh [--jobs mutual,teacher,private] [--rounds 3] [--scale 1]
#
# PyTorch is found or installed as by scripts/bench-pytorch.sh. By default it takes an hour on two
# cores; nothing else should run meanwhile. Needs Debian's dataset-fashion-mnist.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
# shellcheck source-path=SCRIPTDIR
source "$root/scripts/bench/pytorch.sh"

prepare
exec "$python" "$root/scripts/bench/end_to_end.py" --cohort "$cohort" "$@"
