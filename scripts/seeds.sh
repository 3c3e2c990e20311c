# Sourced by scripts that compare runs over seeds, with the usual number of seeds and the arguments
# of the script: sets root, cohort (COHORT, or .build/release/cohort), seeds (the first argument, if
# any) and work, a temporary folder. The exit code is 64 for a wrong number, 66 without the program.
# shellcheck shell=bash
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cohort=${COHORT:-$root/.build/release/cohort}
seeds=${2:-$1}
script=$(basename "$0" .sh)
if [[ ! $seeds =~ ^[1-9][0-9]*$ ]]; then
    printf '%s: %s is no number of seeds\n' "$script" "$seeds" >&2
    exit 64
fi
if [[ ! -x $cohort ]]; then
    printf '%s: %s is missing: build it by swift build -c release\n' "$script" "$cohort" >&2
    exit 66
fi

work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
