#!/usr/bin/env bash
# Shows that pictures that are more than memory train: makes them, and trains two learners in a
# group of processes whose memory is limited.
#
#   scripts/big-images.sh [GIGABYTES] [LIMIT_MB]     4 and 2048 by default
#
# Beside that much of disk for the decoded samples it needs a fifth for the pictures, a Python with
# Pillow and NumPy (PYTHON names it), the built program, and leave to make a control group: root, or
# systemd-run --user. It takes some minutes, and is no part of the tests. The last lines show the
# memory that the group took at most; of that what the system may drop at any time, as it lies in
# files, is the rest. Where more is needed the system ends a process, and the script fails.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cohort=${COHORT:-$root/.build/release/cohort}
gigabytes=${1:-4}
limit=$((${2:-2048} * 1024 * 1024))
size=256
count=$((gigabytes * 1000000000 / (3 * size * size) + 1))
place=$(mktemp -d "${TMPDIR:-/tmp}/cohort-big-XXXXXX")
group=/sys/fs/cgroup/memory/cohort-big-$$
two=/sys/fs/cgroup/cohort-big-$$

say() { printf 'big-images: %s\n' "$*" >&2; }

clean_up() {
    rm -rf "$place"
    rmdir "$group" "$two" 2>/dev/null || true
}
trap clean_up EXIT

# Two classes, stripes across and down, of which no two pictures are alike.
make_pictures() {
    "${PYTHON:-python3}" - "$place/pictures" "$count" "$size" <<'PYTHON'
import sys
from pathlib import Path

import numpy as np
from PIL import Image

folder, count, size = Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3])
draw = np.random.default_rng(1)
noise = draw.normal(0, 6, (size, size, 3))
for index in range(count):
    place = np.arange(size) * 6.283 / draw.uniform(10, 40) + draw.uniform(0, 6)
    light = 128 + 90 * np.sin(place)[:, None] * np.ones(size)
    pixels = (light if index % 2 else light.T)[..., None] * draw.uniform(0.5, 1, 3) + noise
    target = folder / ("across" if index % 2 else "down")
    target.mkdir(parents=True, exist_ok=True)
    image = Image.fromarray(np.clip(pixels, 0, 255).astype(np.uint8))
    image.save(target / f"{index}.jpg", quality=70)
PYTHON
}

# A learner that the system ended for its memory is started again, and the run ends well.
require_survival() {
    local killed
    killed=$(awk '$1 == "oom_kill" {print $2}' "$1")
    [ "${killed:-0}" -eq 0 ] || { say "the limit was too small: $killed processes were ended"; exit 1; }
}

# Runs a command in a group of its own, with a limit on memory.
limited() {
    if [ -w /sys/fs/cgroup/memory ] && mkdir "$group" 2>/dev/null; then
        echo "$limit" >"$group/memory.limit_in_bytes"
        bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$group" "$@"
        say "at most $(cat "$group/memory.max_usage_in_bytes") bytes with the files' pages," \
            "limit $limit"
        require_survival "$group/memory.oom_control"
    elif [ -f /sys/fs/cgroup/cgroup.controllers ] && mkdir "$two" 2>/dev/null; then
        echo "$limit" >"$two/memory.max"
        echo 0 >"$two/memory.swap.max" 2>/dev/null || true
        bash -c 'echo $$ >"$0/cgroup.procs" && exec "$@"' "$two" "$@"
        say "at most $(cat "$two/memory.peak") bytes with the files' pages, limit $limit"
        require_survival "$two/memory.events"
    else
        systemd-run --user --scope -q -p MemoryMax="$limit" -p MemorySwapMax=0 "$@"
    fi
}

# The greatest memory of the program's processes that lies in no file, while it runs.
watch_memory() {
    local most=0 now own process
    while [ ! -e "$place/done" ]; do
        now=0
        for process in $(cat "$group/cgroup.procs" "$two/cgroup.procs" 2>/dev/null || true); do
            # A process that ends has none.
            own=$(awk '/^RssAnon/ {print $2}' "/proc/$process/status" 2>/dev/null || true)
            now=$((now + ${own:-0}))
        done
        [ "$now" -le "$most" ] || { most=$now; echo "$most" >"$place/most"; }
        sleep 0.5
    done
}

say "making $count pictures of $size×$size pixels"
make_pictures
cat >"$place/big.yaml" <<YAML
name: big
data:
  set: images
  options: {folder: $place/pictures, size: $size, cache: $place/cache, test-share: 0.05}
exchange: {timeouts: {join: 3600}} # each learner reads all samples before it joins
training: {epochs: 1, batch: 32, evaluate: 0, optimizer: {kind: sgd, rate: 0.001}}
learners:
  a: {model: mlp, options: {hidden: [8]}}
  b: {model: mlp, options: {hidden: [4]}}
teaching:
  - mutual: [a, b]
runs: $place/runs
YAML
watch_memory &
watcher=$!
cd "$place"
limited "$cohort" run big.yaml
touch "$place/done"
wait "$watcher"
say "decoded samples: $(stat -c %s "$place"/cache/images-*) bytes;" \
    "at most $(cat "$place/most" 2>/dev/null || echo 0) kB of all processes lay in no file"
