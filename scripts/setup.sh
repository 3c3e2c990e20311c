#!/usr/bin/env bash
# Installs the system packages that Cohort needs to build, run its demonstration and its tests,
# if any is missing, and checks the Swift toolchain. Quick and silent where nothing is missing.
#
#   scripts/setup.sh [--tests]      --tests: also what tests need: an ssh server, Python's venv, a
#                                   browser, fonts that become images
set -euo pipefail

packages=(
    libopenblas0-pthread  # the measure of cohort bench
    libzmq3-dev           # messages between learners
    faketime              # clocks that jump, for scripts/reliability.sh
    zlib1g-dev            # compressed data sets
    libpng-dev            # pictures in PNG files
    libjpeg-dev           # and in JPEG files
    dataset-fashion-mnist # images that tests and experiments train on
    wordnet-base          # texts that tests and experiments train on
    openssh-client        # cohorts across hosts
)
# Kept apart, as Debian starts the server on this machine.
[ "${1-}" != --tests ] || packages+=(
    openssh-server iproute2 python3-venv chromium fonts-aenigma python3-pil)
swift_minimum=6.2

say() { printf 'setup: %s\n' "$*" >&2; }

missing_packages() {
    local package
    for package in "${packages[@]}"; do
        # shellcheck disable=SC2016 # the format is dpkg's, not the shell's
        [ "$(dpkg-query -W -f='${Status}' "$package" 2>/dev/null)" = 'install ok installed' ] ||
            echo "$package"
    done
}

# Runs a command as root; what fails in passing (a lock, the network) is tried three times.
as_root() {
    local prefix=() attempt
    if [ "$(id -u)" -ne 0 ]; then
        command -v sudo >/dev/null || { say "run this as root, or install sudo"; exit 77; }
        prefix=(sudo)
    fi
    for attempt in 1 2 3; do
        "${prefix[@]}" env DEBIAN_FRONTEND=noninteractive "$@" >&2 && return
        [ "$attempt" -eq 3 ] || { say "that failed; again in $((attempt * 3)) seconds"; sleep $((attempt * 3)); }
    done
    say "failed three times: $*"
    return 1
}

install_missing() {
    local missing
    mapfile -t missing < <(missing_packages)
    [ "${#missing[@]}" -gt 0 ] || return 0
    say "installing ${missing[*]}"
    as_root apt-get -qq update || say "the package lists are as they were"
    as_root apt-get -qq install -y --no-install-recommends "${missing[@]}" || exit 69
}

check_swift() {
    local version
    command -v swift >/dev/null ||
        { say "Swift $swift_minimum or newer is needed: https://www.swift.org/install/linux"; exit 69; }
    version=$(swift --version 2>/dev/null | sed -n 's/.*Swift version \([0-9][0-9.]*\).*/\1/p' | head -n 1)
    if [ "$(printf '%s\n' "$swift_minimum" "${version:-0}" | sort -V | head -n 1)" != "$swift_minimum" ]; then
        say "this is Swift ${version:-of an unknown version}; $swift_minimum or newer is needed:" \
            "https://www.swift.org/install/linux"
        exit 76
    fi
}

check_apt() {
    command -v apt-get >/dev/null ||
        { say "no apt here; install what Debian calls: ${packages[*]}"; exit 69; }
}

check_apt
install_missing
check_swift
