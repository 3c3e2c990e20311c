#!/usr/bin/env bash
# Sets up, builds and runs a whole cohort on this machine.
#
#   scripts/launch.sh [CONFIG] [a.b=c ...]
#
# CONFIG is a file, relative to where you are; without one, the demonstration runs.
# Settings written a.b=c replace those of the file.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
demonstration=$root/deploy/experiments/digits-private.yaml

say() { printf 'launch: %s\n' "$*" >&2; }

# The build's own words are shown on a terminal as they come, elsewhere only when it fails.
build() {
    local log
    say "building"
    if [ -t 2 ]; then
        swift build -c release --package-path "$root" --product cohort --quiet >&2
    else
        log=$(mktemp)
        swift build -c release --package-path "$root" --product cohort >"$log" 2>&1 ||
            { cat "$log" >&2; rm -f "$log"; return 1; }
        rm -f "$log"
    fi
}

config=$demonstration
case ${1-} in
    -h | --help) sed -n '2,7s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;;
    '' | -* | *=*) ;;
    *) config=$1; shift ;;
esac
[ -f "$config" ] || { say "there is no configuration $config"; exit 66; }

"$root/scripts/setup.sh"
build || { say "the build failed"; exit 70; }
exec "$root/.build/release/cohort" run "$config" "$@"
