"""Apache Kafka: one broker that is its own controller (KRaft)."""

from __future__ import annotations

import socket
import subprocess
import uuid
from pathlib import Path

from kafka import KafkaAdminClient
from kafka.errors import KafkaError

from common.conf.service import HOST
from compose.infra.kafka import jars
from compose.infra.part import Site, Tell, infra_process
from compose.local.problem import Problem
from compose.local.topology import ProcessSpec

PORT = 9092
CONTROLLER_PORT = 9093
# Foreign producers may send more than we do; what they send must be had to be refused.
MAX_RECORD_BYTES = 8 * 1024 * 1024
HEAP = ("-Xms256m", "-Xmx512m")

PROPERTIES = f"""\
process.roles=broker,controller
node.id=1
controller.quorum.voters=1@{HOST}:{{controller}}
listeners=PLAINTEXT://{HOST}:{{port}},CONTROLLER://{HOST}:{{controller}}
controller.listener.names=CONTROLLER
log.dirs={{data}}
auto.create.topics.enable=false
message.max.bytes={MAX_RECORD_BYTES}
# One broker: nothing can be replicated, and nobody need be waited for.
offsets.topic.replication.factor=1
offsets.topic.num.partitions=8
transaction.state.log.replication.factor=1
transaction.state.log.min.isr=1
transaction.state.log.num.partitions=4
group.initial.rebalance.delay.ms=0
# After a kill the controller takes the dead broker for alive so long, and lets no other
# in under its number.
broker.session.timeout.ms=2000
broker.heartbeat.interval.ms=500
# A test may want to see a dead member's end soon.
group.min.session.timeout.ms=1000
num.network.threads=2
num.io.threads=4
# What a kill of the process leaves in the page cache is not lost; what a loss of power
# takes is, on one broker, unless it syncs as our databases do.
log.flush.interval.ms=1000
"""


class KafkaPart:
    """One broker, reached over loopback only."""

    name = "kafka"

    def __init__(self, site: Site) -> None:
        self._site = site
        self.port = PORT + site.offset
        self.processes: tuple[ProcessSpec, ...] = (
            infra_process(
                "kafka",
                self.name,
                self.port,
                self._java("kafka.Kafka", str(self._configuration)),
            ),
        )

    @property
    def url(self) -> str:
        """The address for LOG_URL."""
        return f"kafka://{HOST}:{self.port}"

    @property
    def _configuration(self) -> Path:
        return self._site.root / "run" / "kafka.properties"

    def missing(self) -> str:
        """Where Java or, before the first time, Maven is not there."""
        return jars.missing()

    def prepare(self, tell: Tell) -> None:
        """The jars are there, and the broker's folder is formatted."""
        jars.ensure(tell)
        data = self._site.make_data(self.name, "")
        self._configuration.write_text(
            PROPERTIES.format(
                port=self.port,
                controller=CONTROLLER_PORT + self._site.offset,
                data=data,
            )
        )
        if not (data / "meta.properties").exists():
            tell("formatting the broker's folder")
            self._format()

    def complaint(self, spec: ProcessSpec) -> str:
        """Until it tells who is in its cluster."""
        try:
            # Asked first, for an admin that finds nobody leaves its sockets open.
            socket.create_connection((HOST, self.port), timeout=1).close()
            brokers = self._brokers()
        except (KafkaError, OSError) as error:
            return f"no answer on port {self.port} ({error})"
        return "" if brokers else "has no broker yet"

    def _brokers(self) -> list[dict[str, object]]:
        admin = KafkaAdminClient(bootstrap_servers=f"{HOST}:{self.port}")
        try:
            found: list[dict[str, object]] = admin.describe_cluster()["brokers"]
            return found
        finally:
            admin.close()

    def settle(self) -> None:
        """The services make their topics themselves."""

    def _java(self, main: str, *arguments: str) -> tuple[str, ...]:
        return (
            "java",
            *HEAP,
            # Short pauses matter less than the CPU that a concurrent collector takes.
            *(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-XX:+ExitOnOutOfMemoryError",
            ),
            f"-Dlog4j2.configurationFile={jars.HERE / 'log4j2.properties'}",
            *("-cp", f"{jars.folder()}/*", main, *arguments),
        )

    def _format(self) -> None:
        tool = self._java("kafka.tools.StorageTool", "format")
        cluster = str(uuid.uuid4())
        done = subprocess.run(
            [*tool, "-t", cluster, "-c", str(self._configuration)],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            check=False,
        )
        if done.returncode != 0:
            raise Problem(f"Kafka's storage tool failed:\n{done.stdout.strip()}", 1)
