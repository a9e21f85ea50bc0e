"""A program of its own that reads an iCalendar file, whatever is in it, into plain events.

Parsing such a file, and going through what a rule means, may have no end; only a process can be ended in
the middle, here after so many seconds of processor time. It takes {"zone", "seconds"} as JSON in the first
line of its input and the file after it, and writes {"events", "left_out"} or {"refused"}. What stands for one
start of a series names that start in "replaces".
"""

import json
import resource
import signal
import sys
from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from icalendar import Calendar, Component

MEMORY_BYTES = 1024 * 1024 * 1024
SECONDS_FOR_A_RULE = 0.5
"""Of processor time, to go through what a rule means in the years to come."""

YEARS_TO_COME = 40
MAX_EVENTS, MAX_DATES, MAX_COUNT, MAX_DAYS = 2_000, 500, 10_000, 400
FIRST_YEAR, LAST_YEAR = 1900, 2999
FREQUENCIES = {"DAILY", "WEEKLY", "MONTHLY", "YEARLY"}
PARTS = {
    "FREQ",
    "INTERVAL",
    "COUNT",
    "WKST",
    "BYDAY",
    "BYMONTH",
    "BYMONTHDAY",
    "BYSETPOS",
    "BYWEEKNO",
    "BYYEARDAY",
}

Plain = dict[str, Any]


class LeftOut(Exception):
    """Why one event is not taken, in a sentence."""


class TooLong(Exception):
    """The time for a rule is over."""


def main() -> None:
    """Read the one file that stands on the input."""
    asked = json.loads(sys.stdin.buffer.readline())
    resource.setrlimit(resource.RLIMIT_CPU, (asked["seconds"], asked["seconds"]))
    _bounded_memory()
    signal.signal(signal.SIGVTALRM, _ring)
    try:
        said = read(sys.stdin.buffer.read(), ZoneInfo(asked["zone"]))
    except (ValueError, RecursionError, MemoryError, LookupError, AttributeError, TypeError, TooLong):
        # Whatever the parser stumbles over: the file is nobody's bug.
        said = {"refused": "The file is no calendar (.ics), or is damaged. Nothing was taken; save it anew."}
    json.dump(said, sys.stdout)


def read(raw: bytes, zone: ZoneInfo) -> Plain:
    """Read all events of a file; `zone` is whose clock a time without a zone is meant for."""
    if raw.upper().count(b"BEGIN:VEVENT") > MAX_EVENTS:
        return {"refused": f"The file has more than {MAX_EVENTS:,} events. Export a part of the calendar."}
    events: list[Plain] = []
    left_out: list[Plain] = []
    components = [each for file in Calendar.from_ical(raw, multiple=True) for each in file.walk("VEVENT")]
    for component in components:
        try:
            events += list(_events(component, zone))  # all of it or nothing
        except LeftOut as reason:
            left_out.append({"title": _text(component, "SUMMARY"), "why": str(reason)})
        except (ValueError, TypeError, AttributeError, OverflowError, LookupError):
            left_out.append({"title": _text(component, "SUMMARY"), "why": "Its dates cannot be read."})
    return {"events": events, "left_out": left_out}


def _bounded_memory() -> None:
    try:
        resource.setrlimit(resource.RLIMIT_AS, (MEMORY_BYTES, MEMORY_BYTES))
    except (ValueError, OSError):  # a system that does not know it, or has less already
        return


def _ring(number: int, frame: object) -> None:
    raise TooLong


def _events(component: Component, zone: ZoneInfo) -> Iterator[Plain]:
    start = _one(component, "DTSTART")
    if start is None:
        raise LeftOut("It has no start.")
    own = _zone_of(start, zone)
    begin, lasts = _local(start, own), _length(component, start, own)
    replaces = _one(component, "RECURRENCE-ID")
    event = {
        "uid": _text(component, "UID"),
        "title": _text(component, "SUMMARY") or "Untitled",
        "place": _text(component, "LOCATION"),
        "zone": own.key,
        "is_all_day": not isinstance(start, datetime),
        "cancelled": _text(component, "STATUS").upper() == "CANCELLED",
        "replaces": _replaced(replaces, own) if replaces is not None else "",
        "rule": "",
        "until": None,
        "skipped": [],
    }
    rule, until = _rule(component, begin, own) if not event["replaces"] else ("", None)
    skipped = [_local(each, own).isoformat() for each in _dates(component, "EXDATE")]
    yield event | _times(begin, lasts, own) | {"rule": rule, "until": until, "skipped": skipped}
    for extra in _dates(component, "RDATE"):
        yield event | _times(_local(extra, own), lasts, own)


def _rule(component: Component, begin: datetime, own: ZoneInfo) -> tuple[str, str | None]:
    written = component.get("RRULE")
    if written is None:
        return "", None
    if isinstance(written, list) or component.get("EXRULE"):
        raise LeftOut("It repeats by several rules at once.")
    parts = {name.upper(): values for name, values in written.items()}
    until = parts.pop("UNTIL", [None])[0]
    _refuse_odd(parts)
    last = _followed(_text_of(written, without=("UNTIL",)), begin)
    text = _text_of(written, without=("UNTIL", "COUNT"))  # its last start says as much as its count
    if len(text) > 500:
        raise LeftOut("Its rule is too long.")
    if until is not None:
        last = min(_last(until, own), last or datetime.max)
    return text, _moment(last, own) if last else None


def _text_of(rule: Any, *, without: tuple[str, ...]) -> str:
    kept = rule.copy()
    for name in without:
        kept.pop(name, None)
    return str(kept.to_ical().decode())


def _refuse_odd(parts: dict[str, list[Any]]) -> None:
    frequency = str(parts.get("FREQ", [""])[0]).upper()
    if frequency not in FREQUENCIES or not set(parts) <= PARTS:
        raise LeftOut("It repeats more often than daily, or in a way that is not understood.")
    interval, count = int(parts.get("INTERVAL", [1])[0]), int(parts.get("COUNT", [1])[0])
    if not 1 <= interval <= 1_000 or not 1 <= count <= MAX_COUNT:
        raise LeftOut("Its rule counts too far.")


def _followed(text: str, begin: datetime) -> datetime | None:
    """Go through the years to come; give the last start where the rule itself has an end in them."""
    far = begin.replace(year=min(begin.year + YEARS_TO_COME, LAST_YEAR), day=1)
    last: datetime | None = None
    signal.setitimer(signal.ITIMER_VIRTUAL, SECONDS_FOR_A_RULE)
    try:
        for start in rrulestr(text, dtstart=begin):
            if start > far:
                return None
            last = start
    except TooLong:  # which of many rules never apply is not to be told from those that seldom do
        last = None
    finally:
        signal.setitimer(signal.ITIMER_VIRTUAL, 0)
    if last is None:
        raise LeftOut("Its rule applies too seldom, if ever.")
    return last


def _length(component: Component, start: date, own: ZoneInfo) -> timedelta:
    end, lasts = _one(component, "DTEND"), _one(component, "DURATION")
    if end is not None:
        lasts = _instant(_local(end, own), own) - _instant(_local(start, own), own)
        if not isinstance(start, datetime):
            lasts = _local(end, own) - _local(start, own)
    elif not isinstance(lasts, timedelta):
        lasts = timedelta(0) if isinstance(start, datetime) else timedelta(days=1)
    if not timedelta(0) <= lasts <= timedelta(days=MAX_DAYS):
        raise LeftOut(f"It ends before it starts, or lasts for more than {MAX_DAYS} days.")
    return lasts


def _times(begin: datetime, lasts: timedelta, own: ZoneInfo) -> Plain:
    if not FIRST_YEAR <= begin.year <= LAST_YEAR:
        raise LeftOut(f"It does not lie between the years {FIRST_YEAR} and {LAST_YEAR}.")
    return {"starts_at": _moment(begin, own), "ends_at": (_instant(begin, own) + lasts).isoformat()}


def _dates(component: Component, name: str) -> list[date]:
    written = component.get(name, [])
    lists = written if isinstance(written, list) else [written]
    found = [each.dt for group in lists for each in group.dts]
    if len(found) > MAX_DATES:
        raise LeftOut(f"It names more than {MAX_DATES} dates.")
    return [each[0] if isinstance(each, tuple) else each for each in found]


def _one(component: Component, name: str) -> Any:
    written = component.get(name)
    written = written[0] if isinstance(written, list) else written
    return None if written is None else written.dt


def _text(component: Component, name: str) -> str:
    written = component.get(name, "")
    written = written[0] if isinstance(written, list) else written
    return " ".join(str(written)[:1000].split())[:200]


def _zone_of(start: date, zone: ZoneInfo) -> ZoneInfo:
    """Give the zone that the event names; one that only the file describes becomes the person's own."""
    named = getattr(start, "tzinfo", None)
    return named if isinstance(named, ZoneInfo) else zone


def _local(written: Any, own: ZoneInfo) -> datetime:
    """Give what the clock in the event's zone shows."""
    if not isinstance(written, date):
        raise LeftOut("Its dates cannot be read.")
    if not isinstance(written, datetime):
        return datetime.combine(written, time())
    return written if written.tzinfo is None else written.astimezone(own).replace(tzinfo=None)


def _last(until: date, own: ZoneInfo) -> datetime:
    """Give the last moment of a rule; a date counts whole."""
    return _local(until, own) if isinstance(until, datetime) else datetime.combine(until, time.max)


def _instant(local: datetime, own: ZoneInfo) -> datetime:
    return local.replace(tzinfo=own).astimezone(UTC)


def _moment(local: datetime, own: ZoneInfo) -> str:
    return _instant(local, own).isoformat()


def _replaced(start: date, own: ZoneInfo) -> str:
    """Name the start in a series that an event stands for: a moment, or a day as the clock shows it."""
    return _moment(_local(start, own), own) if isinstance(start, datetime) else _local(start, own).isoformat()


if __name__ == "__main__":
    main()
