#!/usr/bin/env bash
# Tests the page of a run, and the report that a run leaves, in a headless Chromium.
#
#   scripts/test-page.sh [FOLDER]      FOLDER keeps the screenshots
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."

scripts/setup.sh --tests
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
program=$PWD/.build/release/cohort
pictures=${1:-$folder}
mkdir -p "$pictures"

"$program" run deploy/experiments/digits-private.yaml name=page runs="$folder" training.steps=40 \
    compare=null --progress none >"$folder/table"
python3 scripts/page/test_page.py "$program" "$folder/page/latest/report.html" "$pictures"
