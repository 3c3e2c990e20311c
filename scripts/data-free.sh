#!/usr/bin/env bash
# Compares students that are distilled without data with students of the same teacher that see the
# data, random pixels, or the samples of an unrelated data set. Digits and Fashion-MNIST at 32×32,
# LeNet and one of half its widths. Prints test accuracies in per cent: the mean and the standard
# deviation over the seeds 1, 2, …, each seed with a teacher of its own.
#
#   scripts/data-free.sh [SEEDS]        # 5 seeds by default; about half an hour on two free cores
#
# STEPS is the number of steps of each student, 2,000 by default. COHORT names the program,
# .build/release/cohort by default. Needs python3, and Debian's package dataset-fashion-mnist.
set -euo pipefail
# shellcheck source-path=SCRIPTDIR source=seeds.sh
source "$(dirname "${BASH_SOURCE[0]}")/seeds.sh" 5 "$@"
steps=${STEPS:-2000}

# Writes IDX files of 32×32 bytes for digits, fashion and noise: SET-train, SET-test, -labels.
python3 - "$root" "$work" <<'PYTHON'
import gzip, pathlib, random, struct, sys

root, work = map(pathlib.Path, sys.argv[1:])
fashion = pathlib.Path("/usr/share/datasets/fashion-mnist")


def write(name, images, labels):
    """Images are 1,024 bytes each."""
    header = struct.pack(">IIII", 0x803, len(images), 32, 32)
    (work / name).write_bytes(header + b"".join(images))
    (work / f"{name}-labels").write_bytes(struct.pack(">II", 0x801, len(labels)) + bytes(labels))


def padded(image):
    """28×28 pixels with two black ones on each side."""
    rows = (b"\0\0" + image[28 * y : 28 * y + 28] + b"\0\0" for y in range(28))
    return bytes(64) + b"".join(rows) + bytes(64)


def enlarged(pixels):
    """8×8 numbers to 16, each four by four pixels."""
    rows = (bytes(15 * pixels[8 * y + x // 4] for x in range(32)) for y in range(8))
    return b"".join(4 * row for row in rows)


lines = gzip.open(root / "Sources/Datasets/Resources/digits.csv.gz", "rt").read().split()
rows = [[int(field) for field in line.split(",")] for line in lines]
for part, chosen in [("train", [0, 1, 2, 3, 4, 5, 6]), ("test", [7, 8, 9])]:
    kept = [row for number, row in enumerate(rows) if number % 10 in chosen]
    write(f"digits-{part}", [enlarged(row[:64]) for row in kept], [row[64] for row in kept])
for part, name in [("train", "train"), ("test", "t10k")]:
    pixels = gzip.open(fashion / f"{name}-images-idx3-ubyte.gz").read()[16:]
    labels = gzip.open(fashion / f"{name}-labels-idx1-ubyte.gz").read()[8:]
    images = [padded(pixels[784 * n : 784 * n + 784]) for n in range(len(labels))]
    write(f"fashion-{part}", images, list(labels))
draws = random.Random(1)
write("noise-train", [draws.randbytes(1024) for _ in range(10000)], [n % 10 for n in range(10000)])
PYTHON

# The data section: test samples of SET, training samples of another, normalized as those of SET.
data() {
    printf 'data={set: idx, options: {images: %s, labels: %s, test-images: %s, test-labels: %s' \
        "$work/$2-train" "$work/$2-train-labels" "$work/$1-test" "$work/$1-test-labels"
    printf ', mean: %s, deviation: %s}}' "${scale[0]}" "${scale[1]}"
}

# Trains run NAME of the configuration FILE for the seed SEED.
train() {
    local name=$1 file=$2 seed=$3
    shift 3
    "$cohort" run "$root/deploy/experiments/$file.yaml" --progress none --resume never \
        "seed=$seed" "name=$name" "runs=$work/runs" training.evaluate=0 compare.alone=false \
        "$@" >"$work/log" 2>&1 || {
        tail -n 20 "$work/log" >&2
        exit 70
    }
}

# Prints the test accuracy of learner NAME of run RUN in per cent.
accuracy() {
    python3 -c 'import json, sys
print(100 * json.load(open(sys.argv[1]))["learners"][sys.argv[2]]["test_accuracy"])' \
        "$work/runs/$1/latest/summary.json" "$2"
}

# Prints a row of the table: TITLE and the spread of the numbers in FILE.
row() {
    python3 -c 'import statistics, sys
values = [float(line) for line in open(sys.argv[2])]
spread = statistics.stdev(values) if len(values) > 1 else 0
print(f"| {sys.argv[1]} | {statistics.mean(values):.1f} ± {spread:.1f} |")' "$1" "$2"
}

# Of CMI: LeNet has no batch normalization, whose moments it would compare; and at the rate of the
# others its student sometimes comes to know one class alone.
for_cmi=(learners.t.model=lenet 'learners.t.options={channels: [16, 32], hidden: 128}'
    teaching.0.data-free.method.batch-norm=0 teaching.0.data-free.method.shift=4
    training.optimizer.rate=0.01)
teacher_only=('learners={t: {model: lenet, options: {channels: [16, 32], hidden: 128}}}' teaching=)
by_data=(learners.g= learners.s.labelled=true learners.s.task=0
    'teaching=[{teach: {from: t, to: s, temperature: 1}}]')

for set in digits fashion; do
    case $set in
        digits) other=fashion scale=(0.2862 0.3525) budget=1500 ;;
        fashion) other=digits scale=(0.2190 0.3318) budget=3000 ;;
    esac
    for seed in $(seq "$seeds"); do
        train teacher data-free-dfad "$seed" "$(data $set $set)" "${teacher_only[@]}" \
            training.epochs=null "training.steps=$budget" training.batch=64
        accuracy teacher t >>"$work/$set-teacher"
        # At a constant rate, students swing with the samples that generators make.
        common=(training.epochs=null "training.steps=$steps" training.schedule=cosine
            learners.t.role=teacher learners.t.training=
            "learners.t.weights=$work/runs/teacher/latest")
        for source in $set $other noise; do
            train run data-free-dfad "$seed" "$(data $set "$source")" "${common[@]}" "${by_data[@]}"
            accuracy run s >>"$work/$set-by-$source"
        done
        for method in dafl dfad zskt; do
            # DFAD's rate is its authors'.
            rate=0.05
            if [ "$method" = dfad ]; then rate=0.01; fi
            train run "data-free-$method" "$seed" "$(data $set $set)" "${common[@]}" \
                teaching.0.data-free.staged= training.optimizer.rate=$rate
            accuracy run s >>"$work/$set-$method"
        done
        train run data-free-cmi "$seed" "$(data $set $set)" "${common[@]}" "${for_cmi[@]}" \
            teaching.0.data-free.staged=
        accuracy run s >>"$work/$set-cmi"
    done
    printf '\n### %s at 32×32, %s seeds, %s steps\n\n' "${set^}" "$seeds" "$steps"
    printf '| student learns on | test accuracy |\n|---|---|\n'
    row 'the teacher itself' "$work/$set-teacher"
    row 'the data' "$work/$set-by-$set"
    row 'DAFL' "$work/$set-dafl"
    row 'DFAD' "$work/$set-dfad"
    row 'ZSKT' "$work/$set-zskt"
    row 'CMI without batch normalization' "$work/$set-cmi"
    row "unrelated samples ($other)" "$work/$set-by-$other"
    row 'random pixels' "$work/$set-by-noise"
done
