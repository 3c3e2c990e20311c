#!/usr/bin/env bash
# Compares the ways to teach a small language model: alone, from a teacher at every position of the
# data, from the teacher's own texts, by what the student writes itself, and from a peer. Prints
# what a byte of WordNet's explanations of adverbs costs, in bits: the mean and the standard
# deviation over the seeds 1, 2, …, each with a teacher of its own, and the paired difference from
# alone.
#
#   scripts/language-models.sh [SEEDS]        # 3 seeds by default; half an hour on two free cores
#
# STEPS is the number of steps of each student, 1,000 by default; the teacher has twice as many, and
# a third of their rate, since at the same it does not get beyond the student. COHORT names the
# program, .build/release/cohort by default. Needs python3, and Debian's package wordnet-base.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=seeds.sh
source "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" 3 "$@"
steps=${STEPS:-1000}

# Every tenth explanation is for testing.
sed -n 's/^[0-9].* | //p' /usr/share/wordnet/data.adv | sed 's/ *$//' |
    awk -v test="$work/test.txt" -v train="$work/train.txt" \
        '{ print > (NR % 10 ? train : test) }'

# Trains run NAME for the seed SEED on the texts FILES, by further settings.
train() {
    local name=$1 seed=$2 files=$3
    shift 3
    "$cohort" run "$root/deploy/experiments/language-mutual.yaml" --progress none --resume never \
        "seed=$seed" "name=$name" "runs=$work/runs" training.evaluate=0 "training.steps=$steps" \
        'training.schedule={kind: cosine, warmup: 100}' \
        "data.options={files: $files, test: $work/test.txt, length: 64}" compare.alone=false \
        "$@" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        exit 70
    }
}

# Notes the bits per byte of learner NAME of run RUN.
note() {
    python3 -c 'import json, sys
print(json.load(open(sys.argv[1]))["learners"][sys.argv[2]]["text"]["bits_per_byte"])' \
        "$work/runs/$1/latest/summary.json" "$2" >>"$work/$1"
}

# Prints a row: TITLE, the spread of RUN, and its paired differences from the run alone.
row() {
    python3 -c 'import statistics, sys
def read(name):
    return [float(line) for line in open(f"{sys.argv[1]}/{name}")]
def spread(values):
    deviation = statistics.stdev(values) if len(values) > 1 else 0
    return statistics.mean(values), deviation
values, alone = read(sys.argv[3]), read("alone")
mean, deviation = spread(values)
gain, width = spread([b - a for a, b in zip(alone, values)])
print(f"| {sys.argv[2]} | {mean:.3f} ± {deviation:.3f} | {gain:+.3f} ± {width:.3f} |")' \
        "$work" "$1" "$2"
}

net='model: gpt, options: {dimension: 64, layers: 1, heads: 4}'
large='model: gpt, options: {dimension: 128, layers: 3, heads: 4}'
frozen="{$large, role: teacher, weights: $work/runs/teacher/latest}"
only=(learners.deep= "learners.flat={$net}")
# What an untaught student writes teaches nothing: it learns from the data first.
judged="{teach: {from: t, to: flat, loss: gjs, inputs: send, temperature: 1,
    schedule: {burn-in: $((steps / 2))}}}"

for seed in $(seq "$seeds"); do
    texts=$work/train.txt
    train teacher "$seed" "$texts" learners.deep= learners.flat= teaching= "learners.t={$large}" \
        "training.steps=$((2 * steps))" training.optimizer.rate=0.001
    note teacher t
    train alone "$seed" "$texts" "${only[@]}" teaching=
    note alone flat
    train word "$seed" "$texts" learners.deep= "learners.t=$frozen" \
        "learners.flat={$net, task: 0}" 'teaching=[{teach: {from: t, to: flat, temperature: 1}}]'
    note word flat
    rm -rf "$work/written"
    "$cohort" generate "$work/runs/teacher/latest/t" --texts "$work/written" --count 3000 \
        --prompt-tokens 8 --seed "$seed" 2>>"$work/log"
    train sequence "$seed" "$work/written" "${only[@]}" teaching=
    note sequence flat
    train policy "$seed" "$texts" learners.deep= "learners.t=$frozen" \
        "learners.flat={$net, on-policy: {share: 0.5, prompt: 8}}" "teaching=[$judged]"
    note policy flat
    train mutual "$seed" "$texts"
    note mutual flat
done

printf '| the student learns | bits per byte | less alone |\n|---|---|---|\n'
row 'alone' alone
row 'word-level, from the teacher alone, without labels' word
row 'sequence-level, from 3,000 texts of the teacher' sequence
row 'on-policy, from the teacher, in the second half' policy
row 'mutually, with a peer of three layers' mutual
row 'the teacher itself' teacher
