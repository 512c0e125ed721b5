"""A process of its own that uses a log: `actor.py ROLE ADDRESS ARGUMENTS`."""

from __future__ import annotations

import json
import sys
import threading
import time

from common.log.connect import connect
from common.log.port import NewRecord


def say(*words: str) -> None:
    """Print the words as one line of JSON."""
    sys.stdout.write(json.dumps(words) + "\n")
    sys.stdout.flush()


def publish(address: str, name: str, batches: str, size: str) -> None:
    """At a sign, publish batches of `name:batch:n`; say each when it is done."""
    publisher = connect(address).publisher()
    say("ready")
    sys.stdin.readline()
    for batch in range(int(batches)):
        values = [f"{name}:{batch}:{n}" for n in range(int(size))]
        publisher.publish(
            [
                NewRecord(topic="orders", key=f"{name}-{n % 9}", value=value.encode())
                for n, value in enumerate(values)
            ]
        )
        say(str(batch), str(time.monotonic()))


def consume(address: str, instance: str) -> None:
    """Say `partition offset value` of each record, until the input is closed."""
    log = connect(address)
    consumer = log.consumer("group", ["orders"], instance)
    done = threading.Event()

    def listen() -> None:
        sys.stdin.read()
        done.set()
        consumer.wake()

    threading.Thread(target=listen, daemon=True).start()
    say("ready")
    while not done.is_set():
        for each in consumer.poll(5, 50):
            say(str(each.partition), str(each.offset), each.value.decode())
        consumer.commit()
    log.close()


if __name__ == "__main__":
    if sys.argv[1] == "publish":
        publish(*sys.argv[2:])
    else:
        consume(*sys.argv[2:])
