#!/usr/bin/env bash
# Builds the manual with the toolchain's DocC, and fails on any warning, and on any link of a page
# that leads nowhere. Pages are written for GitHub; their links are turned into DocC's on the way.
#
#   scripts/manual.sh              checks links and builds the manual in .build/manual
#   scripts/manual.sh links        checks links alone
#   scripts/manual.sh preview      also serves it at http://localhost:8080/documentation
#
# Symbols are those of the modules that a release build has left; scripts/test.sh makes one.
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
place=.build/manual
modules=.build/release/Modules

say() { printf 'manual: %s\n' "$*" >&2; }

pages() { git ls-files --cached --others --exclude-standard '*.md' | while read -r page; do
    [ ! -f "$page" ] || echo "$page"; done; }

# The headings of all pages: the page, GitHub's anchor of the heading, and its text.
headings() {
    awk '
        /^```/ { inside = !inside }
        inside || !/^#+ / { next }
        {
            text = $0; sub(/^#+ +/, "", text); slug = tolower(text)
            gsub(/[`*()",.:;?!…\/]/, "", slug); gsub(/ /, "-", slug)
            print FILENAME "\t" slug "\t" text
        }' "$@"
}

# The links of all pages to what is in the repository: the page, its line and the link.
links() {
    awk '
        FNR == 1 { inside = 0 }
        /^ *```/ { inside = !inside }
        inside { next }
        {
            line = $0; gsub(/`[^`]*`/, "", line)
            while (match(line, /\]\([^)]*\)/)) {
                link = substr(line, RSTART + 2, RLENGTH - 3); line = substr(line, RSTART + RLENGTH)
                if (link !~ /^[a-z]+:/) print FILENAME "\t" FNR "\t" link
            }
        }' "$@"
}

check_links() {
    local page line link target anchor failures=0
    mapfile -t all < <(pages)
    headings "${all[@]}" >"$place/headings"
    while IFS=$'\t' read -r page line link; do
        target=${link%%#*} anchor=${link#"$target"}
        [ -z "$target" ] || target=$(realpath -m --relative-to=. "$(dirname "$page")/$target")
        target=${target:-$page}
        if [ ! -e "$target" ]; then
            say "$page:$line: there is no $target"
        elif [ -n "$anchor" ] && ! grep -qF "$target"$'\t'"${anchor#\#}"$'\t' "$place/headings"; then
            say "$page:$line: $target has no heading for $anchor"
        else
            continue
        fi
        failures=$((failures + 1))
    done < <(links "${all[@]}")
    [ $failures -eq 0 ] || { say "$failures dead links"; exit 1; }
}

# Copies all catalogues into one, in the form that DocC reads: links between pages as `doc:`, links
# to other files as their names, no comments, and the manual's own page as the root; pictures lie
# beside the pages.
stage() {
    rm -rf "$place/Manual.docc" && mkdir -p "$place/Manual.docc"
    local page
    cp Sources/*/*.docc/Resources/*.png "$place/Manual.docc/"
    for page in Sources/*/*.docc/*.md; do
        awk -v headings="$place/headings" -v page="${page##*/}" '
            BEGIN {
                FS = "\t"
                while ((getline <headings) > 0) { n = split($1, part, "/"); title[part[n] "#" $2] = $3 }
            }
            # What a link becomes, of which text and target are given.
            function converted(text, link,    file, name, anchor, n, part) {
                if (link ~ /^[a-z]+:/) return "[" text "](" link ")"
                file = link; sub(/#.*/, "", file); anchor = substr(link, length(file) + 1)
                n = split(file == "" ? page : file, part, "/"); name = part[n]
                if (name ~ /\.png$/) return "[" text "](" name ")"
                if (name !~ /\.md$/ || (file != "" && file !~ /\.docc\/|^[A-Za-z]+\.md$/))
                    return text ~ /`/ ? text : "*" text "*"
                if (anchor != "") { anchor = "#" title[name anchor]; gsub(/ /, "-", anchor) }
                sub(/\.md$/, "", name)
                return "[" text "](doc:" name anchor ")"
            }
            /^ *```/ { inside = !inside }
            inside { print; next }
            /^ *<!--.*-->$/ { next }
            /^- \[[^]]*\]\([^)]*\.md\)$/ {
                link = $0; sub(/^.*\(/, "", link); sub(/\)$/, "", link)
                name = converted("", link); sub(/^\[\]\(/, "- <", name); sub(/\)$/, ">", name)
                print name; next
            }
            {
                line = $0; done = ""
                while (match(line, /\[[^]]*\]\([^)]*\)/)) {
                    found = substr(line, RSTART, RLENGTH); cut = index(found, "](")
                    done = done substr(line, 1, RSTART - 1) \
                        converted(substr(found, 2, cut - 2), substr(found, cut + 2, length(found) - cut - 2))
                    line = substr(line, RSTART + RLENGTH)
                }
                print done line
            }' "$page" >"$place/Manual.docc/${page##*/}"
    done
    sed -i '1a\\n@Metadata {\n    @TechnologyRoot\n}' "$place/Manual.docc/Manual.md"
}

# The symbols of every room that has a page.
symbols() {
    rm -rf "$place/symbols" && mkdir -p "$place/symbols"
    local flags=() map page room target
    target=$(swift -print-target-info | sed -n 's/.*"unversionedTriple": "\(.*\)",/\1/p' | head -n 1)
    for map in Sources/*/module.modulemap .build/release/*.build/module.modulemap \
        .build/checkouts/*/{Sources/*,*}/include/module.modulemap; do
        [ -f "$map" ] || continue
        flags+=(-Xcc "-fmodule-map-file=$map")
    done
    for page in Sources/*/*.docc; do
        room=$(basename "$page" .docc)
        # The manual's own catalogue is of no module, and the vector loops are two.
        [ -e "$modules/$room.swiftmodule" ] || continue
        swift symbolgraph-extract -module-name "$room" -I "$modules" -output-dir "$place/symbols" \
            -target "$target" -minimum-access-level package -skip-inherited-docs "${flags[@]}"
    done
    qualify
}

# A comment names another room's type as its own room's; DocC wants that room's name too.
qualify() {
    local graph room other
    for graph in "$place"/symbols/*.symbols.json; do
        # `Exchange@CohortGraph` holds what Exchange adds to types of CohortGraph.
        room=$(basename "$graph" .symbols.json | sed 's/^.*@//')
        [ -d "Sources/$room" ] || continue
        for other in Sources/*/*.docc; do
            other=$(basename "$other" .docc)
            if [ "$other" = "$room" ] || [ "$other" = cohort ]; then continue; fi
            { types "$other" | grep -vxFf <(types "$room") || true; } |
                awk -v room="$other" '{ printf "s#``%s\\(``\\|\\\\/\\|/\\)#``/%s/%s\\1#g\n", $0, room, $0 }'
        done >"$place/qualify.sed"
        sed -i -f "$place/qualify.sed" "$graph"
    done
}

# The types that a room declares at the top level.
types() {
    grep -rhoE '^((public|package|final|indirect) )*(struct|class|enum|protocol|actor) [A-Za-z0-9]+' \
        "Sources/$1" --include='*.swift' | awk '{ print $NF }' | sort -u || true
}

mkdir -p "$place"
check_links
[ "${1-}" != links ] || exit 0
[ -d "$modules" ] || { say "there is no $modules; build by scripts/test.sh"; exit 66; }
stage
symbols
docc=$(dirname "$(readlink -f "$(command -v swift)")")/docc
verb=convert
[ "${1-}" != preview ] || verb=preview
"$docc" $verb "$place/Manual.docc" --additional-symbol-graph-dir "$place/symbols" \
    --fallback-display-name Cohort --fallback-bundle-identifier cohort --ide-console-output \
    --output-dir "$place/Manual.doccarchive" >"$place/docc.log" 2>&1 || { cat "$place/docc.log" >&2; exit 1; }
# A comment need not explain the parameters that their names explain.
! grep -E ': (warning|error): ' "$place/docc.log" | grep -v "is missing documentation" ||
    { say "DocC warns"; exit 1; }
say "the manual is $place/Manual.doccarchive"
