#!/usr/bin/env bash
# Compares in time and accuracy what learners of unequal speed can do where knowledge is not there
# yet, and prints a page in Markdown.
#
#   scripts/bench-speeds.sh > deploy/results/speeds.md
#   scripts/bench-speeds.sh [--seeds 3] [--steps 150] [--target 0.85]
#
# Some six minutes; nothing else should run meanwhile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$root/scripts/setup.sh"
swift build -c release --package-path "$root" --product cohort >&2

cat <<TEXT
# Learners of unequal speed

A small residual net and a deep one, each with 60 digits that the other does not have, teach each
other on the common pool: by what a step does where the other's knowledge is not there yet. Made on
$(date -u +%Y-%m-%d) by \`scripts/bench-speeds.sh $*\` on $(nproc) cores of
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), a thread each.

TEXT
python3 "$root/scripts/bench/speeds.py" --cohort "$root/.build/release/cohort" --work "$work" "$@"
