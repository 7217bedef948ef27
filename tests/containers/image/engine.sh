# shellcheck shell=bash
# Functions for the scripts that build images, among them one that starts a Docker engine.
# Needs Debian and root if something is missing.

# Debian installs dockerd and debootstrap here, and a user's PATH may lack the folder.
export PATH=$PATH:/usr/sbin:/sbin
export DEBIAN_FRONTEND=noninteractive

scratch=$(mktemp -d -p /var/tmp)
trap 'rm -rf "$scratch"' EXIT

fail() {
    echo "$(basename "$0"): $1" >&2
    exit 1
}

# Runs a command silently; if it fails, the end of its output is shown.
quietly() {
    local what=$1
    shift
    echo "$what"
    "$@" >"$scratch/log" 2>&1 </dev/null || {
        tail -n 20 "$scratch/log" >&2
        fail "failed: $what"
    }
}

need_root() {
    [ "$(id -u)" = 0 ] || fail "must run as root to $1."
}

update_lists() { # once per run
    [ -n "${updated:-}" ] || quietly "Updating apt's package lists" apt-get update -q
    updated=1
}

install_missing() { # install_missing COMMAND PACKAGE
    command -v "$1" >/dev/null && return
    need_root "install $2"
    update_lists
    quietly "Installing $2" apt-get install -qy --no-install-recommends "$2"
}

# Imports a root file system of Debian as an image, unless the image exists.
import_base() { # import_base IMAGE CODENAME PACKAGES
    docker image inspect "$1" >/dev/null 2>&1 && return
    install_missing debootstrap debootstrap
    need_root "run debootstrap"
    # Mirrors are read from apt's lists, which small images delete.
    update_lists
    quietly "Installing $3 for Debian $2 into a new root file system" \
        "$shared/rootfs.sh" "$2" "$3" "$scratch/rootfs.tar"
    quietly "Importing it as $1" docker import "$scratch/rootfs.tar" "$1"
}

engine_answers() {
    timeout 10 docker info >/dev/null 2>&1
}

# Waits for the engine, until the deadline or the end of the given process.
wait_for_engine() {
    until engine_answers; do
        ((SECONDS < deadline)) && kill -0 "$1" 2>/dev/null || return 1
        sleep 0.5
    done
}

start_engine() {
    local deadline=$((SECONDS + 60)) engine_log options pid
    # Installing the package may have started a service that is not ready yet.
    pid=$(cat /run/docker.pid 2>/dev/null || true)
    if [ -n "$pid" ] && grep -qx dockerd "/proc/$pid/comm" 2>/dev/null; then
        echo "Waiting for the running dockerd"
        wait_for_engine "$pid" && return
    fi
    engine_log=$(mktemp --suffix=.dockerd.log)
    # The plain defaults first. A kernel without netfilter needs the second
    # (ports are then published by the engine's own proxy), and one without
    # overlay mounts the third; dockerd exits at once when options do not fit.
    for options in "" "--iptables=false" "--iptables=false --storage-driver=vfs"; do
        echo "Starting dockerd${options:+ $options}"
        # setsid: the engine must outlive this script and its terminal.
        # shellcheck disable=SC2086
        setsid nohup dockerd $options >>"$engine_log" 2>&1 </dev/null &
        pid=$!
        wait_for_engine "$pid" && return
        kill "$pid" 2>/dev/null && break
    done
    tail -n 20 "$engine_log" >&2
    fail "no Docker engine could be started within 60 seconds; the log is $engine_log."
}

shared=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
if ! command -v docker >/dev/null || ! engine_answers; then
    install_missing dockerd docker.io
    install_missing docker docker-cli # its own package since Debian 13
    need_root "start dockerd"
    engine_answers || start_engine
fi
# Newer Docker clients build with a plugin that may not be installed.
docker buildx version >/dev/null 2>&1 || export DOCKER_BUILDKIT=0
