"""Logs: JSON lines in production, readable lines else; secrets are masked in both."""

from __future__ import annotations

import logging.config
import re
from typing import Any

import structlog
from structlog.typing import EventDict, Processor, WrappedLogger

from common.conf.env import env_choice
from common.conf.profile import Profile, profile

MASK = "***"
LEVELS = ("DEBUG", "INFO", "WARNING", "ERROR")
_secret_name = re.compile(
    r"password|passwd|secret|token|authorization|cookie|api_?key|payment_?key",
    re.IGNORECASE,
)
_secret_in_url = re.compile(r"(?<=://)([^:/@\s]*):([^@/\s]+)@")
_secret_in_text = re.compile(r"\b(Basic|Bearer)\s+[\w.~+/=-]{6,}", re.IGNORECASE)
# Toss's secret keys, and its sandbox's.
_toss_key = re.compile(r"\b((?:test|live)_g?sk_)\w+")


def masked(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
    """The event with the values of secret names, and secrets in texts, masked."""
    return {name: _masked_value(name, value) for name, value in event.items()}


def _masked_value(name: str, value: Any) -> Any:
    if _secret_name.search(name):
        return MASK
    if isinstance(value, str):
        return masked_text(value)
    if isinstance(value, dict):
        return {key: _masked_value(str(key), inner) for key, inner in value.items()}
    return value


def masked_text(text: str) -> str:
    """`text` without passwords of addresses, Authorization headers and Toss's keys."""
    text = _secret_in_url.sub(rf"\1:{MASK}@", text)
    text = _toss_key.sub(rf"\1{MASK}", text)
    return _secret_in_text.sub(rf"\1 {MASK}", text)


def shared_processors() -> list[Processor]:
    """What every line passes, whoever wrote it: context, level, time."""
    return [
        structlog.contextvars.merge_contextvars,
        structlog.stdlib.add_log_level,
        structlog.stdlib.add_logger_name,
        structlog.stdlib.PositionalArgumentsFormatter(),
        structlog.processors.TimeStamper(fmt="iso", utc=True),
        structlog.stdlib.ExtraAdder(),
    ]


def logging_settings(service: str) -> dict[str, Any]:
    """LOGGING of a service: everything to standard error, where supervisor keeps it."""
    level = env_choice("LOG_LEVEL", LEVELS, "INFO")
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": formatter, "service": service}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            # A 4xx is the client's affair, and 5xx are logged where they are made.
            "django.request": {"level": "CRITICAL"},
            "django.security": {"level": "CRITICAL"},
            "httpx": {"level": "WARNING"},
            "kombu": {"level": "WARNING"},
            # What goes wrong it tells us too, and we say it once; it says it for each
            # try, and at DEBUG it writes every record that it sends.
            "kafka": {"level": "CRITICAL"},
            # A batch is a task, and the beat rings every second: no line for each.
            "celery.app.trace": {"level": "WARNING"},
            "celery.worker.strategy": {"level": "WARNING"},
            "celery.beat": {"level": "WARNING"},
        },
    }


def formatter(service: str) -> logging.Formatter:
    """Turns every record, of structlog or of the standard library, into one line."""

    def named(_: WrappedLogger, __: str, event: EventDict) -> EventDict:
        event["service"] = service
        return event

    return structlog.stdlib.ProcessorFormatter(
        foreign_pre_chain=shared_processors(),
        processors=[
            structlog.stdlib.ProcessorFormatter.remove_processors_meta,
            named,
            *_renderers(),
        ],
    )


def _renderers() -> list[Processor]:
    if profile() is Profile.PRODUCTION:
        # Tracebacks become text first, so that they are masked too.
        format_exception = structlog.processors.format_exc_info
        return [format_exception, masked, structlog.processors.JSONRenderer()]
    console = structlog.dev.ConsoleRenderer(colors=False)
    return [structlog.processors.format_exc_info, masked, console]


def configure(config: dict[str, Any]) -> None:
    """Set up the standard library and structlog (Django's LOGGING_CONFIG)."""
    logging.config.dictConfig(config)
    structlog.configure(
        processors=[
            structlog.stdlib.filter_by_level,
            *shared_processors(),
            structlog.stdlib.ProcessorFormatter.wrap_for_formatter,
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=True,
    )
