"""Whose clock the times of a page follow."""

from __future__ import annotations

from typing import Any
from zoneinfo import ZoneInfo

from django.conf import settings


def zone_of(person: Any) -> ZoneInfo:
    """Return the person's own time zone, or the installation's."""
    return ZoneInfo(getattr(person, "time_zone", "") or settings.TIME_ZONE)
