#!/usr/bin/env bash
# Installs completions and manual pages into a folder, and has the programs read them that people
# read them by: bash (and zsh and fish, where they are installed) and man.
#
#   scripts/test-help.sh
#
# Needs a release build.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
say() { printf 'test-help: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

"$root/scripts/install.sh" --prefix "$place" 2>"$place/log" || { cat "$place/log" >&2; exit 1; }
export PATH=$place/bin:$PATH
mkdir -p "$place/folder/runs/digits/1-x/learners/left"
cd "$place/folder"
cp "$root/deploy/experiments/digits-private.yaml" .
cp digits-private.yaml runs/digits/1-x/config.yaml

# Whether bash offers a word when the others stand before it. All offers are read: bash would fail
# where nobody reads what it still writes.
offers() {
    local word=$1
    shift
    # shellcheck disable=SC2016 # for the other shell
    bash -c '
        source "$0/share/bash-completion/completions/cohort"
        COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}
        COMP_TYPE=9 COMP_KEY=9
        function_name=$(complete -p cohort | sed -E "s/.*-F ([^ ]+) .*/\1/")
        "$function_name" cohort "${@: -1}" "${@: -2:1}" 2>/dev/null
        printf "%s\n" "${COMPREPLY[@]}"' "$place" "$@" | grep -E "^$word *$" >/dev/null ||
        fail "bash does not offer '$word' after '${*}'"
}
offers run cohort r
offers losses cohort list lo
offers cosine cohort list schedules co
offers a cohort learner digits-private.yaml --name ''
offers training.steps= cohort run digits-private.yaml training.st
offers learners.b.model= cohort run digits-private.yaml learners.b.m
offers runs/digits/1-x/left cohort export runs/digits/1-x/
offers runs/digits/1-x cohort evaluate runs/digits/
offers resnet20 cohort bench step --model resnet2

! command -v zsh >/dev/null || zsh -n "$place/share/zsh/site-functions/_cohort"
! command -v fish >/dev/null || fish -n "$place/share/fish/vendor_completions.d/cohort.fish"

# A page for each command, which says what its help says.
for command in $(cohort --help | awk '/^  [a-z]+  / { print $1 }'); do
    [ -s "$place/share/man/man1/cohort.$command.1" ] || fail "no manual page for '$command'"
done
page=$place/share/man/man1/cohort.run.1
grep -q 'compare:' "$page" || fail "the page of 'run' lacks what its help says"
if command -v man >/dev/null; then
    text=$(MANWIDTH=120 man -l "$page" 2>"$place/complaints" | col -b)
    [ ! -s "$place/complaints" ] || { cat "$place/complaints" >&2; fail "man complains"; }
    grep -qE '^ *cohort run deploy/experiments/digits-private.yaml$' <<<"$text" ||
        fail "the examples are not on lines of their own"
fi
say "completions and manual pages are as they should be"
