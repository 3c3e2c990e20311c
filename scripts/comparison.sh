#!/usr/bin/env bash
# Compares methods in the way of a survey, but by one program, the same data, steps and seeds, and
# prints their tables in Markdown.
#
#   scripts/comparison.sh [small|full] [TABLE …] > deploy/results/comparison.md
#
# The full form takes some eight hours on two cores, the small one about an hour.
# Interrupted, it goes on with what is missing when it is called again; runs/comparison holds what
# is done. Tables are named by letters: a for all that begin with it, a1 for one.
#
#   --seeds N        only the first N seeds
#   --charts FOLDER  writes a chart of each table
#   --report         runs nothing, and prints what is done
#   --record FILE    writes rates and accuracies of all rows, and --verify FILE compares with them
#   --check          runs nothing, and says which rows the program refuses
#   --runs FOLDER    another folder than runs/comparison
#
# COHORT names the program, .build/release/cohort by default. Needs Python 3.9; for table n1
# Debian's fonts-aenigma and python3-pil, and for the full form dataset-fashion-mnist. The exit code
# is 64 where an argument is wrong, 66 without the program or the glyphs, 70 where runs failed,
# which are then named, and 1 where --check or --verify found something.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
exec env PYTHONDONTWRITEBYTECODE=1 python3 "$root/scripts/comparison/main.py" "$@"
