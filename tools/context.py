"""What a tool may know of the person for whom it runs."""

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from django.utils import timezone

from tools.zones import zone_of

if TYPE_CHECKING:
    from tools.people import Person

Report = Callable[[float, float | None, str], None]
"""Takes how much is done, of how much (None where that is not known), and a sentence or ""."""


@dataclass(frozen=True, slots=True)
class ToolContext:
    """Given to a parameter annotated with it, and never shown to the model; `now` is in the person's zone."""

    person: "Person"
    time_zone: ZoneInfo
    now: datetime
    report: Report = field(default=lambda *_: None, repr=False)

    @classmethod
    def for_person(cls, person: "Person", report: Report | None = None) -> "ToolContext":
        """Take the person's own time zone, or the installation's where they have named none."""
        zone = zone_of(person)
        context = cls(person=person, time_zone=zone, now=timezone.now().astimezone(zone))
        return replace(context, report=report) if report else context

    def progress(self, done: float, total: float | None = None, message: str = "") -> None:
        """Tell the person who waits how far the call has come; from any thread, as often as it pleases."""
        self.report(done, total, message)
