#!/usr/bin/env bash
# Runs the scripts of deploy/slurm on a real Slurm of two nodes on this machine: Debian's slurmctld,
# slurmd and munge, with all that they write in a folder of their own. Both jobs are preempted and
# must come to the same weights, to the bit, as `cohort run` without Slurm. Needs root; installs
# what is missing.
#
#   scripts/test-slurm.sh         NODES=1 in the environment makes do with one node
set -euo pipefail
cd "$(dirname "${BASH_SOURCE[0]}")/.."
export COHORT=$PWD/.build/release/cohort
packages=(slurmctld slurmd slurm-client munge)

say() { printf 'test-slurm: %s\n' "$*" >&2; }
fail() { say "$*"; exit 1; }

[ "$(id -u)" -eq 0 ] || { say "run this as root: it starts Slurm's daemons"; exit 77; }
[ -x "$COHORT" ] || { say "there is no $COHORT; build it by scripts/test.sh"; exit 66; }

install() {
    local attempt
    for attempt in 1 2 3; do
        apt-get -qq update >&2 || true
        DEBIAN_FRONTEND=noninteractive apt-get -qq install -y --no-install-recommends \
            "${packages[@]}" >&2 && return
        sleep $((attempt * 5))
    done
    say "apt could not install ${packages[*]}"
    exit 69
}
dpkg-query -W "${packages[@]}" >/dev/null 2>&1 || install

place=$(mktemp -d /tmp/cohort-slurm.XXXXXX)
daemons=()
finish() {
    local code=$?
    trap - EXIT
    scancel --user=root 2>/dev/null || true
    for daemon in "${daemons[@]}"; do kill "$daemon" 2>/dev/null || true; done
    wait
    if [ "$code" -ne 0 ]; then
        sed -i '/: epoch /d' "$place"/*.out 2>/dev/null || true
        tail -n 25 "$place"/*.out "$place"/log/slurm* >&2 || true
    fi
    rm -rf "$place"
    exit "$code"
}
trap finish EXIT
trap 'exit 130' INT TERM

# A TCP port of this host that nobody listens on.
free_port() {
    local port
    while port=$(shuf -i 20000-32000 -n 1); (: <"/dev/tcp/127.0.0.1/$port") 2>/dev/null; do :; done
    echo "$port"
}

# Nodes are told apart by their host names, so that each has a name space of its own, in which both
# names are known. Where that is not allowed there is one node.
node_list() {
    if [ "${NODES:-2}" -gt 1 ] && unshare --uts --mount true 2>/dev/null; then
        printf '127.0.0.1 localhost n1\n127.0.0.2 n2\n' >"$place/hosts"
        echo "NodeName=n1 NodeHostname=n1 NodeAddr=127.0.0.1 Port=$(free_port) CPUs=2"
        echo "NodeName=n2 NodeHostname=n2 NodeAddr=127.0.0.2 Port=$(free_port) CPUs=2"
    else
        echo "NodeName=$(hostname -s) NodeAddr=127.0.0.1 Port=$(free_port) CPUs=4"
    fi
}

# Starts a daemon, which stays in the foreground of its own.
start() {
    "$@" >>"$place/log/started" 2>&1 &
    daemons+=($!)
}

start_slurm() {
    mkdir "$place/log" "$place/state" "$place/spool"
    (umask 077 && head -c 1024 /dev/urandom >"$place/munge.key")
    export SLURM_CONF=$place/slurm.conf
    # A job that was put back starts again when its credentials are no longer good: 5 s, not 120.
    cat >"$SLURM_CONF" <<END
ClusterName=cohort
SlurmctldHost=$(hostname -s)(127.0.0.1)
SlurmctldPort=$(free_port)
AuthType=auth/munge
AuthInfo=socket=$place/munge.socket,cred_expire=5
CredType=cred/munge
SlurmUser=root
SlurmdUser=root
StateSaveLocation=$place/state
SlurmdSpoolDir=$place/spool/%n
SlurmctldPidFile=$place/slurmctld.pid
SlurmdPidFile=$place/slurmd-%n.pid
SlurmctldLogFile=$place/log/slurmctld
SlurmdLogFile=$place/log/slurmd-%n
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SchedulerParameters=sched_interval=1,bf_interval=1
SwitchType=switch/none
MpiDefault=none
SlurmdParameters=config_overrides
$(node_list)
PartitionName=all Nodes=ALL Default=YES MaxTime=INFINITE State=UP
END
    start munged --foreground --force --key-file="$place/munge.key" --socket="$place/munge.socket" \
        --pid-file="$place/munged.pid" --log-file="$place/log/munged" --seed-file="$place/munge.seed"
    until [ -S "$place/munge.socket" ]; do sleep 0.1; done
    start slurmctld -D -c
    local node
    while read -r node; do
        if [ -f "$place/hosts" ]; then
            start unshare --uts --mount bash -c 'hostname "$1" &&
                mount --bind "$2" /etc/hosts && exec slurmd -D -c -N "$1"' - "$node" "$place/hosts"
        else
            start slurmd -D -c -N "$node"
        fi
    done < <(sed -n 's/^NodeName=\([^ ]*\).*/\1/p' "$SLURM_CONF")
    within 30 'the nodes to be idle' all_idle
    say "$(sinfo --version), $(sinfo --noheader --format='%D nodes, %C processors (%N)')"
}

all_idle() { [ "$(sinfo --noheader --format=%T 2>/dev/null)" = idle ]; }

# Waits until a command is true.
within() {
    local deadline=$((SECONDS + $1)) what=$2
    shift 2
    until "$@"; do
        [ "$SECONDS" -lt "$deadline" ] || fail "waited in vain for $what"
        sleep 0.2
    done
}

weights() { grep -h weights_sha256 "$place"/runs/"$1"/latest/summary.json; }
field() { scontrol show job "$1" | grep -o "\b$2=[^ ]*" | cut -d= -f2; }
has_state() { [ "$(field "$1" JobState)" = "$2" ]; }
trains() { grep -qs '"epoch"' "$place"/runs/*/*-slurm"$1"/learners/*/metrics.jsonl; }

# A job: submitted, preempted by a command while it trains, and compared at its end with an
# undisturbed run of the same configuration.
preempted() {
    local name=$1 whole=$2 preempt=$3 job
    shift 3
    job=$(sbatch --parsable --output="$place/%j.out" "$@")
    within 60 "job $job to train" trains "$job"
    $preempt "$job"
    within 60 "job $job to be put back" has_state "$job" PENDING
    within 120 "job $job to end" has_state "$job" COMPLETED
    [ "$(field "$job" Restarts)" = 1 ] || fail "job $job was not preempted once"
    [ "$(grep -c ': resume after step ' "$place/$job.out")" = 3 ] ||
        fail "the learners of job $job did not resume"
    [ "$(weights "$name")" = "$(weights "$whole")" ] ||
        fail "job $job: other weights than without Slurm"
    say "job $job ($name), preempted by '$preempt': the weights of an undisturbed run, to the bit"
}

undisturbed() {
    "$COHORT" run "$@" "runs=$place/runs" >"$place/whole.out" 2>&1 || fail "cohort run failed"
}

# Two processors each for two tasks, of which the first has one learner. A job that is cancelled
# writes checkpoints as well, and is not put back.
cancelled() {
    local job
    job=$(sbatch --parsable --output="$place/%j.out" "$@")
    within 60 "job $job to train" trains "$job"
    within 10 "a task's only learner to use two processors" \
        grep -q 'a: start: .*, 2 threads' "$place/$job.out"
    scancel "$job"
    within 60 "job $job to be cancelled" has_state "$job" CANCELLED
    within 60 "job $job to have ended" all_idle
    if ! has_state "$job" CANCELLED || [ "$(field "$job" Restarts)" != 0 ]; then
        fail "job $job came back"
    fi
    say "job $job, cancelled: stays cancelled"
}

demonstration=deploy/experiments/digits-private.yaml
settings=(compare.alone=false training.steps=1500)
programs=$place/programs.conf
more="runs=$place/runs training.epochs=600"

start_slurm
# shellcheck disable=SC2086 # several words
sed "s|^\(.*teacher-students.yaml\)|\1 $more|" deploy/slurm/teacher-students.conf >"$programs"
undisturbed "$demonstration" "${settings[@]}" name=whole-demonstration
# shellcheck disable=SC2086
undisturbed deploy/slurm/teacher-students.yaml ${more#* } name=whole-teacher
preempted digits-private whole-demonstration 'scontrol requeue' \
    --ntasks=3 deploy/slurm/cohort.sbatch "$demonstration" "${settings[@]}" "runs=$place/runs"
preempted teacher-students whole-teacher 'scancel --signal=TERM --batch' \
    deploy/slurm/teacher-students.sbatch "$programs"
cancelled --ntasks=2 --cpus-per-task=2 deploy/slurm/cohort.sbatch "$demonstration" \
    training.steps=100000 "runs=$place/runs"
