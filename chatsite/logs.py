"""Where log lines go, and what they never carry."""

import logging
import re
from typing import Any

ENTER_LINK = re.compile(r"(/enter/)[^\s/?\"']+")


class WithoutEnterLinks(logging.Filter):
    """Take the secret out of enter links, wherever a logged line carries one."""

    def filter(self, record: logging.LogRecord) -> bool:
        message = record.getMessage()
        if "/enter/" in message:
            record.msg, record.args = ENTER_LINK.sub(r"\1...", message), ()
        return True


def everything_to_stderr(level: str) -> dict[str, Any]:
    """Return the configuration of Python's logging."""
    return {
        "version": 1,
        "disable_existing_loggers": False,
        "filters": {"no_links": {"()": WithoutEnterLinks}},
        "formatters": {"line": {"format": "%(asctime)s %(levelname)s %(name)s: %(message)s"}},
        "handlers": {
            "stderr": {"class": "logging.StreamHandler", "filters": ["no_links"], "formatter": "line"},
            "null": {"class": "logging.NullHandler"},
        },
        "root": {"handlers": ["stderr"], "level": level},
        "loggers": {
            "django": {"handlers": [], "level": "NOTSET", "propagate": True},
            # Anyone can send a wrong Host, and each one would fill a screen.
            "django.security.DisallowedHost": {"handlers": ["null"], "propagate": False},
        },
    }
