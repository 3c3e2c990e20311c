#!/usr/bin/env bash
# Checks that no line of prose is wider than 100 columns: in pages (their tables and code excepted)
# and in the comments of Swift, C, shell and Python sources, which the formatter does not look at.
#
#   scripts/check-prose.sh [PATH ...]
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

# A wide character counts as one column, not as its bytes.
export LC_ALL=C.UTF-8
wide='.{101,}'

# The lines of a page that are prose; the others become empty, so that numbers stay what they are.
prose() { awk '/^```/ { inside = !inside; print ""; next } inside || /^ *\|/ { print ""; next } 1' "$1"; }

wide_lines() {
    local file=$1
    case $file in
    *.md) prose "$file" | grep -nE "^$wide" ;;
    *.swift | *.c | *.h) grep -nE "^$wide" "$file" | grep -E '^[0-9]+:[[:space:]]*(//|/\*|\*)|[[:space:]]//[[:space:]]' ;;
    *.py) grep -nE "^$wide" "$file" ;;
    *) grep -nE "^$wide" "$file" | grep -E '^[0-9]+:[[:space:]]*#|[[:space:]]#[[:space:]]' ;;
    esac | sed "s|^|$file:|"
}

count=0
while IFS= read -r file; do
    found=$(wide_lines "$file") || continue
    [ -n "$found" ] || continue
    printf '%s\n' "$found" >&2
    count=$((count + $(wc -l <<<"$found")))
done < <(git ls-files --cached --others --exclude-standard -- "${@:-.}" |
    grep -E '\.(md|swift|c|h|sh|py|sbatch|service|yaml)$|^\.ci/run$')
[ $count -eq 0 ] || { echo "$count lines of prose are wider than 100 columns" >&2; exit 1; }
