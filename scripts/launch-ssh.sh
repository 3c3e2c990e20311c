#!/usr/bin/env bash
# Sets up and builds here, and runs a cohort whose learners are on other hosts, which ssh reaches.
#
#   scripts/launch-ssh.sh --hosts FILE CONFIG [a.b=c ...] [--copy] [options of `cohort run`]
#
# FILE names the hosts, a line each (deploy/hostfile.example). Every host is examined first, as by
# `cohort doctor CONFIG --hosts FILE`; --copy copies this program and the data to those that lack
# them.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf 'launch-ssh: %s\n' "$*" >&2; }

case ${1-} in -h | --help) sed -n '2,8s/^# \{0,1\}//p' "${BASH_SOURCE[0]}"; exit 0 ;; esac
if [ "${1-}" != --hosts ] || [ $# -lt 3 ]; then
    say "use: scripts/launch-ssh.sh --hosts FILE CONFIG [a.b=c ...]"
    exit 64
fi
hosts=$2 config=$3
shift 3
[ -f "$hosts" ] || { say "there is no hostfile $hosts"; exit 66; }
exec "$root/scripts/launch.sh" "$config" "$@" --hosts "$hosts"
