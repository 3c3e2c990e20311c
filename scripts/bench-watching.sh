#!/usr/bin/env bash
# Measures what watching costs a training: two residual nets that teach each other, nobody looking,
# watched in a terminal, watched on a page, with tables and event files besides. Prints a page in
# Markdown.
#
#   scripts/bench-watching.sh > deploy/results/watching.md
#   scripts/bench-watching.sh [--rounds 5] [--steps 300]
#
# Some six minutes; nothing else should run meanwhile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

"$root/scripts/setup.sh"
swift build -c release --package-path "$root" --product cohort >&2

cat <<TEXT
# What watching costs

Two residual nets of depth 8 teach each other on Fashion-MNIST, a thread each, while somebody
watches them on the same machine. Made on $(date -u +%Y-%m-%d) by
\`scripts/bench-watching.sh $*\` on $(nproc) cores of
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1).

TEXT
python3 "$root/scripts/bench/watching.py" --cohort "$root/.build/release/cohort" --work "$work" "$@"
