"""When an event happens within a stretch of time, by the clock of whoever asks."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr

from tools.models import CalendarEvent

DAYS_OF_A_STEP = {"DAILY": 1, "WEEKLY": 7}
"""Months and years differ in length, and there are few of them."""

MAX_OF_ONE_RULE = 400
"""Within what is asked for: a day has far fewer, and a year of a daily event fits."""


@dataclass(frozen=True, slots=True)
class Occurrence:
    """One time at which an event happens; `starts_at` and `ends_at` are in the asker's zone."""

    event: CalendarEvent
    starts_at: datetime
    ends_at: datetime


def between(person_id: int, begin: datetime, end: datetime, *, zone: ZoneInfo) -> list[Occurrence]:
    """List what a person has between two moments, by its start, on the clock of `zone`."""
    # A date is meant for wherever its person is: up to a day away from the moments that are stored.
    day = timedelta(days=1)
    found = CalendarEvent.perhaps_between(person_id, begin - day, end + day)
    occurrences = [
        each for event in found for each in _of(event, begin, end, zone=zone) if _is_within(each, begin, end)
    ]
    return sorted(occurrences, key=lambda each: (each.starts_at, each.event.pk))


def _of(event: CalendarEvent, begin: datetime, end: datetime, *, zone: ZoneInfo) -> Iterator[Occurrence]:
    own = ZoneInfo(event.zone)
    lasts = event.ends_at - event.starts_at
    if not event.rule:
        yield _placed(event, event.starts_at.astimezone(own), lasts, zone)
        return
    for start in islice(_starts(event, own, begin - lasts, end), MAX_OF_ONE_RULE):
        yield _placed(event, start, lasts, zone)


def _starts(event: CalendarEvent, own: ZoneInfo, begin: datetime, end: datetime) -> Iterator[datetime]:
    first = event.starts_at.astimezone(own).replace(tzinfo=None)
    slack = timedelta(days=2)
    last = end.astimezone(own).replace(tzinfo=None) + slack
    if event.repeats_until:
        last = min(last, event.repeats_until.astimezone(own).replace(tzinfo=None))
    skipped = set(event.skipped)
    after = begin.astimezone(own).replace(tzinfo=None) - slack
    rule = rrulestr(event.rule, dtstart=_later(first, after, event.rule))
    for start in rule.xafter(after, inc=True):
        if start > last:
            return
        if start.isoformat() not in skipped:
            yield start.replace(tzinfo=own)


def _later(first: datetime, after: datetime, rule: str) -> datetime:
    """Give a start that leads to the same later ones: the steps of many years are not gone one by one."""
    parts = dict(part.split("=", 1) for part in rule.upper().split(";"))
    days = DAYS_OF_A_STEP.get(parts["FREQ"], 0) * int(parts.get("INTERVAL", "1"))
    if not days or after <= first:
        return first
    return first + timedelta(days=(after - first).days // days * days)


def _placed(event: CalendarEvent, start: datetime, lasts: timedelta, zone: ZoneInfo) -> Occurrence:
    if event.is_all_day:
        days = max(1, round(lasts / timedelta(days=1)))
        midnight = datetime.combine(start.date(), time(), zone)
        return Occurrence(event, midnight, midnight + timedelta(days=days))
    # The length is counted in UTC, so that an hour stays one when the clocks change.
    ends_at = start.astimezone(UTC) + lasts
    return Occurrence(event, start.astimezone(zone), ends_at.astimezone(zone))


def _is_within(each: Occurrence, begin: datetime, end: datetime) -> bool:
    return each.starts_at < end and (each.ends_at > begin or each.starts_at >= begin)
