#!/usr/bin/env bash
# Writes every model as ONNX, and compares its outputs in ONNX Runtime with this program's.
#
#   scripts/test-export.sh
#
# Needs a release build with tests. Python's packages come into a virtual environment: the folder
# $COHORT_PYTHON, which is kept, or a new one, which is not.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
python=${COHORT_PYTHON:-$place/python}

[ -x "$python/bin/python" ] || python3 -m venv "$python"
"$python/bin/python" -c 'import onnx, onnxruntime, safetensors' 2>/dev/null ||
    "$python/bin/pip" install --quiet numpy onnx onnxruntime safetensors
mkdir "$place/models"
"$root/.build/release/export-probe" "$place/models"
"$python/bin/python" "$root/scripts/interchange/check_onnx.py" "$place/models"
