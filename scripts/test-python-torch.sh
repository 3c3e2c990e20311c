#!/usr/bin/env bash
# Tests the Python package with PyTorch, ONNX Runtime and scikit-learn, and what the manual shows of
# them: whole cohorts of the program .build/release/cohort.
#
#   scripts/test-python-torch.sh [arguments of pytest]
#
# COHORT_TORCH_ENVIRONMENT names the virtual environment, which is made where it is not there; by
# default one of the user's cache. It holds some gigabytes.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment=${COHORT_TORCH_ENVIRONMENT:-${XDG_CACHE_HOME:-$HOME/.cache}/cohort/torch}

[ -x "$environment/bin/python" ] || python3 -m venv "$environment"
"$environment/bin/python" -c 'import torch, safetensors, onnxruntime, sklearn, pandas, transformers' 2>/dev/null ||
    "$environment/bin/pip" install -q torch safetensors onnx onnxruntime scikit-learn pandas transformers
"$environment/bin/pip" install -q --disable-pip-version-check "$root/scripts/python" 'pytest>=8'
cd "$root/scripts/python"
rm -rf build
exec env PYTHONDONTWRITEBYTECODE=1 "$environment/bin/python" -m pytest -q -p no:cacheprovider \
    tests_torch "$@"
