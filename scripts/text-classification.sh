#!/usr/bin/env bash
# Shows what teaching gains on texts, WordNet's explanations of nouns: a transformer teaches a
# convolutional net and a smaller transformer of few labels by its responses, and the smaller
# transformer by the relations in its attention too; and three learners with private labels teach
# one another. Each learner trains alone in the same run. Means and standard deviations in per cent
# over the seeds 1, 2, ….
#
#   scripts/text-classification.sh [SEEDS]   # 5 seeds by default; half an hour on two cores
#
# COHORT names the program, .build/release/cohort by default. Needs Debian's wordnet-base.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=seeds.sh
source "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" 5 "$@"

responses='{teach: {from: t, to: s, staged: true, temperature: 2}}'
taps='from: [layer2.queries, layer2.keys, layer2.values], to: [layer1.queries, layer1.keys, layer1.values]'
relations="{edge: {from: t, to: s, staged: true, loss: minilmv2, taps: {$taps}}}"

variant wordnet-teacher 'as it is'
variant wordnet-teacher 'with relations' learners.c= "teaching=[$responses, $relations]"
variant wordnet-private 'as it is'
