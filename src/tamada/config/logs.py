"""Structured logs: one JSON object a line on stderr, with no message bodies and no secrets."""

import json
import logging
import re
import time
import traceback
from typing import Any

from tamada.core.redact import redact

# `extra` keys that may be written: ids, counts, names of things. Anything else stays out of the log.
FIELDS = frozenset(
    [
        "attempt",
        "bytes",
        "channel",
        "code",
        "conversation",
        "count",
        "customer",
        "duration_ms",
        "event",
        "inbox",
        "job",
        "message_id",
        "method",
        "part",
        "path",
        "pid",
        "port",
        "process",
        "queue",
        "reason",
        "request_id",
        "size",
        "state",
        "status",
        "task",
        "team",
        "url",
        "user",
        "worker",
    ]
)


# JSON escapes line ends and the ASCII controls. These too could begin a line, move a terminal's cursor or turn the
# direction of what is read; half a surrogate pair would keep the line from being written at all.
_DISGUISES = re.compile("[\x7f-\x9f\u061c\u200e\u200f\u2028-\u202e\u2066-\u2069\ud800-\udfff]")
MOST_CAUSES = 5


class JsonFormatter(logging.Formatter):
    """Renders a record as JSON: time (UTC), level, logger, message, allowed extras, traceback."""

    def format(self, record: logging.LogRecord) -> str:
        line: dict[str, Any] = {
            "time": time.strftime("%Y-%m-%dT%H:%M:%S", time.gmtime(record.created)) + f".{int(record.msecs):03d}Z",
            "level": record.levelname.lower(),
            "logger": record.name,
            "message": redact(record.getMessage()),
        }
        line.update({key: _plain(value) for key, value in record.__dict__.items() if key in FIELDS})
        if record.exc_info:
            line["traceback"] = _frames(record.exc_info[1])
        text = json.dumps(line, ensure_ascii=False, default=str)
        return _DISGUISES.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def _plain(value: Any) -> Any:
    return redact(value) if isinstance(value, str) else value


def _frames(error: BaseException | None) -> str:
    """Where it happened and what kind of error it was, with its causes. What errors say can hold people's data: a
    database quotes the row it refuses, a codec the text it can't read.
    """
    parts: list[str] = []
    while error is not None and len(parts) < MOST_CAUSES:
        frames = "".join(traceback.format_tb(error.__traceback__))
        parts.append(f"{frames}{type(error).__module__}.{type(error).__qualname__}")
        error = error.__cause__ or (None if error.__suppress_context__ else error.__context__)
    return "\n\n".join(reversed(parts))


OUTAGES = frozenset({"tamada.core.cache", "tamada.core.limits", "tamada.core.machines"})
"""Loggers that tell of a server that is away, with everything that asks for it."""
SELDOM = 60.0


class Seldom(logging.Filter):
    """Lets each warning of `OUTAGES` through once in `SELDOM` seconds; `count` is how often it was meant since."""

    def __init__(self) -> None:
        super().__init__()
        self._said: dict[str, tuple[float, int]] = {}

    def filter(self, record: logging.LogRecord) -> bool:
        """Whether it is written. Threads may meet here: a line too many does no harm."""
        if record.name not in OUTAGES or record.levelno != logging.WARNING:
            return True
        now = time.monotonic()
        at, kept_back = self._said.get(record.msg, (now - SELDOM, 0))
        if now - at < SELDOM:
            self._said[record.msg] = (at, kept_back + 1)
            return False
        self._said[record.msg] = (now, 0)
        if kept_back:
            record.count = kept_back + 1
        return True


def logging_config(*, debug: bool) -> dict[str, Any]:
    """The dictConfig for every process."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"json": {"()": "tamada.config.logs.JsonFormatter"}},
        "filters": {"seldom": {"()": "tamada.config.logs.Seldom"}},
        "handlers": {"stderr": {"class": "logging.StreamHandler", "formatter": "json", "filters": ["seldom"]}},
        "root": {"handlers": ["stderr"], "level": "DEBUG" if debug else "WARNING"},
        "loggers": {
            "tamada": {"level": "DEBUG" if debug else "INFO"},
            "django": {"level": "INFO" if debug else "WARNING", "handlers": [], "propagate": True},
            # 4xx answers are the client's matter; 5xx still come through django.request at ERROR.
            "django.request": {"level": "ERROR"},
            "django.security.DisallowedHost": {"level": "CRITICAL"},
            "uvicorn": {"level": "WARNING"},
            "httpx": {"level": "WARNING"},
            "asyncio": {"level": "WARNING"},
        },
    }
