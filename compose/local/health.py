"""Whether a process does its work, asked over HTTP."""

from __future__ import annotations

import http.client
import json
from typing import Any

from common.conf.service import HOST
from compose.local.topology import ProcessSpec


def complaint(spec: ProcessSpec) -> str:
    """Why this process is not healthy yet; empty when it is."""
    if spec.kind == "web":
        return web_complaint(spec.port)
    _status, body, silence = _asked(spec.port, "/health")
    return silence or _worker_complaint(body, spec.environment.get("WORKER_NAME"))


def web_complaint(port: int) -> str:
    """Why the web process on this port can't serve yet; empty when it can."""
    status, body, silence = _asked(port, "/readyz")
    if silence or status == 200:
        return silence
    return f"/readyz answers {status}: {body[:200]}"


def _asked(port: int, path: str) -> tuple[int, str, str]:
    """Status and body, or why there is none."""
    try:
        return *_get(port, path), ""
    except (OSError, http.client.HTTPException) as error:
        return 0, "", f"{path} on port {port} does not answer ({error})"


def _worker_complaint(body: str, name: str | None) -> str:
    """A worker is healthy when its service's /health says that it is at work."""
    try:
        check: dict[str, Any] = json.loads(body)["checks"]["worker"]
        if check["status"] != "up":
            return f"/health says of it: {check}"
        if name is not None and name not in check["members"]:
            return f"/health does not name it among {check['members']}"
    except (ValueError, LookupError, TypeError):
        return f"/health does not tell of a worker: {body[:200]}"
    return ""


def _get(port: int, path: str) -> tuple[int, str]:
    # No library that would look for a proxy on the way to this machine itself.
    connection = http.client.HTTPConnection(HOST, port, timeout=5)
    try:
        connection.request("GET", path, headers={"Host": f"localhost:{port}"})
        answer = connection.getresponse()
        return answer.status, answer.read().decode(errors="replace")
    finally:
        connection.close()
