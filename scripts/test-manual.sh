#!/usr/bin/env bash
# Runs every command that a page of the manual shows, and checks every configuration in it.
#
#   scripts/test-manual.sh [PAGE ...]
#
# Each page has an empty folder of its own, in which its fenced blocks are taken in order:
#
#   sh      is run by `bash -e`. `cohort` is the program of .build/release, scripts/ and deploy/ are
#           the repository's.
#   yaml    is checked by `cohort check`. Sections that a snippet lacks (name, data, training,
#           learners, teaching) are added: small ones, of learners a, b and c. A snippet that names
#           learners and teaches nobody is checked without teaching.
#
# A comment on a line of its own before a block changes that:
#
#   <!-- test: skip because REASON -->     it is not run
#   <!-- test: with training.steps=20 -->  what `cohort run`, `check`, `record`, `rank`, `learner`
#                                          and scripts/launch.sh get besides
#   <!-- test: exits 78 -->                the exit code that is expected
#   <!-- test: file NAME -->               the block is written to this file, and not run
#   <!-- test: output -->                  it is what the sh block before printed on standard
#                                          output, up to a line that is `…` alone
#   <!-- test: learners t s -->            the learners that a yaml snippet gets
#   <!-- test: settings t s -->            before a table: each code span of it that begins with a
#                                          section or a preset is a snippet, unless it has a `…`
#
# Without pages it also compares the reference with the program: every command, option, name, key
# and field of a record stands in its page.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
program=$root/.build/release/cohort
place=$(mktemp -d)
trap 'rm -rf "$place"' EXIT
count=0 skipped=0 failures=0

say() { printf 'test-manual: %s\n' "$*" >&2; }

# Divides a page into numbered files: a block's text, and beside it its rule and its line.
blocks() {
    awk -v out="$2" '
        function open(kind) {
            name = sprintf("%s/%03d.%s", out, ++number, kind)
            printf "" >name
            print rule >(name ".rule"); print NR >(name ".line")
            close(name ".rule"); close(name ".line")
            rule = ""
        }
        /^ *<!-- test: .* -->$/ { rule = $0; sub(/^ *<!-- test: /, "", rule); sub(/ -->$/, "", rule); next }
        /^ *```/ && !inside {
            inside = 1; indent = match($0, /`/) - 1; kind = substr($0, indent + 4)
            open(kind == "" ? "text" : kind); next
        }
        /^ *```/ { inside = 0; close(name); next }
        inside { print substr($0, 1, indent) ~ /^ *$/ ? substr($0, indent + 1) : $0 >name; next }
        /^\|/ && rule ~ /^settings/ { open("table"); inTable = 1 }
        /^\|/ && inTable { print >name; next }
        inTable { inTable = 0; close(name) }' "$1"
}

# What a snippet of a configuration lacks.
completed() {
    local snippet=$1 learners=$2 name
    cat "$snippet"
    printf '\n'
    grep -q '^name:' "$snippet" || echo 'name: manual'
    grep -q '^data:' "$snippet" || echo 'data: {set: digits}'
    grep -q '^training:' "$snippet" || echo 'training: {steps: 4, batch: 16}'
    if ! grep -q '^learners:' "$snippet"; then
        echo 'learners:'
        for name in $learners; do echo "  $name: {model: mlp, options: {hidden: [16]}}"; done
        grep -q '^teaching:' "$snippet" || echo "teaching: [mutual: [${learners// /, }]]"
    fi
}

# Checks a snippet, or a whole configuration.
check_yaml() {
    local learners=$2
    completed "$1" "$learners" >snippet.yaml
    cohort check snippet.yaml >/dev/null
}

# Checks every setting that a table shows.
check_table() {
    local table=$1 learners=$2 span code=0
    while IFS= read -r span; do
        case $span in
        *…* | *'`'*) continue ;;
        name:* | seed:* | data:* | training:* | learners:* | exchange:* | checkpoints:*) ;;
        mutual:* | teach:* | chain:* | dense-chain:* | average:* | random-teacher:* | \
            two-teachers:* | codistill:* | ring:* | edge:*) span="teaching: [{$span}]" ;;
        *) continue ;;
        esac
        printf '%s\n' "$span" >span.yaml
        check_yaml span.yaml "$learners" || { say "of the table: $span"; code=1; }
    done < <(grep -o '`[^`]*`' "$table" | tr -d '`')
    return $code
}

# Whether what was printed is what a page shows, up to a line `…`.
same_output() {
    sed '/^…$/,$d' "$2" >shown.txt
    if grep -q '^…$' "$2"; then head -n "$(wc -l <shown.txt)" "$1" >printed.txt; else cp "$1" printed.txt; fi
    diff printed.txt shown.txt
}

# Does what a block's rule says; fails where that fails.
try() {
    local block=$1 rule=$2 expected=0 code=0
    export MANUAL_WITH=
    case $rule in
    with\ *) MANUAL_WITH=${rule#with } ;;
    exits\ *) expected=${rule#exits } ;;
    file\ *) cp "$block" "${rule#file }"; return ;;
    output) same_output last.out "$block"; return ;;
    esac
    case $block in
    *.sh) bash -e "$block" >last.out </dev/null || code=$?; [ "$code" = "$expected" ] ;;
    *.yaml) case $rule in learners\ *) check_yaml "$block" "${rule#learners }" ;;
        *) check_yaml "$block" 'a b c' ;; esac ;;
    *.table) rule=${rule#settings}; check_table "$block" "${rule# }" ;;
    esac
}

# Tries all blocks of a page.
page() {
    local page=$1 folder=$place/page block rule
    rm -rf "$folder" && mkdir -p "$folder/checkout/scripts" "$folder/blocks"
    ln -s "$root/deploy" "$root/Sources" "$root/.build" "$root/Package.swift" "$folder/checkout/"
    ln -s "$root"/scripts/* "$folder/checkout/scripts/"
    ln -sf "$place/launch.sh" "$folder/checkout/scripts/launch.sh"
    blocks "$root/$page" "$folder/blocks"
    for block in "$folder"/blocks/*.sh "$folder"/blocks/*.yaml "$folder"/blocks/*.table \
        "$folder"/blocks/*.rule; do echo "${block%.rule}"; done | sort -u >"$folder/order"
    while read -r block; do
        [ -f "$block" ] || continue
        rule=$(cat "$block.rule")
        case $rule in
        'skip because '?*) skipped=$((skipped + 1)); continue ;;
        skip*) say "$page:$(cat "$block.line"): say why it is skipped"; failures=$((failures + 1)) ;;
        esac
        case $block in *.sh | *.yaml | *.table) ;; *) [ -n "$rule" ] || continue ;; esac
        count=$((count + 1))
        if ! (cd "$folder/checkout" && try "$block" "$rule") >"$folder/log" 2>&1; then
            say "$page:$(cat "$block.line"): fails"
            cat "$block" >&2
            tail -n 20 "$folder/log" >&2
            failures=$((failures + 1))
        fi
    done <"$folder/order"
}

# Whether a page of the reference has a word in backticks, as the first in them or alone.
has() { grep -qE "\`([^\`]*[ .])?$2([ =.,\`]|$)" "Sources/cohort/cohort.docc/$1.md"; }

# What a page of the reference lacks.
missing_from() {
    local page=$1 word
    while read -r word; do
        has "$page" "$word" || { say "$page.md lacks $word"; failures=$((failures + 1)); }
    done
}

# The commands of the program, and all their options.
commands() {
    local command name
    for command in $("$program" --help | awk '/^  [a-z]+  / { print $1 }'); do
        echo "cohort $command"
        for name in '' $("$program" "$command" --help |
            awk '/^SUBCOMMANDS/ { on = 1 } on && /^  [a-z]+  / { print $1 }'); do
            # shellcheck disable=SC2086 # no word where there is no subcommand
            "$program" "$command" $name --help | grep -oE '^ +--[a-z-]+' | tr -d ' '
        done
    done | sort -u
}

# The keys of a configuration, but for the options of what it names.
keys() {
    "$program" check deploy/experiments/digits-private.yaml --resolved |
        awk '/^ *(optimizer|options):/ { skip = match($0, /[^ ]/) + 1 }
             match($0, /[^ ]/) <= skip - 1 && !/(optimizer|options):/ { skip = 0 } !skip' |
        grep -oE '^ *(- )?[a-z-]+:' | tr -d ' :' | sed 's/^-//' | grep -vxE 'a|b|c|kind|floor|warmup' |
        sort -u
}

# What a configuration can name, and its options.
names() {
    local kind name
    for kind in models generators operations generator-losses methods datasets tokenizers \
        optimizers schedules codecs quantizations; do
        for name in $("$program" list $kind | awk 'NR > 1 { print $1 }'); do
            case $name in resnet[1-9]? | resnet110 | wrn-*) continue ;; esac
            echo "$name"
            "$program" list $kind "$name" | awk 'NR > 1 && NF && $1 != "view" { print $1 }'
        done
    done | sort -u
}

# The fields of records whose names in JSON are not those in Swift.
fields() {
    grep -ohE '(case|,) [a-z][A-Za-z0-9]+ = "[a-z_0-9]+"' Sources/Reporting/*Report*.swift |
        grep -oE '"[a-z_0-9]+"' | tr -d '"' | sort -u
}

reference() {
    missing_from Commands < <(commands)
    missing_from Configuration < <(keys)
    missing_from Names < <(names)
    missing_from Metrics < <(fields)
}

[ -x "$program" ] || { say "there is no $program; build it by scripts/test.sh"; exit 66; }
# The program and the launcher, which get what a block's rule adds.
mkdir "$place/bin"
cat >"$place/bin/cohort" <<END
#!/usr/bin/env bash
case \${1-} in run | check | record | rank | learner) set -- "\$@" \${MANUAL_WITH-} ;; esac
exec "$program" "\$@"
END
cat >"$place/launch.sh" <<END
#!/usr/bin/env bash
exec "$root/scripts/launch.sh" "\$@" \${MANUAL_WITH-}
END
chmod +x "$place/bin/cohort" "$place/launch.sh"
export PATH=$place/bin:$PATH

cd "$root"
[ $# -gt 0 ] || reference
[ $# -gt 0 ] || mapfile -t pages < <(git ls-files --cached --others --exclude-standard \
    'README.md' 'Sources/*.md' 'deploy/*.md' ':!deploy/results')
for page in "${@:-${pages[@]}}"; do [ ! -f "$page" ] || page "$page"; done
say "$count blocks tried, $skipped not to be run, $failures failed"
[ $failures -eq 0 ]
