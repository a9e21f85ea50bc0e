"""How a file becomes events: read by a process of its own, then written as rows, all or none."""

import json
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

from django.db import transaction

from tools import ToolError
from tools.builtin.reader_process import read_from_thread
from tools.models import CalendarEvent
from tools.text import clean

READER = Path(__file__).with_name("ics_reader.py")
PROCESSOR_SECONDS = 10
SECONDS = 15.0
MAX_FILE_BYTES = 1_000_000
TOO_LARGE = f"The file is larger than {MAX_FILE_BYTES // 1_000_000} MB. Export a part of the calendar."
EMPTY = "There is no event in the file."
TOO_HARD = "The file takes too long to read. Export a part of the calendar."
FULL = (
    f"The calendar would have more than {CalendarEvent.MAX_OF_A_PERSON:,} events, or more than "
    f"{CalendarEvent.MAX_RULES_OF_A_PERSON} that repeat. Remove some first."
)


Plain = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Imported:
    """How many events were made; `left_out` has (title, why) for those that were not."""

    count: int
    left_out: tuple[tuple[str, str], ...]


def import_file(
    person_id: int, name: str, raw: bytes, *, zone: ZoneInfo, seconds: int = PROCESSOR_SECONDS
) -> Imported:
    """Put a file's events into a calendar, instead of those with their UIDs; ToolError says why not."""
    if len(raw) > MAX_FILE_BYTES:
        raise ToolError(TOO_LARGE)
    question = json.dumps({"zone": zone.key, "seconds": seconds}).encode() + b"\n" + raw
    try:
        said = json.loads(read_from_thread(READER, question, seconds=SECONDS))
    except ValueError:  # it was ended for taking too much
        raise ToolError(TOO_HARD) from None
    if "refused" in said:
        raise ToolError(said["refused"])
    if not said["events"] and not said["left_out"]:
        raise ToolError(EMPTY)
    events = [_row(event, person_id, clean(name)[-100:]) for event in _without_replaced(said["events"])]
    _replace(person_id, events)
    return Imported(len(events), tuple((clean(left["title"]), left["why"]) for left in said["left_out"]))


def _without_replaced(events: list[Plain]) -> list[Plain]:
    """Let each series skip the starts that single events with its UID stand for; drop what is cancelled."""
    replaced: dict[str, list[str]] = {}
    for event in events:
        if event["replaces"]:
            replaced.setdefault(event["uid"], []).append(event["replaces"])
    return [
        event | {"skipped": event["skipped"] + _on_clock(replaced.get(event["uid"], []), event["zone"])}
        for event in events
        if not event["cancelled"]
    ]


def _on_clock(starts: list[str], zone: str) -> list[str]:
    read = [datetime.fromisoformat(start) for start in starts]
    local = [each.astimezone(ZoneInfo(zone)).replace(tzinfo=None) if each.tzinfo else each for each in read]
    return [each.isoformat() for each in local]


def _row(event: Plain, person_id: int, name: str) -> CalendarEvent:
    return CalendarEvent(
        person_id=person_id,
        title=clean(event["title"]),
        place=clean(event["place"]),
        starts_at=datetime.fromisoformat(event["starts_at"]),
        ends_at=datetime.fromisoformat(event["ends_at"]),
        is_all_day=event["is_all_day"],
        zone=event["zone"],
        rule=event["rule"],
        repeats_until=datetime.fromisoformat(event["until"]) if event["until"] else None,
        skipped=event["skipped"],
        uid=clean(event["uid"]),
        file=name,
    )


@transaction.atomic
def _replace(person_id: int, events: list[CalendarEvent]) -> None:
    known = [uid for uid in {event.uid for event in events} if uid]
    for begin in range(0, len(known), 500):  # SQLite takes so many parameters at once
        CalendarEvent.objects.filter(person_id=person_id, uid__in=known[begin : begin + 500]).delete()
    if not CalendarEvent.room_for(person_id, len(events), sum(bool(event.rule) for event in events)):
        raise ToolError(FULL)
    CalendarEvent.objects.bulk_create(events, batch_size=200)
