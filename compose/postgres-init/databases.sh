#!/bin/sh
# Run once by the image of PostgreSQL, when it makes its cluster: each service has a role
# and a database of its own, and may enter no other.
set -eu

for service in order payment inventory orchestrator; do
    variable="$(echo "$service" | tr '[:lower:]' '[:upper:]')_DATABASE_PASSWORD"
    if [ -z "$(printenv "$variable")" ]; then
        echo "$variable is empty; compose/make-env.sh makes one" >&2
        exit 1
    fi
    # psql reads the password itself, so that it is in no list of processes.
    psql --no-psqlrc --set ON_ERROR_STOP=1 --username "$POSTGRES_USER" --dbname postgres \
        --set "service=$service" --set "variable=$variable" <<'SQL'
\getenv password :variable
CREATE ROLE :"service" LOGIN PASSWORD :'password';
CREATE DATABASE :"service" OWNER :"service";
REVOKE ALL ON DATABASE :"service" FROM PUBLIC;
SQL
done
