# shellcheck shell=bash disable=SC2154 # sourced by reliability.sh, whose variables these are
# What scripts/reliability.sh does to running cohorts besides killing the learners of its own. Each
# function prints the figure that it reached, and fails where the promise is not kept.

trouble=$root/.build/release/trouble

# Trains over tcp at an address of this host; the first word names the run, the second the address.
train_at() {
    local name=$1 address=$2
    shift 2
    train "$name" exchange.transport=tcp "exchange.host=$address" "$@"
}

# Until the learners of a run have done some steps, or it has ended.
wait_for_steps() {
    until ! kill -0 "$2" 2>/dev/null ||
        [ "$(cat "$place/runs/$1"/latest/learners/*/metrics.jsonl 2>/dev/null | wc -l)" -gt 16 ]; do
        sleep 0.05
    done
}

# Whether a run that was started as a job has come to the weights of one that nobody disturbed.
exact() {
    wait "$2" && [ "$(weights "$1")" = "$(cat "$place/expected")" ] && return
    say "not the same: $(tail -3 "$place/$1.err" | tr '\n' ' ')"
    return 1
}

# Puts a network between learners that cuts them off, lets them speak in one direction only, delays
# and drops their connections, so many times in all.
network() {
    local troubles=$1 kinds=(cut one-way 'delay 20' drop) struck=0 runs=0 launcher orders between failed=''
    rm -f "$place/orders" && mkfifo "$place/orders"
    "$trouble" network 127.0.1.1 127.0.1.2 <"$place/orders" >"$place/links" &
    between=$!
    exec {orders}>"$place/orders"
    while [ "$struck" -lt "$troubles" ] && [ -z "$failed" ]; do
        train_at cut 127.0.1.1 exchange.advertise=127.0.1.2 &
        launcher=$!
        wait_for_steps cut $launcher
        while [ "$struck" -lt "$troubles" ] && moment && kill -0 $launcher 2>/dev/null; do
            echo "${kinds[struck % 4]}" >&"$orders"
            sleep "$(by_form 1 6)"
            echo heal >&"$orders"
            struck=$((struck + 1))
        done
        if exact cut $launcher; then
            runs=$((runs + 1))
            rm -rf "$place/runs/cut"
        else
            failed=', one not'
        fi
    done
    exec {orders}>&-
    wait $between
    echo "$runs runs exact$failed; $struck troubles on $(cat "$place/links") connections"
    [ -z "$failed" ]
}

# The largest sum of virtual memory of a learner of a run, in MiB.
largest() {
    local process most=0 size
    while read -r _ process; do
        size=$(awk '/^VmSize/ {print int($2 / 1024)}' "/proc/$process/status" 2>/dev/null) || continue
        [ "${size:-0}" -le "$most" ] || most=$size
    done < <(members "$1")
    echo "$most"
}

# So many strangers who say nothing, and as many who announce 8 GiB, while a cohort trains.
strangers() {
    local count=$1 launcher before after silent loud
    train_at strangers 127.0.1.3 &
    launcher=$!
    wait_for_steps strangers $launcher
    before=$(largest strangers)
    coproc mute { "$trouble" mute 127.0.1.3 "$count"; }
    read -r silent <&"${mute[0]}"
    loud=$("$trouble" announce 127.0.1.3 "$count" </dev/null)
    after=$(largest strangers)
    wait "$launcher" || true
    kill "$mute_PID" 2>/dev/null || true
    [ "$(weights strangers)" = "$(cat "$place/expected")" ] || return 1
    rm -rf "$place/runs/strangers"
    echo "exact beside $silent mute strangers and $loud who announced 8 GiB; a learner grew by at most" \
        "$((after - before)) MiB"
    [ $((after - before)) -lt 100 ] && [ "$silent" = "$count" ]
}

# Runs that meet a full disk, of a random size and so at a random write, and go on when there is
# room.
full_disk() {
    local count=$1 same=0 full=0 code words=(training.steps=300 checkpoints.every=10) expected i
    # shellcheck disable=SC2016 # it is the inner shell that expands it
    local inside='
        size=$1 disk=$2; shift 2
        mount -t tmpfs -o "size=${size}k" none "$disk" || exit 3
        code=0; "$@" --resume never || code=$?
        mount -o remount,size=64m "$disk" || exit 3
        if [ $code = 74 ]; then "$@" --resume allow || exit 1; elif [ $code != 0 ]; then exit 1; fi
        cp "$disk/full/latest/summary.json" .
        [ $code = 0 ] || exit 74'
    train small "${words[@]}"
    expected=$(weights small)
    mkdir -p "$place/disk" "$place/runs/full/latest"
    for ((i = 0; i < count; i++)); do
        code=0
        (cd "$place/runs/full/latest" && unshare -rm bash -c "$inside" disk $((40 + RANDOM % 3000)) \
            "$place/disk" "$cohort" run "$place/cohort.yaml" name=full "runs=$place/disk" "${words[@]}") \
            >"$place/full.out" 2>"$place/full.err" || code=$?
        [ $code != 74 ] || full=$((full + 1))
        if { [ $code = 0 ] || [ $code = 74 ]; } && [ "$(weights full)" = "$expected" ]; then
            same=$((same + 1))
        else
            say "not the same: $(tail -3 "$place/full.err" | tr '\n' ' ')"
        fi
    done
    rm -rf "$place/runs/small" "$place/runs/full"
    echo "$same of $count exact, of which $full met a full disk"
    [ $same = "$count" ] && [ $full -gt 0 ]
}

# Clocks that jump by an hour, forth and back, while a cohort trains.
clocks() {
    local jumps=$1 launcher i
    echo +0 >"$place/clock"
    # In the first process that it is in, libfaketime moves the environment, beside which Swift
    # looks for its arguments: that is env.
    LD_PRELOAD=$(find /usr/lib -name 'libfaketimeMT.so.1' -print -quit) FAKETIME_NO_CACHE=1 \
        FAKETIME_TIMESTAMP_FILE=$place/clock DONT_FAKE_MONOTONIC=1 env "$cohort" run \
        "$place/cohort.yaml" name=jumping "runs=$place/runs" --resume never \
        >"$place/jumping.out" 2>"$place/jumping.err" &
    launcher=$!
    wait_for_steps jumping $launcher
    for ((i = 0; i < jumps; i++)); do
        printf '%+d\n' $((i % 2 ? -3600 : 3600)) >"$place/clock.new"
        mv "$place/clock.new" "$place/clock"
        moment
    done
    exact jumping $launcher || return 1
    rm -rf "$place/runs/jumping"
    echo "exact after $jumps jumps"
}

# Eight learners for so many steps, one of them killed every minute; of the others, what memory they
# came to take in KiB for each 10,000 steps, after the first third, and how many descriptors more or
# less.
soak() {
    local steps=$1 launcher beat=0 name process file more=(training.batch=16)
    for name in e f g h; do more+=("learners.$name={model: mlp, options: {hidden: [16]}}"); done
    : >"$place/soak.txt"
    train soak "training.steps=$steps" 'teaching=[{mutual: [a, b, c, d, e, f, g, h]}]' \
        checkpoints.every=200 "${more[@]}" &
    launcher=$!
    wait_for_steps soak $launcher
    while kill -0 $launcher 2>/dev/null; do
        while read -r name process; do
            file=$place/runs/soak/latest/learners/$name/metrics.jsonl
            [ "$name" = h ] || [ ! -d "/proc/$process/fd" ] || printf '%s %s %s %s\n' "$name" \
                "$(tail -n 2 "$file" | sed -n 's/.*"step" *: *\([0-9]*\).*/\1/p' | head -n 1)" \
                "$(awk '/^VmRSS/ {print $2}' "/proc/$process/status")" \
                "$(find "/proc/$process/fd" | wc -l)" >>"$place/soak.txt" 2>/dev/null
        done < <(members soak)
        sleep 1
        beat=$((beat + 1))
        [ $((beat % 60)) != 0 ] || kill -9 "$(members soak | awk '$1 == "h" {print $2}')" || true
    done
    wait $launcher || return 1
    awk -v steps="$steps" '
        NF == 4 && $2 > steps / 3 {
            if (!($1 in first)) { first[$1] = $2; memory[$1] = $3; low[$1] = high[$1] = $4 }
            last[$1] = $2; now[$1] = $3
            if ($4 < low[$1]) low[$1] = $4
            if ($4 > high[$1]) high[$1] = $4
        }
        END {
            for (n in first) if (last[n] > first[n]) {
                slope = (now[n] - memory[n]) / (last[n] - first[n]) * 10000
                if (!measured++ || slope > most) most = slope
                if (high[n] - low[n] > span) span = high[n] - low[n]
            }
            printf "%d steps: at most %d KiB for each 10,000 steps, descriptors within %d\n", steps, most, span
            exit !(measured == 7 && most < 1024)
        }' "$place/soak.txt"
}

# Kills learners of configurations that the repository carries, at a small size: so many of each of
# so many, drawn at random, each a random learner at a random moment. Prints how many came to the
# same weights as without; names those that did not.
schemes() {
    local blows=$1 limit=$2 file name expected struck all=0 count=0 wrong='' carried
    carried=(deploy/experiments/*.yaml)
    for file in $(printf '%s\n' "${carried[@]}" | shuf -n "$limit"); do
        name=$(basename "$file" .yaml)
        count=$((count + 1))
        train_small "$name" || { wrong+=" $name (undisturbed)"; continue; }
        expected=$(weights "$name")
        struck=0
        while [ "$struck" -lt "$blows" ]; do
            train_small "$name" &
            strike_until_end "$name" $! || { wrong+=" $name (fails)"; break; }
            [ "$(weights "$name")" = "$expected" ] || { wrong+=" $name"; break; }
        done
        all=$((all + struck))
        rm -rf "$place/runs/$name"
    done
    echo "$count of ${#carried[@]} configurations, $all kills, ${wrong:+**not the same:**$wrong}${wrong:-all exact}"
    [ -z "$wrong" ]
}

# Trains a configuration of the repository with 128 labels, of digits where its own are clothes.
train_small() {
    local name=$1 file=deploy/experiments/$1.yaml words=() first
    # The configuration whose run gives the weights is trained before.
    first=$(sed -n 's|.*weights: runs/\([a-z-]*\)/latest.*|\1|p' "$file" | head -n 1)
    if [ -n "$first" ]; then
        [ -d "$place/runs/$first" ] || train_small "$first" || return 1
        words=("learners.t.weights=$place/runs/$first/latest"
            "learners.s.weights=$place/runs/$first/latest")
    fi
    if grep -q 'set: fashion-mnist' "$file"; then
        words+=('data={set: digits, labels: 128}')
    elif ! grep -q 'labels: {' "$file"; then
        words+=(data.labels=128)
    fi
    # What needs more than labels, or more steps than these few until it teaches.
    case $name in
        kdcl | kdcl-general | peer-collaboration)
            words=("data={set: digits, labels: 128, validation: 0.1,
                augmentation: {crop: {padding: 1}, own: true}}")
            ;;
        mutual-contrast) words=('data={set: digits, labels: 128, sampler: {per-class: 2}}') ;;
        multi-level) words=('data={set: digits, labels: 128, augmentation: {strong: true}}') ;;
        snapshot) words+=(teaching.0.snapshot.every=16 training.schedule.every=16) ;;
        codistillation-shards)
            words+=(teaching.0.codistill.burn-in=8 teaching.0.codistill.every=4)
            ;;
        fedmd) words+=(teaching.0.mutual.schedule.burn-in=8) ;;
    esac
    if grep -q '^  epochs:' "$file"; then
        words+=(training.epochs=16)
    else
        words+=(training.steps=64)
    fi
    # Secret noise would give other weights each time.
    if grep -q '  - pate:' "$file"; then words+=(teaching.0.pate.combine.noise=seeded); fi
    rm -rf "$place/runs/$name"
    "$cohort" run "$file" "name=$name" "runs=$place/runs" --resume never "${words[@]}" \
        training.batch=32 training.evaluate=0 training.threads=1 compare.alone=false \
        checkpoints.every=5 restarts=1000 >"$place/$name.out" 2>"$place/$name.err"
}

# Kills a random learner of a run at random moments, as many as `blows` leaves, until the run ends.
strike_until_end() {
    local name=$1 launcher=$2
    until [ -n "$(learners "$name")" ] || ! kill -0 "$launcher" 2>/dev/null; do sleep 0.02; done
    while [ "$struck" -lt "$blows" ] && moment && kill -0 "$launcher" 2>/dev/null; do
        kill_one "$name" && struck=$((struck + 1))
    done
    wait "$launcher"
}
