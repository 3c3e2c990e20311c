#!/usr/bin/env bash
# Writes every model as ONNX, and compares its outputs in ONNX Runtime with this program's.
#
#   scripts/test-export.sh
#
# Needs a release build with tests. COHORT_PYTHON_ENVIRONMENT names the virtual environment, as for
# scripts/test-python.sh; ONNX and its runtime are fetched from PyPI where it lacks them.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment=${COHORT_PYTHON_ENVIRONMENT:-${XDG_CACHE_HOME:-$HOME/.cache}/cohort/python}
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
say() { printf 'test-export: %s\n' "$*" >&2; }

[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
for attempt in 1 2 3; do
    "$environment/bin/python" -c 'import onnx, onnxruntime, safetensors' 2>/dev/null && break
    "$environment/bin/pip" install -q --disable-pip-version-check \
        numpy onnx onnxruntime safetensors && break
    [ "$attempt" -lt 3 ] || { say "the packages cannot be fetched"; exit 69; }
    say "that failed; again in $((attempt * 3)) seconds"
    sleep $((attempt * 3))
done
"$root/.build/release/export-probe" "$place"
"$environment/bin/python" "$root/scripts/interchange/check_onnx.py" "$place"
