"""Whether a process does its work, asked over HTTP."""

from __future__ import annotations

import http.client
import json
from typing import Any

from common.conf.service import HOST
from compose.local.topology import ProcessSpec


def complaint(spec: ProcessSpec) -> str:
    """Why this process is not healthy yet; empty when it is."""
    path = "/readyz" if spec.kind == "web" else "/health"
    try:
        status, body = _get(spec.port, path)
    except (OSError, http.client.HTTPException) as error:
        return f"{path} on port {spec.port} does not answer ({error})"
    if spec.kind == "web":
        return "" if status == 200 else f"{path} answers {status}: {body[:200]}"
    return _worker_complaint(body, spec.environment.get("WORKER_NAME"))


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
