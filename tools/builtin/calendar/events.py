"""`get_calendar_events` and `create_calendar_event`: the person's own calendar, and nobody else's."""

from datetime import UTC, datetime, timedelta
from datetime import date as Date
from datetime import time as Time
from typing import Annotated, Any, Literal

from django.db import transaction
from pydantic import Field

from tools import ToolContext, ToolError, tool
from tools.builtin.calendar.days import bounds, day, in_bounds, moment
from tools.builtin.calendar.occurrences import Occurrence, between
from tools.models import CalendarEvent

MAX_EVENTS = 100
"""A fuller day than this is an import gone wrong, and would crowd out the chat."""

LONGEST_MINUTES = 14 * 24 * 60
Repeats = Literal["never", "daily", "weekly", "monthly", "yearly"]


@tool(safe_to_repeat=True)
def get_calendar_events(
    context: ToolContext,
    date: Annotated[
        str, Field(description="An ISO date such as '2026-05-31', or 'yesterday', 'today' or 'tomorrow'.")
    ] = "today",
) -> dict[str, Any]:
    """List the events in the person's own calendar on one day."""
    asked = day(date, context)
    found = between(context.person.pk, *bounds(asked, context.time_zone), zone=context.time_zone)
    told = {
        "date": asked.isoformat(),
        "weekday": f"{asked:%A}",
        "time_zone": context.time_zone.key,
        "events": [_shown(each) for each in found[:MAX_EVENTS]],
    }
    left_out = len(found) - MAX_EVENTS
    return {**told, "left_out": left_out} if left_out > 0 else told


@tool(effects="writes")
def create_calendar_event(  # noqa: PLR0913  # what an event has, each by its name
    context: ToolContext,
    title: Annotated[str, Field(min_length=1, max_length=200, description="What it is.")],
    # No "tomorrow": it would be another day by the time that somebody allows it.
    date: Annotated[Date, Field(description="An ISO date such as '2026-05-31'.")],
    time: Annotated[
        str,
        Field(
            description="When it starts, such as '14:30', by the person's clock; empty for the whole day.",
            json_schema_extra={"format": "time"},
        ),
    ] = "",
    minutes: Annotated[int, Field(ge=0, le=LONGEST_MINUTES, description="How long it takes.")] = 60,
    place: Annotated[str, Field(max_length=200, description="Where it is.")] = "",
    repeats: Repeats = "never",
    until: Annotated[
        Date | None, Field(description="The ISO date on which a repeating event may start for the last time.")
    ] = None,
) -> dict[str, Any]:
    """Put a new event into the person's own calendar."""
    begin, end = _span(in_bounds(date), time, minutes, context)
    event = CalendarEvent(
        person_id=context.person.pk,
        title=_named(title),
        place=" ".join(place.split()),
        starts_at=begin,
        ends_at=end,
        is_all_day=not time.strip(),
        zone=context.time_zone.key,
        rule="" if repeats == "never" else f"FREQ={repeats.upper()}",
        repeats_until=_until(until, repeats, date, context=context),
    )
    with transaction.atomic():
        if not CalendarEvent.room_for(context.person.pk, 1, int(bool(event.rule))):
            raise ToolError("The calendar is full. The person can remove events on the calendar's page.")
        event.save()
    shown = _shown(Occurrence(event, event.starts_at, event.ends_at))
    return {"created": shown, "repeats": repeats, "time_zone": event.zone}


def _span(date: Date, time: str, minutes: int, context: ToolContext) -> tuple[datetime, datetime]:
    if not time.strip():
        return bounds(date, context.time_zone)
    begin = moment(date, time, context)
    return begin, (begin.astimezone(UTC) + timedelta(minutes=minutes)).astimezone(context.time_zone)


def _named(title: str) -> str:
    name = " ".join(title.split())
    if not name:
        raise ToolError("The event has no title. Say what it is.")
    return name


def _until(last: Date | None, repeats: Repeats, first: Date, *, context: ToolContext) -> datetime | None:
    if last is None:
        return None
    if repeats == "never":
        raise ToolError("An event that does not repeat has no last date. Leave it out.")
    if in_bounds(last) < first:
        raise ToolError("The last date lies before the start.")
    return datetime.combine(last, Time.max, context.time_zone)


def _shown(each: Occurrence) -> dict[str, str]:
    return {
        "title": each.event.title,
        "starts_at": each.starts_at.isoformat(timespec="minutes"),
        "ends_at": each.ends_at.isoformat(timespec="minutes"),
        "place": each.event.place,
    } | ({"all_day": "yes"} if each.event.is_all_day else {})
