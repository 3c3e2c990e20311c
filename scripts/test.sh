#!/usr/bin/env bash
# Sets up, builds once in release mode and runs every test.
#
#   scripts/test.sh [arguments of swift test, such as --filter Launching]
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf 'test: %s\n' "$*" >&2; }

"$root/scripts/setup.sh" --tests
cd "$root"
say "building"
swift build -c release --build-tests
say "running the tests"
# More at once would only wait for one another, and count the waiting against their time limits.
export SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH=${SWT_EXPERIMENTAL_MAXIMUM_PARALLELIZATION_WIDTH:-$((2 * $(nproc)))}
swift test -c release --skip-build "$@"
[ $# -eq 0 ] || exit 0
say "comparing the final weights of small cohorts with the recorded ones"
"$root/scripts/fingerprints.sh" --cheap --check
say "running the commands of the manual"
"$root/scripts/test-manual.sh"
"$root/scripts/test-ssh.sh"
say "checking the rows of the table of gains"
"$root/scripts/gains.py" --check
say "checking the rows of the comparison"
"$root/scripts/comparison.sh" small --check --runs "$root/.build/comparison"
say "running a table of the comparison anew"
rm -rf "$root/.build/comparison-anew"
"$root/scripts/comparison.sh" small n2 --runs "$root/.build/comparison-anew" \
    --verify "$root/deploy/results/comparison-small.json"
say "testing the Python package"
"$root/scripts/test-python.sh"
say "testing the page of a run in a browser"
"$root/scripts/test-page.sh"
say "comparing exported models with ONNX Runtime"
"$root/scripts/test-export.sh"
say "completing command lines, and reading manual pages"
"$root/scripts/test-help.sh"
say "reading event files and tables by TensorBoard and Python"
"$root/scripts/test-sinks.sh"
for vectors in avx2 $(grep -qw avx512dq /proc/cpuinfo && echo avx512); do
    say "running the engine's tests with $vectors, on memory that holds no numbers before it is written"
    COHORT_VECTORS=$vectors COHORT_POISON=1 \
        swift test -c release --skip-build --filter 'KernelsTests|NeuralNetworkTests'
done
