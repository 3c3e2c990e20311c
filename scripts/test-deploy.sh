#!/usr/bin/env bash
# Checks what deploy/ holds for machines that are not here: the units of systemd by `systemd-analyze
# verify`, and by running what they start; the Dockerfile's packages against what the program loads.
#
#   scripts/test-deploy.sh
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
cohort=$PWD/.build/release/cohort

say() { printf 'test-deploy: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ -x "$cohort" ] || { say "there is no $cohort; build it by scripts/test.sh"; exit 66; }
place=$(mktemp -d /tmp/cohort-deploy.XXXXXX)
jobs=()
finish() {
    local code=$?
    for job in "${jobs[@]}"; do kill "$job" 2>/dev/null || true; done
    wait
    if [ "$code" -ne 0 ]; then
        sed -i '/^{/d; /: epoch /d' "$place"/*.out 2>/dev/null || true
        tail -n 20 "$place"/*.out >&2 2>/dev/null || true
    fi
    rm -rf "$place"
}
trap finish EXIT

# The units as they are, but that program, configuration and state lie below one folder.
units=$place/units
mkdir -p "$units" "$place/etc/keys" "$place/state"
for unit in deploy/systemd/*.service; do
    sed -e "s|/usr/local/bin/cohort|$cohort|g" -e "s|/etc/cohort|$place/etc|g" \
        -e "s|/var/lib/cohort|$place/state|g" "$unit" >"$units/${unit##*/}"
done

verify() {
    if ! command -v systemd-analyze >/dev/null; then
        say "no systemd-analyze here: the units are not verified (Debian's package systemd has it)"
        return
    fi
    local complaints
    # The template's name needs an instance.
    cp "$units/cohort-learner@.service" "$units/cohort-learner@s1.service"
    complaints=$(systemd-analyze verify "$units/cohort-teacher.service" \
        "$units/cohort-learner@s1.service" 2>&1) || fail "systemd-analyze: $complaints"
    [ -z "$complaints" ] || fail "systemd-analyze: $complaints"
    say "systemd-analyze verify: two units, nothing to complain of"
}

# What a unit starts, with its variables from its file and its instance's name.
start() {
    local unit=$1 instance=$2 line
    line=$(sed -n 's/^ExecStart=//p' "$units/$unit" | sed "s/%i/$instance/g")
    (
        cd "$place/state"
        set -a
        # shellcheck disable=SC1090 # written below
        . "$(sed -n 's/^EnvironmentFile=//p' "$units/$unit")"
        eval "exec $line"
    ) >"$place/$instance.out" 2>&1 &
    jobs+=($!)
}

port() {
    local port
    while port=$(shuf -i 20000-32000 -n 1); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# A teacher and two students, started by what the units say, train to the end.
run_units() {
    local address name
    address=127.0.0.1:$(port)
    cat >"$place/etc/cohort.yaml" <<END
name: standing
data: {set: digits, labels: 128}
training: {steps: 32, batch: 16}
learners:
  t: {model: mlp}
  s1: {model: mlp, options: {hidden: [16]}, external: true}
  s2: {model: mlp, options: {hidden: [24]}, external: true}
teaching:
  - teach: {from: t, to: [s1, s2], loss: kd, temperature: 4, weight: 0.5}
END
    printf 'RUN=standing\nMASTER=%s\n' "$address" >"$place/etc/teacher.env"
    printf 'RUN=standing\nRENDEZVOUS=tcp://%s\nHOST=127.0.0.1\n' "$address" >"$place/etc/learner.env"
    for name in rendezvous s1 s2; do
        "$cohort" keys new "$name" --folder "$place/etc/keys" >/dev/null
    done
    start cohort-learner@.service s1
    start cohort-teacher.service teacher
    start cohort-learner@.service s2
    for job in "${jobs[@]}"; do wait "$job" || fail "what a unit starts ended with $?"; done
    say "what the units start: a teacher and two students, each by its own, trained to the end"
}

# Every package whose libraries the program loads is one of the image. The C library and Swift's are
# those of the base image.
check_image() {
    local installed needed package library
    installed=$(sed -n 's/^ *\([a-z0-9.-]*\) \\$/\1/p' deploy/docker/Dockerfile)
    needed=$(objdump -p "$cohort" | awk '$1 == "NEEDED" {print $2}' |
        grep -v -E '^(libswift|libFoundation|lib_Foundation|libdispatch|libBlocks|libc\.|libm\.|ld-)')
    for library in $needed; do
        package=$(dpkg-query -S "*/$library" 2>/dev/null | head -n 1 | cut -d: -f1)
        grep -qx "$package" <<<"$installed" ||
            fail "the program loads $library of $package, which deploy/docker/Dockerfile lacks"
    done
    say "Dockerfile: has the packages of $(wc -w <<<"$needed") libraries (no image was built)"
}

verify
run_units
check_image
