#!/usr/bin/env bash
# Tests cohorts across hosts against real ssh servers: a launcher and two hosts, each in a network
# namespace with addresses of its own; the launcher's forwards between the hosts' networks.
#
#   scripts/test-ssh.sh
#
# Needs root, for the namespaces, and the built program. Takes a minute or two.
set -euo pipefail

root=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
say() { printf 'test-ssh: %s\n' "$*" >&2; }

[ "$(id -u)" -eq 0 ] || exec sudo "${BASH_SOURCE[0]}" "$@"
cohort=$root/.build/release/cohort
[ -x "$cohort" ] || { say "build first: swift build -c release"; exit 66; }
[ -x /usr/sbin/sshd ] || { say "there is no ssh server: scripts/setup.sh --tests installs one"; exit 69; }

place=$(mktemp -d /tmp/cohort-ssh-XXXXXX)
tag=cohort-$$
# Steps of runs that something happens to: some seconds.
long=1500
servers=()
failures=0

clean() {
    local name
    for name in "${servers[@]}"; do kill "$name" 2>/dev/null || true; done
    for name in head one two; do ip netns del "$tag-$name" 2>/dev/null || true; done
    rm -rf "$place"
}
trap clean EXIT

# A namespace that the launcher's reaches over a network of its own.
add_host() {
    local name=$1 network=$2
    ip netns add "$tag-$name"
    ip -n "$tag-head" link add "$name" type veth peer name eth0 netns "$tag-$name"
    ip -n "$tag-head" addr add "$network.1/24" dev "$name"
    ip -n "$tag-head" link set "$name" up
    ip -n "$tag-$name" addr add "$network.2/24" dev eth0
    ip -n "$tag-$name" link set eth0 up
    ip -n "$tag-$name" link set lo up
    ip -n "$tag-$name" route add default via "$network.1"
    cat >"$place/sshd-$name" <<END
ListenAddress $network.2
HostKey $place/host-key
AuthorizedKeysFile $place/user-key.pub
StrictModes no
UsePAM no
PidFile none
PermitRootLogin prohibit-password
MaxStartups 100
ForceCommand $place/shell
END
    ip netns exec "$tag-$name" /usr/sbin/sshd -D -f "$place/sshd-$name" -E "$place/sshd-$name.log" &
    servers+=($!)
    printf 'Host %s\n    HostName %s.2\n' "$name" "$network" >>"$place/ssh_config"
    printf '%s.2 %s\n' "$network" "$(cut -d ' ' -f 1,2 "$place/host-key.pub")" >>"$place/known_hosts"
}

set_up() {
    mkdir -p /run/sshd "$place/head" "$place/local"
    # A login shell that prints before and after what it runs.
    cat >"$place/shell" <<'END'
#!/bin/sh
printf '\033[1mWelcome\377\000'
echo 'Welcome: all that you do is logged' >&2
sh -c "$SSH_ORIGINAL_COMMAND"
code=$?
printf 'Welcome again'
exit $code
END
    chmod 755 "$place/shell"
    ssh-keygen -q -t ed25519 -N '' -f "$place/host-key"
    ssh-keygen -q -t ed25519 -N '' -f "$place/user-key"
    ip netns add "$tag-head"
    ip -n "$tag-head" link set lo up
    ip netns exec "$tag-head" sysctl -q -w net.ipv4.ip_forward=1
    add_host one 10.99.1
    add_host two 10.99.2
    cat >>"$place/ssh_config" <<END
Host *
    User root
    IdentityFile $place/user-key
    IdentitiesOnly yes
    UserKnownHostsFile $place/known_hosts
    GlobalKnownHostsFile /dev/null
END
    cat >"$place/head/hosts" <<END
# the two hosts
one slots=2 dir=$place/one
two dir=$place/two
END
    cat >"$place/head/mutual.yaml" <<END
data: {set: digits, labels: {each: 60, private: true}}
training: {steps: 400, batch: 16, common: 32, optimizer: {kind: sgd, rate: 0.1}, interval: 10}
checkpoints: {every: 50}
learners:
  a: {model: mlp, options: {hidden: [32]}}
  b: {model: plain-cnn}
  c: {model: mlp, options: {hidden: [48]}}
teaching:
  - mutual: [a, b, c]
END
    local name
    for name in one two; do
        until ip netns exec "$tag-head" ssh -F "$place/ssh_config" "$name" true 2>"$place/ssh.err"; do
            kill -0 "${servers[0]}" || { cat "$place/ssh.err" "$place/sshd-$name.log" >&2; exit 1; }
            sleep 0.1
        done
    done
}

# The program in the launcher's namespace; what it says is kept under the first word.
launch() {
    local name=$1
    shift
    (cd "$place/head" && exec ip netns exec "$tag-head" "$cohort" "$@" --ssh-config "$place/ssh_config") \
        >"$place/$name.out" 2>"$place/$name.err"
}

# The same by the script that people use.
script() {
    local name=$1
    shift
    (cd "$place/head" && exec ip netns exec "$tag-head" "$root/scripts/launch-ssh.sh" "$@" \
        --ssh-config "$place/ssh_config") >"$place/$name.out" 2>"$place/$name.err"
}

# Checks that a command ends with a code, and says something.
expect() {
    local what=$1 code=$2 words=$3 got=0
    shift 3
    "$@" || got=$?
    if [ "$got" != "$code" ] || ! grep -q -e "$words" "$place/check.out" "$place/check.err"; then
        fail "$what: exit code $got, not $code, or it does not say '$words'"
        cat "$place/check.out" "$place/check.err" >&2
    else
        say "good: $what"
    fi
}

check() {
    if "${@:2}"; then
        say "good: $1"
    else
        fail "$1"
        [[ $2 != launch && $2 != script ]] || cat "$place/$3.err" >&2
    fi
}

fail() {
    say "FAILED: $*"
    failures=$((failures + 1))
}

# The digests of a run's weights, learner by learner.
weights() { sed -n 's/.*"weights_sha256" *: *"\([0-9a-f]*\)".*/\1/p' "$place/$1/latest/summary.json"; }

same_weights() { [ -n "$(weights "$1")" ] && [ "$(weights "$1")" = "$(weights "$2")" ]; }

# The processes that learners have become on the hosts.
learners() { pgrep -f "^[^ ]*bin/cohort learner .*--name ${1:-}" || true; }

# A signal to the program of a launch that runs as a job.
signal() { kill "-$1" "$(pgrep -P "$2")"; }

# Until the learners of a run train, and have written a checkpoint, or the launcher has ended.
wait_for_checkpoints() {
    until [ -n "$(find "$place/one" "$place/two" -path "*/$2/2*/checkpoints/*/manifest.json" -print -quit)" ]; do
        kill -0 "$1" 2>/dev/null || { fail "$2 ended too early"; cat "$place/$2.err" >&2; return 1; }
        sleep 0.05
    done
}

gone() {
    local waited=0
    while [ -n "$(learners)" ]; do
        [ $waited -lt 200 ] || return 1
        waited=$((waited + 1))
        sleep 0.1
    done
}

reference() { (cd "$place/local" && "$cohort" run "$place/head/$1.yaml" "${@:2}") >/dev/null 2>&1; }

refusals() {
    expect "a host without its folder is named" 66 'there is no folder' \
        launch check doctor mutual.yaml --hosts hosts
    check "and it is not made" test ! -e "$place/one" -a ! -e "$place/two"
    expect "a host without the program is named" 66 'copy this one by --copy' \
        launch check run mutual.yaml --hosts hosts
    printf '10.99.3.9 dir=%s\none slots=2 dir=%s\n' "$place/two" "$place/one" >"$place/head/unreachable"
    expect "a host that is not there is named" 69 'could not reach 10.99.3.9' \
        launch check run mutual.yaml --hosts unreachable
    expect "a host whose key is not known is refused" 69 'could not reach one' \
        launch check doctor mutual.yaml --hosts hosts --ssh-option UserKnownHostsFile=/dev/null
    echo "one" >"$place/head/small"
    expect "learners without a place are counted" 78 'there are 3 learners, and room for 1' \
        launch check run mutual.yaml --hosts small
    expect "a hostfile that is missing is named" 66 'nowhere' launch check run mutual.yaml --hosts nowhere
}

no_secrets_here() { [ -z "$(find "$place/head" -name '*key_secret*' -print -quit)" ]; }

# Whether all that the program needs of Swift lies beside a copy of it.
all_libraries() {
    local library
    for library in $(ldd "$cohort" | sed -n 's|.*=> \(.*/swift/[^ ]*\) .*|\1|p'); do
        [ -e "$1/${library##*/}" ] || return 1
    done
}

whole_run() {
    reference mutual
    reference mutual name=long "training.steps=$long"
    check "scripts/launch-ssh.sh runs a cohort across hosts" script whole --hosts hosts mutual.yaml \
        name=whole --copy
    check "its weights are those of a run on one host" same_weights head/runs/whole local/runs/mutual
    check "Swift's libraries were copied with the program" all_libraries "$place/one/bin"
    check "what login shells print is left out" bash -c "! grep -aq Welcome '$place/whole.err' \
        '$place/head/runs/whole/latest/launcher.log'"
    check "the link to the program is removed" test -z \
        "$(find "$place/one" "$place/two" -name '*-bin' -print -quit)"
    local name
    for name in a b c; do
        check "logs and metrics of $name were gathered" test -s \
            "$place/head/runs/whole/latest/learners/$name/log.txt" -a -s \
            "$place/head/runs/whole/latest/learners/$name/metrics.jsonl"
    done
    check "models stay on their hosts" test ! -e "$place/head/runs/whole/latest/learners/a/checkpoints"
    check "keys are removed" test -z "$(find "$place" -name '*.key_secret' -print -quit)"
    expect "what the environment says reaches the hosts" 78 "one: .*COHORT_VECTORS is 'none'" \
        launch check doctor mutual.yaml --hosts hosts --env COHORT_VECTORS=none
    # An older program.
    cat >"$place/one/old" <<END
#!/bin/sh
$place/one/bin/cohort "\$@" | sed 's/"version":"[^"]*"/"version":"0.0.1"/'
END
    chmod 755 "$place/one/old"
    echo "one slots=3 dir=$place/one cohort=$place/one/old" >"$place/head/older"
    expect "another version is refused" 76 'one: its program is of version 0.0.1' \
        launch check run mutual.yaml --hosts older
    check "relays go along" launch relays run mutual.yaml name=relays exchange.topology=relay \
        exchange.fan=2 --hosts hosts
    check "two of them" grep -q "started 'relay-2'" "$place/head/runs/relays/latest/launcher.log"
    check "and give the same bits" same_weights head/runs/relays local/runs/mutual
    expect "hosts that are ready are shown" 0 'one *a, c *yes .*same *ok *ok' \
        launch check doctor mutual.yaml --hosts hosts
}

killed_learner() {
    launch killed run mutual.yaml name=killed training.steps=$long --hosts hosts --gather models,journals &
    local launcher=$!
    wait_for_checkpoints $launcher killed || return 0
    check "private keys are on their hosts alone" no_secrets_here
    check "hosts have made keys" test -n "$(find "$place/one" -name 'a.key_secret' -print -quit)"
    kill -9 "$(learners b | head -n 1)"
    check "a run goes on when a learner is killed" wait $launcher
    check "the kill was seen" grep -q "'b' was ended by signal 9" "$place/killed.err"
    check "it comes to the same weights" same_weights head/runs/killed local/runs/long
    check "models come when asked for" test -s \
        "$place/head/runs/killed/latest/learners/b/checkpoints/step-0000$long/model.safetensors"
    check "journals come when asked for" test -d "$place/head/runs/killed/latest/learners/b/journal"
}

first_failure() {
    launch failed run mutual.yaml name=failed restarts=0 training.steps=1000000 --hosts hosts &
    local launcher=$! code=0
    wait_for_checkpoints $launcher failed || return 0
    kill -9 "$(learners c | head -n 1)"
    wait $launcher || code=$?
    check "the launcher ends with the code of the first that failed" test $code = 137
    check "it names it" grep -q "cohort: 'c' was ended by signal 9" "$place/failed.err"
    check "all others have ended" gone
    check "logs are gathered all the same" test -s "$place/head/runs/failed/latest/learners/c/log.txt"
}

killed_launcher() {
    launch orphans run mutual.yaml name=orphans training.steps=$long --hosts hosts &
    local launcher=$! code=0
    wait_for_checkpoints $launcher orphans || return 0
    signal KILL $launcher
    wait $launcher || true
    check "no learner outlives a launcher that is killed" gone
    launch again run mutual.yaml name=orphans training.steps=$long --hosts hosts &
    launcher=$!
    until grep -qs 'epoch' "$place/again.err" || ! kill -0 $launcher 2>/dev/null; do sleep 0.05; done
    signal TERM $launcher
    wait $launcher || code=$?
    check "TERM ends a launcher with 75" test $code = 75
    check "and all learners" gone
    check "elsewhere the run is not resumed" \
        bash -c "cd '$place/head' && ! '$cohort' run mutual.yaml name=orphans training.steps=$long 2>/dev/null"
    check "the run is resumed" launch resumed run mutual.yaml name=orphans training.steps=$long \
        --hosts hosts --resume must
    check "and comes to the same weights" same_weights head/runs/orphans local/runs/long
}

# The network to a host goes, and comes back when the launcher has given up.
lost_host() {
    launch lost run mutual.yaml name=lost restarts=0 training.steps=1000000 exchange.timeouts.step=5 \
        --hosts hosts --ssh-option ServerAliveInterval=1 --ssh-option ServerAliveCountMax=2 &
    local launcher=$! code=0
    wait_for_checkpoints $launcher lost || return 0
    ip -n "$tag-head" link set two down
    wait $launcher || code=$?
    check "a host that is lost ends the run with 69" test $code = 69
    check "and is named" grep -q "'b' is out of reach: could not reach two" "$place/lost.err"
    check "logs of the others are gathered" test -s "$place/head/runs/lost/latest/learners/a/log.txt"
    ip -n "$tag-head" link set two up
    check "what it ran ends by itself" gone
}

# The network to a host goes, so that ssh gives up, and comes back.
cut_off() {
    launch cut run mutual.yaml name=cut training.steps=$long --hosts hosts \
        --ssh-option ServerAliveInterval=1 --ssh-option ServerAliveCountMax=2 &
    local launcher=$!
    wait_for_checkpoints $launcher cut || return 0
    ip -n "$tag-head" link set two down
    until grep -q "'b' is out of reach" "$place/cut.err" || ! kill -0 $launcher 2>/dev/null; do sleep 0.05; done
    ip -n "$tag-head" link set two up
    check "a run goes on when a host comes back" wait $launcher
    check "b was cut off, and started again" grep -q 'b: resume' "$place/cut.err"
    check "it comes to the weights of one that nobody cut" same_weights head/runs/cut local/runs/long
}

copied_data() {
    mkdir -p "$place/head/data"
    printf '\0\0\10\3\0\0\0\50\0\0\0\4\0\0\0\4%640s' '' >"$place/head/data/images"
    { printf '\0\0\10\1\0\0\0\50'; printf '\0\1%.0s' {1..20}; } >"$place/head/data/labels"
    cat >"$place/head/own.yaml" <<END
data: {set: idx, options: {images: data/images, labels: data/labels}, validation: 8}
training: {steps: 2, batch: 4}
learners: {a: {model: mlp}, b: {model: mlp}}
teaching: [mutual: [a, b]]
END
    expect "data that a host lacks are named" 66 'data/images' launch check doctor own.yaml --hosts single
    expect "and copied when asked for" 0 'root@one:22 *a, b *yes .*same *ok' \
        launch check doctor own.yaml --hosts single --copy
}

stages() {
    cp "$place"/head/runs/killed/latest/learners/a/checkpoints/step-0000$long/model.safetensors "$place/head/w.safetensors"
    cat >"$place/head/stages.yaml" <<END
data: {set: digits}
training: {steps: 60, batch: 16, optimizer: {kind: sgd, rate: 0.1}}
learners:
  w: {model: mlp, options: {hidden: [32]}, role: teacher, weights: w.safetensors}
  t: {model: plain-cnn}
  s: {model: mlp, options: {hidden: [16]}}
teaching:
  - teach: {from: w, to: t}
  - teach: {from: t, to: s, staged: true}
compare: {alone: true}
END
    echo "root@one:22 slots=3 dir=$place/one" >"$place/head/single"
    check "stages, sent weights and students alone" \
        launch stages run stages.yaml exchange.security=plain --hosts single
    cp "$place/head/w.safetensors" "$place/local/"
    reference stages
    check "come to the same weights" same_weights head/runs/stages local/runs/stages
    check "with what they did in each stage" test -s \
        "$place/head/runs/stages/latest/stages/2/learners/t/log.txt" -a -s \
        "$place/head/runs/stages/latest/alone/learners/s/log.txt"
}

say "setting up"
set_up
refusals
whole_run
killed_learner
first_failure
killed_launcher
lost_host
cut_off
stages
copied_data
[ $failures -eq 0 ] || { say "$failures checks failed"; exit 1; }
say "all good"
