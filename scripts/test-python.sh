#!/usr/bin/env bash
# Installs the Python package into a virtual environment and checks it: types, form and tests, among
# these whole cohorts of the program .build/release/cohort with learners in NumPy.
#
#   scripts/test-python.sh [arguments of pytest, such as -k journal]
#
# COHORT_PYTHON_ENVIRONMENT names the virtual environment, which is made where it is not there; by
# default one of the user's cache. A package or two are fetched from PyPI then.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
environment=${COHORT_PYTHON_ENVIRONMENT:-${XDG_CACHE_HOME:-$HOME/.cache}/cohort/python}
say() { printf 'test-python: %s\n' "$*" >&2; }

if [ ! -x "$environment/bin/python" ]; then
    say "making the virtual environment $environment"
    python3 -m venv "$environment"
fi
# What is there already is not asked for again; the package itself is installed each time.
for attempt in 1 2 3; do
    "$environment/bin/pip" install -q --disable-pip-version-check "$root/scripts/python[test]" && break
    [ "$attempt" -lt 3 ] || { say "the packages cannot be fetched"; exit 69; }
    say "that failed; again in $((attempt * 3)) seconds"
    sleep $((attempt * 3))
done
cd "$root/scripts/python"
rm -rf build
# The caches stay out of the repository.
export MYPY_CACHE_DIR=$environment/mypy RUFF_CACHE_DIR=$environment/ruff PYTHONDONTWRITEBYTECODE=1
"$environment/bin/ruff" check -q src tests tests_torch benchmarks examples
"$environment/bin/ruff" format -q --check src tests tests_torch benchmarks examples
"$environment/bin/mypy" --no-error-summary
"$environment/bin/python" -m pytest -q -p no:cacheprovider "$@"
