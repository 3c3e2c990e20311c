#!/usr/bin/env bash
# Installs the program, completions for bash, zsh and fish, and manual pages.
#
#   scripts/install.sh [--prefix FOLDER] [--only-help]
#
# The prefix is ~/.local unless it is given; the shells and `man` look there by themselves where
# PREFIX/bin is on the PATH. With --only-help the program stays where it is. Builds what is missing.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
prefix=$HOME/.local
with_program=1
say() { printf 'install: %s\n' "$*" >&2; }
usage() { sed -n '2,/^[^#]/s/^# \{0,1\}//p' "${BASH_SOURCE[0]}" >&2; exit 64; }

while [ $# -gt 0 ]; do
    case $1 in
    --prefix) [ $# -gt 1 ] || usage; prefix=$2; shift 2 ;;
    --only-help) with_program=; shift ;;
    *) usage ;;
    esac
done

cd "$root"
program=$root/.build/release/cohort
[ -x "$program" ] || { scripts/setup.sh; swift build -c release --product cohort; }

# Puts what the program prints into a file.
script() {
    mkdir -p "$(dirname "$2")"
    "$program" --generate-completion-script "$1" >"$2"
}
script bash "$prefix/share/bash-completion/completions/cohort"
script zsh "$prefix/share/zsh/site-functions/_cohort"
script fish "$prefix/share/fish/vendor_completions.d/cohort.fish"

# One page for each command, of the same texts as `--help`.
generator=$root/.build/release/generate-manual
[ -x "$generator" ] || swift build -c release --product generate-manual
pages=$prefix/share/man/man1
mkdir -p "$pages"
rm -f "$pages"/cohort.1 "$pages"/cohort.*.1
"$generator" "$program" --multi-page --output-directory "$pages"
# Between paragraphs `man` wants a macro in place of an empty line.
sed -i 's/^$/.Pp/' "$pages"/cohort.1 "$pages"/cohort.*.1

if [ -n "$with_program" ]; then
    mkdir -p "$prefix/bin"
    # A run that goes on keeps the file that it began with.
    cp "$program" "$prefix/bin/.cohort.new"
    mv "$prefix/bin/.cohort.new" "$prefix/bin/cohort"
fi
say "installed below $prefix: $(find "$pages" -name 'cohort*.1' | wc -l) manual pages, completions" \
    "for bash, zsh and fish${with_program:+, and the program}"
