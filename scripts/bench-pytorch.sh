#!/usr/bin/env bash
# Compares training steps with PyTorch's on this machine, in turn in one run, and prints a table in
# Markdown: ours, PyTorch as it comes, and PyTorch tuned (channels last, memory that is kept).
#
#   scripts/bench-pytorch.sh [--models resnet8,mlp] [--batches 32,128] [--threads 1,2]
#                            [--rounds 3] [--seconds 2]
#
# PyTorch is installed once, outside the repository, in a virtual environment below
# ${XDG_CACHE_HOME:-~/.cache}/cohort-bench, unless COHORT_BENCH_PYTHON names a Python that has torch,
# numpy and safetensors. By default it takes some fifteen minutes; nothing else should run meanwhile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cache=${XDG_CACHE_HOME:-$HOME/.cache}/cohort-bench

say() { printf 'bench: %s\n' "$*" >&2; }

# Makes the environment under another name first, so that half of one is never taken for a whole.
make_environment() {
    local new=$cache.new
    say "installing PyTorch in $cache"
    rm -rf "$new" "$cache"
    mkdir -p "$(dirname "$cache")"
    python3 -m venv "$new" || { say "python3 with its venv module is needed (python3-venv)"; exit 69; }
    "$new/bin/pip" install --quiet -r "$root/scripts/reference/requirements.txt" >&2 ||
        { say "PyTorch cannot be installed; name a Python that has it in COHORT_BENCH_PYTHON"; exit 69; }
    mv "$new" "$cache"
}

python=${COHORT_BENCH_PYTHON:-}
if [ -z "$python" ]; then
    [ -x "$cache/bin/python" ] || make_environment
    python=$cache/bin/python
fi
"$python" -c 'import numpy, safetensors.torch, torch' ||
    { say "$python lacks torch, numpy or safetensors"; exit 69; }

"$root/scripts/setup.sh"
say "building"
swift build -c release --package-path "$root" --product cohort >&2
exec "$python" "$root/scripts/bench/compare.py" --cohort "$root/.build/release/cohort" "$@"
