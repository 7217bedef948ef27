#!/bin/bash
# Usage: rootfs.sh CODENAME PACKAGES OUT.tar
# Writes a root file system with these packages (separated by commas), made from the Debian mirror
# this machine's apt already uses, so that no image has to be downloaded.
set -euo pipefail
codename=$1
packages=$2
out=$3
mirror=$("$(dirname "${BASH_SOURCE[0]}")/mirror.sh")

# debootstrap fetches with wget, which does not read apt's proxy settings.
scheme=${mirror%%:*}
host=${mirror#*://}
host=${host%%[:/]*}
proxy=
for key in "Acquire::$scheme::Proxy::$host" "Acquire::$scheme::Proxy" Acquire::http::Proxy; do
    eval "$(apt-config shell proxy "$key")"
    [ -z "$proxy" ] || break
done
if [ -z "$proxy" ]; then # a program that apt is told to ask for the proxy
    proxy=$(/usr/lib/apt/apt-helper auto-detect-proxy "$mirror" |
        sed -n "s/^Using proxy '\(.*\)' for URL .*/\1/p")
fi
case $proxy in
    '') ;; # wget, like apt, then follows the environment
    DIRECT) export no_proxy=$host ;;
    *) export http_proxy=$proxy https_proxy=$proxy ;;
esac

# Not in /tmp, which may be mounted without device nodes.
root=$(mktemp -d -p /var/tmp)
trap 'rm -rf --one-file-system "$root"' EXIT
chmod 755 "$root"

debootstrap --foreign --force-check-gpg --variant=minbase --include="$packages" \
    "$codename" "$root" "$mirror"
# Two stages: between them, services are forbidden to start. Otherwise installing the
# package would run a server on this machine's own network.
install -m 755 /dev/stdin "$root/usr/sbin/policy-rc.d" <<<$'#!/bin/sh\nexit 101'
# Separate namespaces, so that no mount and no process outlives the installation.
unshare --mount --pid --fork --kill-child chroot "$root" \
    env DEBIAN_FRONTEND=noninteractive LC_ALL=C /debootstrap/debootstrap --second-stage </dev/null

# Left out: what the engine provides, what debootstrap copied from this
# machine, the cluster Debian's package makes, and what no test reads.
tar -C "$root" --one-file-system --numeric-owner -cf "$out" \
    --exclude='./dev/*' --exclude='./proc/*' --exclude='./sys/*' --exclude='./run/*' --exclude='./tmp/*' \
    --exclude=./etc/hostname --exclude=./etc/resolv.conf --exclude='./etc/apt/sources.list*' \
    --exclude='./etc/postgresql/*' --exclude='./var/lib/postgresql/*' --exclude='./etc/ssl/private/*' \
    --exclude='./debootstrap' --exclude='./var/cache/*' --exclude='./var/lib/apt/lists/*' --exclude='./var/log/*' \
    --exclude='./usr/share/doc/*' --exclude='./usr/share/man/*' --exclude='./usr/share/locale/*' .
