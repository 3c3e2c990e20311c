#!/usr/bin/env bash
# Trains many small cohorts and prints the SHA-256 of every learner's final weights. A refactoring
# must not change any of them. Each line names the case, the learner and the weights_sha256 of the
# end in its metrics.jsonl; summary.json holds the same. Learners below alone/ are those that
# trained without their teachers.
#
#   scripts/fingerprints.sh > scripts/fingerprints.txt      # record the weights of this program
#   scripts/fingerprints.sh --check                         # compare them with the record
#   scripts/fingerprints.sh [--cheap] [--check] [CASE ...]  # fewer cases, or only those named
#
# COHORT names the program, .build/release/cohort by default. On two free cores all cases take about
# two minutes, and those of --cheap about fifteen seconds. All cases need Debian's packages
# dataset-fashion-mnist and wordnet-base; those of --cheap need no data. The exit code is 1 where
# --check finds a difference, 2 where a run fails, and 64 where the command line is wrong. A failing
# run stops the script, which prints the case's name and the end of its log.
set -euo pipefail
export LC_ALL=C

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
cohort=${COHORT:-$root/.build/release/cohort}
record=$root/scripts/fingerprints.txt
fashion=/usr/share/datasets/fashion-mnist
is_cheap=false
is_check=false
selected=()
ran=()

say() { printf 'fingerprints: %s\n' "$*" >&2; }

while [[ $# -gt 0 ]]; do
    case $1 in
        --cheap) is_cheap=true ;;
        --check) is_check=true ;;
        -*)
            say "unknown option '$1'; use --cheap, --check or names of cases"
            exit 64
            ;;
        *) selected+=("$1") ;;
    esac
    shift
done
if [[ ! -x $cohort ]]; then
    say "there is no program at $cohort; build it with 'swift build -c release', or set COHORT"
    exit 2
fi

work=$(mktemp -d)
launcher=
clean_up() {
    if [[ -n $launcher ]]; then
        kill -KILL "$launcher" 2>/dev/null || true
        wait "$launcher" 2>/dev/null || true
    fi
    rm -rf "$work"
}
trap clean_up EXIT
trap 'exit 130' INT
trap 'exit 143' TERM

# --- Running a case -------------------------------------------------------------------------------

# Stops the script: case NAME failed for a reason.
fail() {
    local name=$1
    shift
    say "case '$name' failed: $*; its log ends:"
    tail -n 20 "$work/$name.log" >&2 || true
    exit 2
}

# Whether a case shall run: all do, unless some are named.
is_wanted() {
    local name
    if [[ ${#selected[@]} -gt 0 ]]; then
        for name in "${selected[@]}"; do [[ $name != "$1" ]] || break; done
        [[ $name == "$1" ]] || return 1
    fi
    ran+=("$1")
}

# Runs a command of the program, and adds what it prints to the log of case NAME.
call() {
    local name=$1 code=0
    shift
    "$cohort" "$@" >>"$work/$name.log" 2>&1 || code=$?
    [[ $code -eq 0 ]] || fail "$name" "'cohort $1' ended with exit code $code"
}

# What every training of run NAME is told besides its configuration.
run_words() { words=("name=$1" "runs=$work/runs" --resume never); }

# Trains the configuration FILE as run NAME, with overrides.
train() {
    local name=$1 file=$2 words
    shift 2
    run_words "$name"
    call "$name" run "$file" "${words[@]}" "$@"
}

# Prints one line for each learner of the run directory DIRECTORY, as case NAME.
print_weights() {
    local name=$1 directory=$2 place digest
    for place in "$directory"/learners/* "$directory"/alone/learners/*; do
        [[ -d $place/checkpoints ]] || continue
        digest=$(grep '"kind":"end"' "$place/metrics.jsonl" | tail -n 1 |
            sed 's/.*"weights_sha256":"\([0-9a-f]*\)".*/\1/')
        place=${place#"$directory/"}
        printf '%s %s %s\n' "$name" "${place/learners\//}" "$digest"
    done
}

# Records the final weights of run NAME; there must be some.
record_weights() {
    local name=$1
    print_weights "$name" "$work/runs/$name/latest" >"$work/$name.weights"
    [[ -s $work/$name.weights ]] || fail "$name" "the run has no checkpoint"
    cat "$work/$name.weights" >>"$work/now.txt"
    rm -rf "$work/runs/$name"
}

# Case NAME: trains the configuration BASE of this script, with overrides.
small() {
    local name=$1 base=$2
    shift 2
    is_wanted "$name" || return 0
    train "$name" "$work/$base.yaml" "$@"
    record_weights "$name"
}

# Case NAME: trains the configuration FILE of the repository, with overrides.
shipped() {
    local name=$1 file=$root/deploy/$2
    shift 2
    is_wanted "$name" || return 0
    if [[ $* == *"$work/train-images"* ]]; then cut_images; fi
    train "$name" "$file" "$@"
    record_weights "$name"
}

# Fails unless the cases NAME and OTHER came to the same weights of the learners that both have.
expect_equal() {
    local name=$1 other=$2
    join -j 1 <(cut -d ' ' -f 2- "$work/$name.weights") <(cut -d ' ' -f 2- "$work/$other.weights") |
        awk '$2 != $3 { bad = 1 } END { exit NR == 0 || bad }' ||
        fail "$name" "its weights are not those of '$other'"
}

# --- The configurations ---------------------------------------------------------------------------

# Writes the small configurations that the cases change: all train on the built-in digits.
write_configurations() {
    cat >"$work/two.yaml" <<'YAML'
data: {set: digits, labels: 128}
training: {steps: 16, batch: 16, evaluate: 1, interval: 4, optimizer: {rate: 0.05, momentum: 0.9}}
learners:
  a: {model: mlp, options: {hidden: [32]}}
  b: {model: plain-cnn, options: {depth: 2}}
teaching:
  - mutual: [a, b]
YAML
    cat >"$work/three.yaml" <<'YAML'
data: {set: digits, labels: 128}
training: {steps: 16, batch: 16, evaluate: 1, interval: 4, optimizer: {rate: 0.05, momentum: 0.9}}
learners:
  a: {model: mlp, options: {hidden: [32]}}
  b: {model: plain-cnn, options: {depth: 2}}
  c: {model: resnet8, options: {width: 4}}
teaching:
  - mutual: {among: [a, b, c]}
YAML
    cat >"$work/features.yaml" <<'YAML'
data: {set: digits, labels: 128}
training: {steps: 8, batch: 16, evaluate: 0, interval: 4, optimizer: {rate: 0.05, momentum: 0.9}}
learners:
  t: {model: resnet8, options: {width: 8}}
  s: {model: resnet8, options: {width: 4}}
YAML
    cat >"$work/five.yaml" <<'YAML'
data: {set: digits, labels: 128}
training: {steps: 24, batch: 16, evaluate: 0, threads: 1}
learners:
  a: {model: mlp, options: {hidden: [8]}}
  b: {model: mlp, options: {hidden: [8]}}
  c: {model: mlp, options: {hidden: [8]}}
  d: {model: mlp, options: {hidden: [8]}}
  e: {model: mlp, options: {hidden: [8]}}
teaching:
  - mutual: [a, b, c, d, e]
YAML
    cat >"$work/stages.yaml" <<'YAML'
data: {set: digits, labels: 64}
training: {steps: 12, batch: 16, evaluate: 2, interval: 4}
learners:
  t: {model: resnet8, options: {width: 4}, training: {steps: 6}}
  a: {model: mlp, options: {hidden: [32]}}
  b: {model: mlp, options: {hidden: [40]}, training: {steps: 8}}
teaching:
  - teach: {from: t, to: [a, b], staged: true}
  - mutual: {among: [a, b], codec: fp16}
  - edge: {from: t, to: a, loss: sp, taps: {from: layer3, to: features}, staged: true}
compare: {alone: true}
YAML
    sed '/^compare/d; s/, staged: true//; s/training: {steps: 6}/role: teacher/' "$work/stages.yaml" \
        >"$work/below.yaml"
    # Of everything that a checkpoint holds: averages of batches, both optimisers' state, a learned
    # projection, reputations, and random numbers for dropout, crops and private labels.
    cat >"$work/restart.yaml" <<'YAML'
data: {set: digits, labels: {each: 60, private: true}, augmentation: {crop: {padding: 1}}}
training:
  steps: 800
  batch: 16
  common: 32
  evaluate: 1
  threads: 1
  optimizer: {kind: sgd, rate: 0.02, momentum: 0.9, nesterov: true}
  schedule: cosine
checkpoints: {every: 20}
learners:
  a: {model: mlp, options: {hidden: [32], dropout: 0.2}, training: {optimizer: {kind: adamw}}}
  b: {model: plain-cnn, options: {depth: 2}}
  c: {model: mlp, options: {hidden: [40]}}
teaching:
  - mutual: {among: [a, b, c], combine: reputation}
  - edge: {from: b, to: c, loss: hint, taps: {from: features, to: features}, weight: 0.01}
YAML
}

# Writes COUNT images and labels of Fashion-MNIST's files SOURCE, from number START on, as IDX files
# NAME.
cut_files() {
    local name=$1 source=$2 start=$3 count=$4 size
    size=$(printf '\\x%02x\\x%02x' $((count / 256)) $((count % 256)))
    {
        printf '\0\0\10\3\0\0%b\0\0\0\34\0\0\0\34' "$size"
        head -c $((count * 784)) \
            < <(zcat "$fashion/$source-images-idx3-ubyte.gz" | tail -c +$((17 + start * 784)))
    } >"$work/$name-images"
    {
        printf '\0\0\10\1\0\0%b' "$size"
        head -c "$count" < <(zcat "$fashion/$source-labels-idx1-ubyte.gz" | tail -c +$((9 + start)))
    } >"$work/$name-labels"
}

# Cuts small files from Fashion-MNIST: all its 70,000 images take long to read and to test on.
cut_images() {
    [[ ! -e $work/test-labels ]] || return 0
    if [[ ! -d $fashion ]]; then
        say "there is no $fashion; install it with 'apt-get install dataset-fashion-mnist'"
        exit 2
    fi
    cut_files train train 0 600
    cut_files own train 600 128
    cut_files test t10k 0 100
}

# The override that puts the small files in place of a configuration's data.
images() {
    printf 'data={set: idx, options: {%s, %s}, labels: %s}' \
        "images: $work/train-images, labels: $work/train-labels" \
        "test-images: $work/test-images, test-labels: $work/test-labels" "$1"
}

# --- Cases with more than one run -----------------------------------------------------------------

# Case NAME: a frozen teacher as a process (`live`), or as a recording of what it published.
frozen_teacher() {
    local name=$1 teacher
    is_wanted "$name" || return 0
    train "$name" "$work/stages.yaml" compare.alone=false
    mv "$work/runs/$name" "$work/runs/$name-first"
    print_weights "$name" "$work/runs/$name-first/latest" >"$work/first.weights"
    teacher=$work/runs/$name-first/latest
    if [[ $name == recording ]]; then
        call "$name" record "$work/below.yaml" "name=$name-made" "runs=$work/runs" \
            "learners.t.weights=$teacher"
        train "$name" "$work/below.yaml" learners.t.role=null \
            "learners.t.source=$work/runs/$name-made/latest"
    else
        train "$name" "$work/below.yaml" "learners.t.weights=$teacher"
    fi
    record_weights "$name"
    expect_equal "$name" first
    rm -rf "$work/runs/$name-first" "$work/runs/$name-made"
}

# Case NAME: trains and records a whole cohort; then one learner again, taught by the recording.
recorded_cohort() {
    local name=$1
    is_wanted "$name" || return 0
    call "$name" record --cohort "$work/two.yaml" "name=$name" "runs=$work/runs"
    mv "$work/runs/$name" "$work/runs/$name-made"
    print_weights "$name" "$work/runs/$name-made/latest" >"$work/first.weights"
    train "$name" "$work/two.yaml" "learners.b={model: mlp, source: $work/runs/$name-made/latest}" \
        'teaching=[{teach: {from: b, to: a, loss: dml, temperature: 1}}]'
    record_weights "$name"
    expect_equal "$name" first
    rm -rf "$work/runs/$name-made"
}

# Case NAME: the shipped configuration of that name, whose learners t and s go on with the weights
# of a run of the shipped configuration FIRST.
continued() {
    local name=$1 first=$2 run=$work/runs/$1-first/latest size
    is_wanted "$name" || return 0
    cut_images
    size=("$(images 128)" training.epochs=4 training.batch=32 training.evaluate=2)
    train "$name-first" "$root/deploy/experiments/$first.yaml" "${size[@]}"
    train "$name" "$root/deploy/experiments/$name.yaml" "${size[@]}" \
        "learners.t.weights=$run" "learners.s.weights=$run"
    record_weights "$name"
    rm -rf "$work/runs/$name-first"
}

# Case NAME: two ranks, as a cluster starts them, train the configuration FILE of the repository.
ranks() {
    local name=$1 file=$root/deploy/$2 code=0 words
    shift 2
    is_wanted "$name" || return 0
    words=("$file" "$@" --size 2 --run "f$$" --directory "$work/runs/$name/latest")
    "$cohort" rank --rank 1 "${words[@]}" >"$work/$name-1.log" 2>&1 &
    launcher=$!
    call "$name" rank --rank 0 "${words[@]}"
    wait "$launcher" || code=$?
    launcher=
    cat "$work/$name-1.log" >>"$work/$name.log"
    [[ $code -eq 0 ]] || fail "$name" "rank 1 ended with exit code $code"
    record_weights "$name"
}

# --- Restarts -------------------------------------------------------------------------------------

# Starts run NAME of restart.yaml as process `launcher`, and waits until its learner a is well under
# way.
start_and_wait() {
    local name=$1
    : >"$work/$name.log"
    "$cohort" run "$work/restart.yaml" "name=$name" "runs=$work/runs" --progress all \
        >>"$work/$name.log" 2>&1 &
    launcher=$!
    until grep -q '^a: epoch 6 done' "$work/$name.log"; do
        kill -0 "$launcher" 2>/dev/null || fail "$name" "it ended before it could be disturbed"
        sleep 0.01
    done
}

# Waits for the run that `start_and_wait` started, which must end with exit code CODE.
wait_for_end() {
    local name=$1 expected=$2 code=0
    wait "$launcher" || code=$?
    launcher=
    [[ $code -eq $expected ]] ||
        fail "$name" "the disturbed run ended with exit code $code instead of $expected"
}

# A run that TERM stops half-way and that is resumed then.
stopped() {
    local name=restart-stopped
    start_and_wait "$name"
    kill -TERM "$launcher"
    wait_for_end "$name" 75
    call "$name" run "$work/restart.yaml" "name=$name" "runs=$work/runs" --resume must
}

# A run of which a learner is killed half-way; the launcher starts it again.
killed() {
    local name=restart-killed learner=$1 process
    start_and_wait "$name"
    process=$(sed -n "s/.*started '$learner', process \([0-9]*\).*/\1/p" \
        "$work/runs/$name/latest/launcher.log")
    kill -KILL "$process"
    wait_for_end "$name" 0
    grep -q "'$learner' was ended by signal 9; starting it again" "$work/$name.log" ||
        fail "$name" "the launcher did not start '$learner' again"
}

# The same run without a disturbance, stopped and resumed, and with a learner killed.
restarts() {
    local name
    for name in restart restart-stopped restart-killed; do
        is_wanted "$name" || continue
        case $name in
            restart) train "$name" "$work/restart.yaml" ;;
            restart-stopped) stopped ;;
            restart-killed) killed c ;;
        esac
        record_weights "$name"
        [[ ! -e $work/restart.weights ]] || expect_equal "$name" restart
    done
}

# --- The cases ------------------------------------------------------------------------------------

# Two or three learners on digits under each setting of an edge, of training and of the exchange.
exchange_cases() {
    local patient=exchange.timeouts.missing=100
    small wait three
    small tcp three exchange.transport=tcp
    small curve two exchange.transport=tcp exchange.security=curve
    small window two exchange.window=8
    small stale-2 two 'teaching.0.mutual={among: [a, b], missing: {stale: 2}}'
    small stale-4 three 'teaching.0.mutual.missing={stale: 4}'
    # Nobody is late, so that the bank is filled and never read, and nothing is dropped.
    small bank three teaching.0.mutual.missing=bank "$patient"
    small bank-limited three 'teaching.0.mutual.missing={bank: 8}' "$patient"
    small bank-liar three teaching.0.mutual.missing=bank "$patient" learners.c.attack=nan
    small drop three teaching.0.mutual.missing=drop "$patient" exchange.quorum=majority
    small drop-liar three teaching.0.mutual.missing=drop "$patient" learners.c.attack=nan \
        'exchange.quarantine={strikes: 2, steps: 5}'
    small mesh five exchange.topology=mesh
    small relay-one five exchange.topology=relay
    small relay-three five exchange.topology=relay exchange.fan=3 exchange.transport=tcp
    small relay-liar five exchange.topology=relay learners.c.attack=nan
    small sequential three teaching.0.mutual.order=sequential
}

codec_cases() {
    small codec-fp16 two 'teaching.0.mutual={among: [a, b], codec: fp16}'
    small codec-int8 three teaching.0.mutual.codec=int8
    small codec-top-k three 'teaching.0.mutual.codec={kind: top-k, k: 3}'
    small codec-top-k-probabilities three 'teaching.0.mutual.codec={kind: top-k, k: 3}' \
        teaching.0.mutual.carries=probabilities teaching.0.mutual.temperature=2
    small carries-probabilities three teaching.0.mutual.carries=probabilities
    small codec-features features \
        'teaching=[{edge: {from: t, to: s, loss: sp, taps: {from: layer3, to: layer3}, codec: int8}}]'
}

combination_cases() {
    local kind
    for kind in pairwise sum probabilities logits entropy learned trimmed median reputation \
        kdcl-naive kdcl-linear kdcl-min-logit; do
        small "combine-$kind" three "teaching.0.mutual.combine=$kind" teaching.0.mutual.loss=kd
    done
    small combine-kdcl-general three teaching.0.mutual.combine=kdcl-general \
        teaching.0.mutual.loss=kd data.validation=64
    small combine-kdcl-validation three teaching.0.mutual.combine=kdcl-linear \
        teaching.0.mutual.loss=kd data.validation=0.1
    small combine-reputation-options three \
        'teaching.0.mutual.combine={kind: reputation, rate: 5, memory: 0.5}'
    small combine-kdcl-batch three 'teaching.0.mutual.combine={kind: kdcl-naive, of: batch}' \
        teaching.0.mutual.loss=kd
    small combine-kdcl-non-negative three teaching.0.mutual.loss=kd data.validation=64 \
        'teaching.0.mutual.combine={kind: kdcl-general, weights: non-negative}'
    small combine-trimmed-share three 'teaching.0.mutual.combine={kind: trimmed, share: 0.4}'
}

loss_cases() {
    local kind name taps='{from: layer2, to: layer2}'
    local flow='{from: [layer1, layer2], to: [layer1, layer2]}'
    local hint='{kind: hint, form: benchmark}' pkt='{kind: pkt, form: benchmark}'
    for kind in kd dml dml_e ce reverse-kl js '{kind: dkd, warmup: 2}'; do
        name=${kind#*kind: }
        small "loss-${name%%,*}" three "teaching.0.mutual.loss=$kind" \
            teaching.0.mutual.temperature=2
    done
    for kind in hint at nst sp pkt; do
        small "loss-$kind" features \
            "teaching=[{edge: {from: t, to: s, loss: $kind, weight: 0.1, taps: $taps}}]"
    done
    for kind in rkd-distance rkd-angle; do
        small "loss-$kind" features "teaching=[{edge: {from: t, to: s, loss: $kind}}]"
    done
    small loss-fsp features learners.s.options.width=8 \
        "teaching=[{edge: {from: t, to: s, loss: fsp, weight: 0.01, taps: $flow}}]"
    small loss-benchmark-forms features \
        "teaching=[{edge: {from: t, to: s, loss: $hint, taps: {from: layer3, to: layer3}}},\
 {edge: {from: t, to: s, loss: $pkt}}]"
    small loss-benchmark-sizes features \
        "teaching=[{edge: {from: t, to: s, loss: $hint, taps: {from: layer2, to: layer1}}},\
 {edge: {from: t, to: s, loss: $hint, taps: {from: layer1, to: layer2}}},\
 {edge: {from: t, to: s, loss: {kind: at, form: benchmark}, taps: {from: layer1, to: layer2}}}]" \
        training.clip=5
    small loss-own-features features \
        'teaching=[{edge: {from: s, to: s, loss: at, taps: {from: layer3, to: layer2}}}]'
}

teaching_cases() {
    local gate
    for gate in correct better cutoff linear; do small "gate-$gate" three "teaching.0.mutual.gate=$gate"; done
    small ramp three 'teaching.0.mutual.schedule={burn-in: 3, ramp: 8, until: 14}'
    small ramp-sigmoid three \
        'teaching.0.mutual.schedule={burn-in: 1, ramp: 1, shape: sigmoid, in: epochs}' training.steps=24
    small codistill three \
        'teaching=[{codistill: {among: [a, b, c], burn-in: 4, ramp: 4, every: 3, weight: 2}}]'
    small codistill-bank three \
        'teaching=[{codistill: {among: [a, b, c], every: 4, missing: bank}}]' \
        exchange.timeouts.missing=100
    small codistill-relay three 'teaching=[{codistill: {among: [a, b, c], every: 3}}]' \
        exchange.topology=relay
    small every-third three teaching.0.mutual.schedule.every=3
    small own-past three \
        'teaching=[{edge: {from: a, to: a, loss: kd, version: {snapshot: 5}}}]' compare.alone=false
    small ring three 'teaching=[{ring: [a, b, c]}]'
    small task-weight three learners.a.task=0.25 learners.b.task=0
    small random-draw three 'teaching=[{edge: {from: [a, b], to: c, draw: one}}]'
    small chain-small three 'teaching=[{chain: {path: [c, b, a], staged: true}}]' compare.alone=true
    small dense-chain-small three 'teaching=[{dense-chain: {path: [c, b, a], staged: true}}]'
    small stages stages
    small budgets three 'learners.b.training={steps: 7}' 'learners.c.training={steps: 12}'
}

data_cases() {
    small labels-private three 'data.labels={each: 40, private: true}' training.common=24
    small labels-pool three 'data.labels={each: 40, pool: rest}' training.common=24
    small labels-all two data.labels=null
    small validation three data.validation=0.1
    small crop three 'data.augmentation={crop: {padding: 1}}'
    small crop-flip three 'data.augmentation={crop: {padding: 2}, flip: true}'
    small private-crop-flip three 'data.labels={each: 40, private: true}' training.common=24 \
        'data.augmentation={crop: {padding: 1}, flip: true}'
    small seed three seed=7
}

training_cases() {
    small sgd-plain two 'training.optimizer={kind: sgd, rate: 0.1}'
    small sgd-nesterov two \
        'training.optimizer={kind: sgd, rate: 0.05, momentum: 0.9, nesterov: true, decay: 1e-3}'
    small adamw three 'training.optimizer={kind: adamw, rate: 0.003, decay: 0.05}'
    small adamw-own three 'learners.a.training={optimizer: {kind: adamw, beta1: 0.8, beta2: 0.99}}'
    small clip three training.clip=0.5
    small smoothing three training.smoothing=0.1
    small schedule-cosine two 'training.schedule={kind: cosine, floor: 0.1, warmup: 4}'
    small schedule-step two 'training.schedule={kind: step, at: [4, 0.75], factor: 0.3, warmup: 0.1}'
    small threads two training.threads=3
    small checkpoints two 'checkpoints={every: 3, keep: 1}'
}

model_cases() {
    local kind
    for kind in leaky-relu gelu gelu-tanh silu sigmoid tanh softplus; do
        small "activation-$kind" two "learners.a.options={hidden: [40, 32], activation: $kind}"
    done
    small dropout two 'learners.a.options={hidden: [40, 32], dropout: 0.3}'
    # Widths whose last columns AVX2 and AVX-512 divide differently into vectors.
    small widths two 'learners.a.options={hidden: [16, 24, 31, 48, 17]}'
    for kind in lenet 'mobilenet, options: {width: 8}' shufflenet wrn-10-1; do
        small "model-${kind%%,*}" two "learners.b={model: $kind}" training.steps=6
    done
}

# The shipped configurations that train on the digits.
digits_cases() {
    local attack method file more data texts=()
    # This script may be started in any folder.
    for data in data learners.t.data; do
        texts+=("$data.options.views.text.options.file=$root/deploy/data/numbers-train.csv")
        texts+=("$data.options.views.text.options.test=$root/deploy/data/numbers-test.csv")
    done
    shipped digits-private experiments/digits-private.yaml training.steps=40
    shipped digits-same-labels experiments/digits-same-labels.yaml training.steps=40
    shipped poisoned experiments/poisoned.yaml training.steps=40
    for file in "$root"/deploy/experiments/{cross-modal*,learned-edges}.yaml; do
        more=()
        [[ $file != *cross-modal-text* ]] || more=("${texts[@]}")
        shipped "$(basename "$file" .yaml)" "experiments/$(basename "$file")" training.steps=40 \
            "${more[@]}"
    done
    for file in "$root"/deploy/experiments/{adversarial-features,afd,conditional-adversarial,kdgan}.yaml; do
        shipped "$(basename "$file" .yaml)" "experiments/$(basename "$file")" training.steps=40
    done
    for file in "$root"/deploy/experiments/lifelong-*.yaml; do
        shipped "$(basename "$file" .yaml)" "experiments/$(basename "$file")" training.steps=100
    done
    shipped ds-fl experiments/ds-fl.yaml training.steps=40
    shipped fedmd experiments/fedmd.yaml training.steps=40 \
        teaching.0.mutual.schedule.burn-in=8
    shipped feddf experiments/feddf.yaml training.steps=40
    shipped codistillation-shards experiments/codistillation-shards.yaml training.steps=40 \
        teaching.0.codistill.burn-in=8
    for method in dfad dafl zskt; do
        shipped "data-free-$method" "experiments/data-free-$method.yaml" training.epochs=4 \
            learners.t.training.epochs=4
    done
    for method in cmi inversion; do
        shipped "data-free-$method" "experiments/data-free-$method.yaml" training.steps=24 \
            learners.t.training.epochs=4 teaching.0.data-free.method.iterations=4 \
            teaching.0.data-free.method.student-steps=2
    done
    # Noise that is secret would give other weights each time.
    shipped pate experiments/pate.yaml training.steps=40 \
        teaching.0.pate.combine.noise=seeded
    shipped pate-laplace experiments/pate.yaml training.steps=40 \
        'teaching.0.pate.combine={kind: lnmax, scale: 4, epsilon: 20, noise: seeded}'
    for attack in constant:trimmed least-likely:median random:reputation shuffled:reputation \
        nan:pairwise; do
        shipped "poisoned-${attack%:*}" experiments/poisoned.yaml training.steps=40 \
            "learners.h.attack=${attack%:*}" "learners.g.attack=${attack%:*}" \
            "teaching.0.mutual.combine=${attack#*:}"
    done
    shipped teacher-students slurm/teacher-students.yaml training.epochs=4
    ranks ranks slurm/teacher-students.yaml training.epochs=4
    ! is_recorded ranks teacher-students || expect_equal ranks teacher-students
}

# Whether all of some cases have run.
is_recorded() {
    local name
    for name in "$@"; do [[ -e $work/$name.weights ]] || return 1; done
}

# The shipped configurations that train on Fashion-MNIST, on few of its images.
image_cases() {
    local file name more own_crops='{crop: {padding: 2}, own: true}'
    for file in "$root"/deploy/experiments/*.yaml; do
        name=$(basename "$file" .yaml)
        more=()
        case $name in
            cross-modal* | data-free-* | digits-* | lifelong-* | poisoned | fashion-mutual | language-* | satellite-* | wordnet-*) continue ;;
            adversarial-* | afd | conditional-adversarial | kdgan) continue ;;
            codistillation-shards | ds-fl | fedmd | feddf | learned-edges | pate) continue ;;
            apprentice-c) continue ;;
            multi-level) more=('data.augmentation={strong: true}') ;;
            multi-head-graph) more=(teaching.0.edge.loss.warmup=2) ;;
            codistillation) more=(teaching.0.codistill.every=2) ;;
            kdcl | peer-collaboration) more=("data.augmentation=$own_crops") ;;
            kdcl-general) more=("data.augmentation=$own_crops" data.validation=64) ;;
            mutual-contrast) more=('data.sampler={per-class: 2}') ;;
            snapshot) more=(teaching.0.snapshot.every=4 training.schedule.every=4) ;;
        esac
        shipped "$name" "experiments/$name.yaml" "$(images 128)" training.epochs=4 training.batch=32 \
            training.evaluate=2 "${more[@]}"
    done
    continued apprentice-c apprentice-floats
    shipped own-data experiments/mutual-mixed.yaml "$(images '{each: 60, private: true}')" \
        training.epochs=4 training.batch=16 training.common=32 \
        "learners.a.data={set: idx, options: {images: $work/own-images, labels: $work/own-labels}}"
    shipped vgg8 experiments/mutual-two.yaml "$(images 64)" training.epochs=1 training.batch=16 \
        learners.a.model=vgg8 learners.b.model=wrn-16-1
    # Data sets as they are.
    shipped satellite-views experiments/satellite-views.yaml data.labels=128 training.steps=16 \
        training.batch=32 training.evaluate=0
    shipped wordnet-mutual experiments/wordnet-mutual.yaml data.labels=128 training.epochs=2 \
        training.batch=32 training.evaluate=0
    shipped language-mutual experiments/language-mutual.yaml training.steps=20 training.batch=8 \
        training.evaluate=0
    shipped wordnet-private experiments/wordnet-private.yaml data.labels.each=128 \
        training.steps=16 training.evaluate=0
    shipped wordnet-teacher experiments/wordnet-teacher.yaml data.labels.each=128 \
        learners.t.data.labels=256 training.steps=16 training.evaluate=0
    shipped fashion-mutual experiments/fashion-mutual.yaml data.labels=128 training.epochs=2 \
        training.batch=32 training.evaluate=0
}

# The cases of --cheap: one of each kind.
cheap_cases() {
    exchange_cases
    codec_cases
    teaching_cases
    data_cases
    frozen_teacher recording
    restarts
}

all_cases() {
    cheap_cases
    combination_cases
    loss_cases
    training_cases
    model_cases
    digits_cases
    frozen_teacher frozen
    recorded_cohort recorded-cohort
    image_cases
}

# --- Printing and comparing -----------------------------------------------------------------------

# Ends with 64 where a name on the command line is of no case.
refuse_unknown() {
    local name
    for name in "${selected[@]}"; do
        [[ " ${ran[*]} " == *" $name "* ]] && continue
        say "there is no case '$name'$(! $is_cheap || printf ' among those of --cheap')"
        exit 64
    done
}

# The lines of the record, of the cases that ran; of all cases where all ran.
expected() {
    if ! $is_cheap && [[ ${#selected[@]} -eq 0 ]]; then
        grep -v '^#' "$record"
    else
        awk 'NR == FNR { ran[$1]; next } $1 in ran' <(printf '%s\n' "${ran[@]}") "$record"
    fi
}

# Prints the lines that differ from the record: < is the record's line, > this program's.
compare() {
    local count
    count=$(wc -l <"$work/sorted.txt")
    if diff <(expected) "$work/sorted.txt" >"$work/difference.txt"; then
        say "the weights of all $count learners in ${#ran[@]} cases are those of $record"
    else
        grep '^[<>]' "$work/difference.txt"
        say "weights differ from $record ('<' is the record, '>' is this program)"
        exit 1
    fi
}

write_configurations
if $is_cheap; then cheap_cases; else all_cases; fi
refuse_unknown
sort "$work/now.txt" >"$work/sorted.txt"
if $is_check; then
    compare
else
    printf '# case, learner, SHA-256 of its final weights; made by scripts/fingerprints.sh > %s\n' \
        scripts/fingerprints.txt
    cat "$work/sorted.txt"
fi
