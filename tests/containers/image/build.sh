#!/bin/bash
# Builds the PostgreSQL image that the tests run, from Debian packages only, and
# starts a Docker engine for it if none answers. Needs Debian and root, unless
# everything is installed already. The last line of its output is the image's name.
set -euo pipefail

image=rowlock-test-postgres
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
# shellcheck source=engine.sh
. "$here/engine.sh"

# shellcheck source=/dev/null
codename=$(. /etc/os-release && echo "${VERSION_CODENAME:-}") || fail "this machine is not Debian."
base=$image-base:$codename-$(sha256sum "$here/rootfs.sh" | cut -c1-12)
content=$({ echo "$base" && cat "$here/Dockerfile" "$here/entrypoint.sh"; } | sha256sum | cut -c1-64)
present=$(docker image inspect --format '{{index .Config.Labels "rowlock.content"}}' "$image" 2>/dev/null || true)

if [ "$present" != "$content" ]; then
    import_base "$base" "$codename" postgresql
    quietly "Building $image" docker build --network=none --build-arg BASE="$base" \
        --label rowlock.content="$content" --tag "$image" "$here"
fi
echo "$image"
