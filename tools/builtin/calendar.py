"""`get_calendar_events`: what the person has on a day, in their own calendar only."""

from datetime import date as Date
from datetime import datetime, time, timedelta
from typing import Annotated, Any
from zoneinfo import ZoneInfo

from django.db.models import Q
from pydantic import Field

from tools import ToolContext, ToolError, tool
from tools.models import CalendarEvent

MAX_EVENTS = 100
"""A fuller day than this is an import gone wrong, and would crowd out the chat."""

DAYS = {"yesterday": -1, "today": 0, "tomorrow": 1}


@tool(safe_to_repeat=True)
def get_calendar_events(
    context: ToolContext,
    date: Annotated[
        str, Field(description="An ISO date such as '2026-05-31', or 'yesterday', 'today' or 'tomorrow'.")
    ] = "today",
) -> dict[str, Any]:
    """List the events in the person's own calendar on one day."""
    day = _day(date, context)
    begin, end = bounds(day, context.time_zone)
    # An event without a length belongs to the day in which it starts.
    within = Q(starts_at__lt=end) & (Q(ends_at__gt=begin) | Q(starts_at__gte=begin))
    events = CalendarEvent.objects.filter(within, person_id=context.person.pk)
    return {
        "date": day.isoformat(),
        "weekday": f"{day:%A}",
        "time_zone": context.time_zone.key,
        "events": [_shown(event, context.time_zone) for event in events[:MAX_EVENTS]],
    }


def bounds(day: Date, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """Give the moments at which a day begins and ends in a zone."""
    return datetime.combine(day, time(), zone), datetime.combine(day + timedelta(days=1), time(), zone)


def _day(written: str, context: ToolContext) -> Date:
    word = written.strip().lower() or "today"
    today = context.now.astimezone(context.time_zone).date()
    if word in DAYS:
        return today + timedelta(days=DAYS[word])
    try:
        day = Date.fromisoformat(word)
    except ValueError:
        raise ToolError(
            f"{written[:64]!r} is no date. Write it as {today.isoformat()}, or 'today'."
        ) from None
    if (
        not 1900 <= day.year <= 2999
    ):  # near the ends of the calendar a zone's offset leaves what dates can hold
        raise ToolError("The date must lie between the years 1900 and 2999.")
    return day


def _shown(event: CalendarEvent, zone: ZoneInfo) -> dict[str, str]:
    return {
        "title": event.title,
        "starts_at": event.starts_at.astimezone(zone).isoformat(timespec="minutes"),
        "ends_at": event.ends_at.astimezone(zone).isoformat(timespec="minutes"),
        "place": event.place,
    }
