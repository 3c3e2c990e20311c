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

# Trains the experiment NAME as VARIANT, with overrides, and shows its table.
variant() {
    local name=$1 variant=$2
    shift 2
    printf '\n### %s: %s\n\n' "$name" "$variant"
    "$cohort" run "$root/deploy/experiments/$name.yaml" --seeds "$seeds" --progress none \
        --resume never name=run runs="$work/$name-${variant// /-}" training.evaluate=0 "$@" \
        >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        exit 70
    }
    "$cohort" compare "$work/$name-${variant// /-}/run/"2*
}
