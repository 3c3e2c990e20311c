#!/usr/bin/env bash
# Compares decoding of pictures with Pillow and, where it is installed, torchvision, on one core and
# in one run.
#
#   scripts/bench-images.sh [COUNT]     COUNT files of each kind, 300 by default
#
# PYTHON names a Python with Pillow and NumPy; without it a virtual environment is made for this
# run. The program must be built: swift build -c release. The last line shows the least ratio of
# another decoder's time to this program's.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT

say() { printf 'bench-images: %s\n' "$*" >&2; }

[ -x "$root/.build/release/cohort" ] ||
    { say "there is no program; build it with 'swift build -c release'"; exit 66; }
if [ -z "${PYTHON-}" ]; then
    say "making a virtual environment with Pillow and NumPy"
    python3 -m venv "$place/venv"
    "$place/venv/bin/pip" -q install pillow numpy
    PYTHON=$place/venv/bin/python
fi
"$PYTHON" "$root/scripts/bench/images.py" "$@"
