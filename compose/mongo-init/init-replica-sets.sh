#!/bin/sh
# Makes the four one-node replica sets, without which MongoDB has no transactions, and
# ends when each has a primary. Harmless when run again: `docker compose restart
# mongo-init` mends a set that was never made, and leaves the others alone.
set -eu

# Its home is where it keeps its history; nothing else here can be written.
export HOME=/tmp
exec mongosh --quiet --nodb --file "$(dirname "$0")/init-replica-sets.js"
