"""Whose clock times follow."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings


def zone_of(person: Any = None) -> ZoneInfo:
    """Return the person's own time zone, or the installation's where they name none that there is."""
    return _named(getattr(person, "time_zone", "")) or ZoneInfo(settings.TIME_ZONE)


def _named(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a name that is a folder, such as "Europe"
        return None
