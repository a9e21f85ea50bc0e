"""What a tool may know of the person for whom it runs."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from django.conf import settings
from django.utils import timezone

if TYPE_CHECKING:
    from tools.people import Person


@dataclass(frozen=True, slots=True)
class ToolContext:
    """Given to a parameter annotated with it, and never shown to the model; `now` is in the person's zone."""

    person: "Person"
    time_zone: ZoneInfo
    now: datetime

    @classmethod
    def for_person(cls, person: "Person") -> "ToolContext":
        """Take the person's own time zone, or the installation's where they have named none."""
        zone = _zone(getattr(person, "time_zone", "")) or ZoneInfo(settings.TIME_ZONE)
        return cls(person=person, time_zone=zone, now=timezone.now().astimezone(zone))


def _zone(name: str) -> ZoneInfo | None:
    try:
        return ZoneInfo(name) if name else None
    except (ZoneInfoNotFoundError, ValueError, OSError):  # OSError: a name that is a folder, such as "Europe"
        return None
