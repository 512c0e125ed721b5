#!/bin/sh
# Makes compose/.env out of .env.example, with secrets of its own in it.
#
#   compose/make-env.sh              the services keep their data in MongoDB
#   compose/make-env.sh postgres     … in PostgreSQL
set -eu

here="$(cd "$(dirname "$0")" && pwd)"
target="${ENV_FILE:-$here/.env}"
database="${1:-mongodb}"

case "$database" in
mongodb | postgres) ;;
*)
    echo "make-env.sh: there is no database '$database'; it is mongodb or postgres." >&2
    exit 2
    ;;
esac
if [ -e "$target" ]; then
    echo "make-env.sh: $target is there already, and its secrets open the data that are." >&2
    echo "Change it by hand, or move it away first." >&2
    exit 1
fi

secret() {
    od -An -N24 -tx1 /dev/urandom | tr -d ' \n'
}

umask 077
while IFS= read -r line; do
    case "$line" in
    SECRET_KEY= | *_PASSWORD=)
        line="$line$(secret)"
        ;;
    COMPOSE_PROFILES=*)
        line="COMPOSE_PROFILES=$database"
        ;;
    '#'*_DATABASE_URL=postgres:*)
        if [ "$database" = postgres ]; then line="${line#\#}"; fi
        ;;
    esac
    printf '%s\n' "$line"
done <"$here/.env.example" >"$target"
echo "$target is made: $database, with new secrets. Start everything: "
echo "  docker compose --file $here/docker-compose.yml up --detach --wait"
