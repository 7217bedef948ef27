#!/bin/bash
# Starts PostgreSQL, and creates the cluster first if there is none. Reads
# POSTGRES_USER, POSTGRES_PASSWORD and POSTGRES_DB; arguments go to the server.
set -euo pipefail

# PostgreSQL refuses to run as root. The owner of the data folder is changed at run time,
# because a volume or a tmpfs mounted there belongs to root.
if [ "$(id -u)" = 0 ]; then
    install -d -o postgres -g postgres -m 700 "$PGDATA"
    chown -R postgres:postgres "$PGDATA"
    exec setpriv --reuid=postgres --regid=postgres --init-groups "$0" "$@"
fi

if [ ! -s "$PGDATA/PG_VERSION" ]; then
    user=${POSTGRES_USER:-postgres}
    database=${POSTGRES_DB:-$user}
    if [ -z "${POSTGRES_PASSWORD:-}" ]; then
        echo "POSTGRES_PASSWORD is not set: give the superuser a password." >&2
        exit 1
    fi

    initdb --pgdata="$PGDATA" --username="$user" --encoding=UTF8 --locale=C.UTF-8 \
        --auth-local=trust --auth-host=scram-sha-256 \
        --pwfile=<(printf '%s\n' "$POSTGRES_PASSWORD")
    echo "host all all all scram-sha-256" >>"$PGDATA/pg_hba.conf"

    # Single-user mode does not listen, so no client can mistake an incomplete cluster
    # for a ready one, and the log says "ready to accept connections" only once.
    case $database in
        postgres | template0 | template1) ;;
        *)
            printf 'CREATE DATABASE "%s"\n' "${database//\"/\"\"}" |
                postgres --single -D "$PGDATA" -c exit_on_error=on postgres >/dev/null
            ;;
    esac
fi

# Commands written for the official image begin with the program's name.
if [ "${1:-}" = postgres ]; then
    shift
fi
# These come before the caller's arguments, which take precedence.
exec postgres -D "$PGDATA" -c listen_addresses='*' "$@"
