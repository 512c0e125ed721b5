"""What `/metrics` of the orchestrator says, after it has had something to tell.

Run as a program with the orchestrator's settings; it makes its database in STATE_DIR.
"""

from __future__ import annotations

import os


def main() -> None:
    """Print the page, once each kind of series is on it."""
    os.environ["DJANGO_SETTINGS_MODULE"] = "orchestrator_svc.settings"
    import django

    django.setup()

    from django.conf import settings
    from django.core.management import call_command
    from django.test import Client

    from common.contracts.topics import ALL_TOPICS
    from common.log.port import TopicSpec
    from common.messaging.service import this_service
    from common.web.health import event_log

    call_command("migrate", verbosity=0)
    event_log().admin().ensure_topics([TopicSpec(name=name) for name in ALL_TOPICS])
    service = this_service()
    consumer = event_log().consumer(service.group, service.topics, settings.WORKER_NAME)
    consumer.poll(0)
    client = Client()
    client.get("/api/orchestrator/sagas")
    print(client.get("/metrics").content.decode())
    consumer.close()


if __name__ == "__main__":
    main()
