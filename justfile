# The daily verbs. `just` alone lists them.

python := env("SAGA_VENV", ".venv") / "bin/python"
compile := python + " -m piptools compile --quiet --generate-hashes --no-strip-extras --allow-unsafe --no-header --no-emit-index-url --no-emit-find-links --no-emit-trusted-host --no-emit-options"

default:
    @just --list

# make the environment with the test tools, show what there is to do
setup:
    python3 manage_all.py test --help

# start everything
up:
    python3 manage_all.py up

# stop everything
down:
    python3 manage_all.py down

# the whole suite with all checks
check:
    python3 manage_all.py test

# tests without the checks: just test tests/common -k outbox
test *arguments:
    python3 manage_all.py test --no-lint {{arguments}}

# what can be mended by itself is mended, the rest is said
lint:
    {{python}} -m ruff check --fix .
    {{python}} -m ruff format .
    {{python}} -m mypy

# join the translations' parts, say what is missing
messages:
    {{python}} orchestrator_svc/manage.py join_translations

# Extras stay in the lock: without them an old pip takes pytest-cov's coverage[toml] for
# another package, which has no hash.
# write the locks anew from requirements/*.in, within their bounds (Python 3.11)
lock *options:
    {{compile}} {{options}} --output-file requirements/base.txt requirements/base.in
    {{compile}} {{options}} --output-file requirements/dev.txt requirements/dev.in
    {{compile}} {{options}} --output-file requirements/mongod.txt requirements/mongod.in
