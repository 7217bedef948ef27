#!/bin/bash
# Builds the API's image without an image registry: on a base that is made from Debian
# packages, with wheels that this machine's pip downloads. Installs what running compose.yaml needs
# also: Docker's compose, and the PostgreSQL image of the tests. Needs Debian and root, unless
# everything is installed already. The last line of its output is the image's name.
set -euo pipefail

image=rowlock-test
codename=trixie # has Python 3.13
root=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
"$root/tests/containers/image/build.sh"
# shellcheck source=../containers/image/engine.sh
. "$root/tests/containers/image/engine.sh"

# Debian 12 has only the old docker-compose; the package of the next release runs here too.
install_compose() {
    docker compose version >/dev/null 2>&1 && return
    need_root "install docker-compose"
    update_lists
    local lists="$scratch/$codename"
    mkdir -p "$lists"
    echo "deb [signed-by=/usr/share/keyrings/debian-archive-keyring.gpg]" \
        "$("$shared/mirror.sh") $codename main" >"$lists.list"
    local apt=(apt-get -q -o "Dir::Etc::SourceList=$lists.list" -o Dir::Etc::SourceParts=-
        -o "Dir::State::Lists=$lists" -o Dir::Cache::pkgcache= -o Dir::Cache::srcpkgcache=
        -o APT::Sandbox::User=root)
    quietly "Reading the package lists of Debian $codename" "${apt[@]}" update
    (cd "$scratch" && quietly "Downloading docker-compose" "${apt[@]}" download docker-compose)
    quietly "Installing docker-compose" apt-get install -qy "$scratch"/docker-compose_*.deb
}

base=rowlock-test-python:$codename-$(sha256sum "$shared/rootfs.sh" | cut -c1-12)
install_compose
import_base "$base" "$codename" python3,python3-venv
quietly "Downloading the wheels" "$root/.venv/bin/python" -m pip download --no-deps \
    --require-hashes --only-binary :all: --requirement "$root/requirements-server.txt" \
    --dest "$root/.wheels"
quietly "Building $image" docker build --network=none --build-arg BASE="$base" \
    --build-arg PIP_NO_INDEX=1 --tag "$image" "$root"
echo "$image"
