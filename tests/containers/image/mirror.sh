#!/bin/bash
# Prints the address of the Debian mirror that this machine's apt uses.
set -euo pipefail

# The first of apt's addresses that debootstrap can read too.
# shellcheck disable=SC2016  # $(REPO_URI) is apt's own syntax
mirror=$(apt-get indextargets --format '$(REPO_URI)' \
    'Origin: Debian' 'Label: Debian' 'Component: main' 'Identifier: Packages' |
    awk '/^(https?|file):/ && !found++')
if [ -z "$mirror" ]; then
    echo "apt on this machine knows no Debian mirror." >&2
    exit 1
fi
echo "$mirror"
