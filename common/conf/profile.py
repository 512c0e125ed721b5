"""The profile decides how strict a process is: demo, test or production."""

from __future__ import annotations

import os
import secrets
from enum import StrEnum
from pathlib import Path

from common.conf.env import env_choice, env_list, env_str

MIN_SECRET_LENGTH = 32
LOOPBACK_HOSTS = ["localhost", "127.0.0.1", "[::1]"]
REPOSITORY = Path(__file__).resolve().parents[2]


class Profile(StrEnum):
    """For whom the system runs."""

    DEMO = "demo"
    TEST = "test"
    PRODUCTION = "production"


def profile() -> Profile:
    """The profile of this process (APP_PROFILE)."""
    return Profile(env_choice("APP_PROFILE", list(Profile), Profile.DEMO))


def state_dir() -> Path:
    """The folder that holds everything the system writes (STATE_DIR)."""
    return Path(env_str("STATE_DIR", str(REPOSITORY / "var"))).absolute()


def secret_key() -> str:
    """The signing key: given in production, made once and kept in STATE_DIR else."""
    if profile() is Profile.PRODUCTION or os.environ.get("SECRET_KEY"):
        return env_str("SECRET_KEY", min_length=MIN_SECRET_LENGTH)
    return _kept_secret(state_dir() / "secret_key")


def _kept_secret(path: Path) -> str:
    if not path.exists():
        _publish_secret(path)
    return path.read_text(encoding="ascii")


def _publish_secret(path: Path) -> None:
    """Write a new key at `path`, whole or not at all; the first of several wins."""
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_name(f"{path.name}.{os.getpid()}.{secrets.token_hex(4)}")
    handle = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(handle, "w", encoding="ascii") as file:
        file.write(secrets.token_urlsafe(48))
    try:
        os.link(draft, path)
    except FileExistsError:
        pass  # another process was first, and its key is the one that counts
    finally:
        draft.unlink()


def allowed_hosts() -> list[str]:
    """The Host headers that are answered: this machine's, and those in ALLOWED_HOSTS.

    Production answers those in ALLOWED_HOSTS only, and requires some.
    """
    if profile() is Profile.PRODUCTION:
        return env_list("ALLOWED_HOSTS")
    given = env_list("ALLOWED_HOSTS") if os.environ.get("ALLOWED_HOSTS") else []
    own = [*LOOPBACK_HOSTS, *(["testserver"] if profile() is Profile.TEST else [])]
    return [*own, *(host for host in given if host not in own)]
