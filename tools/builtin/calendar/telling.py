"""How an event is told to people: when it is, and how often, in words."""

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from tools.models import CalendarEvent

STEPS = {"DAILY": "day", "WEEKLY": "week", "MONTHLY": "month", "YEARLY": "year"}
FURTHER = {"BYDAY", "BYMONTHDAY", "BYMONTH", "BYSETPOS", "BYWEEKNO", "BYYEARDAY"}


def when(event: CalendarEvent, zone: ZoneInfo) -> str:
    """Say "Mon 1 June 2026, 09:00 to 10:00, every week"."""
    own = ZoneInfo(event.zone) if event.is_all_day else zone
    begin, end = event.starts_at.astimezone(own), event.ends_at.astimezone(own)
    often = how_often(event, own)
    return (
        f"{_whole_days(begin, end) if event.is_all_day else _hours(begin, end)}{', ' if often else ''}{often}"
    )


def how_often(event: CalendarEvent, zone: ZoneInfo) -> str:
    """Say "every 2 weeks, until Mon 1 June 2026", or "" for an event that happens once."""
    if not event.rule:
        return ""
    parts = dict(part.split("=", 1) for part in event.rule.upper().split(";") if "=" in part)
    interval, step = parts.get("INTERVAL", "1"), STEPS.get(parts.get("FREQ", ""), "")
    every = f"every {step}" if interval == "1" else f"every {interval} {step}s"
    words = [f"{every} on certain days" if FURTHER & set(parts) else every]
    if event.repeats_until:
        words.append(f"until {_day(event.repeats_until.astimezone(zone))}")
    return ", ".join(words)


def _whole_days(begin: datetime, end: datetime) -> str:
    last = end - timedelta(days=1)
    return _day(begin) if last.date() <= begin.date() else f"{_day(begin)} to {_day(last)}"


def _hours(begin: datetime, end: datetime) -> str:
    if begin == end:
        return f"{_day(begin)}, {begin:%H:%M}"
    until = f"{end:%H:%M}" if end.date() == begin.date() else f"{_day(end)}, {end:%H:%M}"
    return f"{_day(begin)}, {begin:%H:%M} to {until}"


def _day(moment: datetime) -> str:
    return f"{moment:%a} {moment.day} {moment:%B} {moment.year}"
