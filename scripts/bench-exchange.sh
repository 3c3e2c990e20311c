#!/usr/bin/env bash
# Compares the exchange of a step (all publish, all receive) with bare ZeroMQ sockets that carry the
# same bytes and with PyTorch's all_gather over gloo, in turn in one run of real processes, and
# prints a page in Markdown. Last it trains two learners and says what their exchange adds to a
# step, and 64 and 256 on relays.
#
#   scripts/bench-exchange.sh > deploy/results/exchange.md
#   scripts/bench-exchange.sh [--learners 2,4,8] [--bytes 5120] [--transports ipc,tcp] [--rounds 3]
#
# It finds or installs PyTorch as scripts/bench-pytorch.sh does. By default it takes some twenty
# minutes; nothing else should run meanwhile.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT
# shellcheck source-path=SCRIPTDIR
source "$root/scripts/bench/pytorch.sh"

prepare

cat <<TEXT
# What an exchange costs

All learners publish, and all receive what the others published: the time that a step takes where
nobody computes. *Exchange* is the plain exchange, *with journal* what \`cohort run\` does on one
host, *with keys* CURVE. *Bare sockets* carry the same bytes between all by the same patterns and do
nothing else; a *round trip* is one message and its answer, and the measure for two learners. Gloo
has TCP alone, and is left out above 16 learners.

Made on $(date -u +%Y-%m-%d) by \`scripts/bench-exchange.sh $*\` on $(nproc) cores of
$(sed -n 's/^model name[^:]*: //p' /proc/cpuinfo | head -n 1), one process a learner, medians of rounds in turn.

TEXT
"$python" "$root/scripts/bench/exchange.py" --cohort "$cohort" "$@"

printf '\n## Two learners that train\n\n'
for model in ${COHORT_BENCH_MODELS:-resnet8 mlp}; do
    "$python" "$root/scripts/bench/lockstep.py" --cohort "$cohort" --model "$model" --work "$work"
done

printf '\n## Many learners that train\n\n'
"$python" "$root/scripts/bench/cohort.py" --cohort "$cohort" --work "$work/many"
