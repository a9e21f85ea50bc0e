"""Where log lines go, and what they never carry."""

import logging
import re
import sys
from types import TracebackType
from typing import Any

ENTER_LINK = re.compile(r"(/enter/)[^\s/?\"']+")


class MaskedLines(logging.Formatter):
    """Takes secrets out of a finished line: its message, what was filled into it, and its traceback."""

    def format(self, record: logging.LogRecord) -> str:
        # The settings name this class, so what reads them can only be imported once there are lines.
        from conversations.masking import masked
        from tools.redaction import without_secrets

        return masked(without_secrets(ENTER_LINK.sub(r"\1...", super().format(record))))


def everything_to_stderr(level: str) -> dict[str, Any]:
    """Return the configuration of Python's logging."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "formatters": {"line": {"()": MaskedLines, "fmt": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "formatter": "line"},
            "null": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET", "propagate": True},
            # Anyone can send a wrong Host, and each one would fill a screen.
            "django.security.DisallowedHost": {"handlers": ["null"], "propagate": False},
            # What servers do wrong is told where they are looked after, and would fill a screen each time.
            "mcp": {"handlers": ["null"], "propagate": False},
            "client": {"handlers": ["null"], "propagate": False},  # a part of `mcp` names itself so
        },
    }


def log_uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    """Take the place of `sys.excepthook`, which prints a program's last words as they are."""
    if issubclass(kind, KeyboardInterrupt):
        sys.__excepthook__(kind, error, trace)
    else:
        logging.getLogger("clearcall").critical("This program failed.", exc_info=(kind, error, trace))
