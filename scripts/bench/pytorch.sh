# shellcheck shell=bash
# Prepares a comparison with PyTorch; read by scripts that set `root`.
: "${root:?}"

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

# Sets `python`.
find_python() {
    local needed='import numpy, safetensors.torch, torch, zmq'
    python=${COHORT_BENCH_PYTHON:-$cache/bin/python}
    [ -n "${COHORT_BENCH_PYTHON:-}" ] || "$python" -c "$needed" 2>/dev/null || make_environment
    "$python" -c "$needed" ||
        { say "$python lacks torch, numpy, safetensors or pyzmq"; exit 69; }
}

# Finds or makes the Python that has PyTorch, and builds the program; sets `python` and `cohort`.
prepare() {
    find_python
    "$root/scripts/setup.sh"
    say "building"
    swift build -c release --package-path "$root" --product cohort >&2
    # shellcheck disable=SC2034 # for the script that reads this one
    cohort=$root/.build/release/cohort
}
