#!/usr/bin/env bash
# Shows what learners that see one view of the samples learn from others that see another view: the
# student alone, its teacher, the student taught, the same without any labels, and the control, in
# which the pairs are broken. Means and standard deviations over the seeds 1, 2, ….
#
#   scripts/cross-modal.sh [SEEDS]            # 3 seeds by default; a minute on two cores
#
# COHORT names the program, .build/release/cohort by default.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=seeds.sh
source "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" 3 "$@"

# The paths of data are relative to the folder in which a program is started.
cd "$root"
for name in cross-modal cross-modal-features cross-modal-text; do
    variant "$name" 'as it is'
    [[ $name != cross-modal ]] || variant "$name" 'no labels' learners.s.task=0 compare.alone=false
    variant "$name" 'mispaired' learners.s.mispaired=true
done
variant learned-edges 'as it is'
variant learned-edges 'mispaired' learners.s.mispaired=true
variant cross-modal-relations 'as it is'
variant cross-modal-relations 'mispaired' learners.left.mispaired=true
