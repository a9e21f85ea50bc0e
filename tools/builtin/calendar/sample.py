"""A few events for the demo account, so that the first question about today has an answer."""

from datetime import datetime, time, timedelta

from tools.builtin.calendar.days import bounds
from tools.context import ToolContext
from tools.models import CalendarEvent
from tools.people import Person

SAMPLE = [
    # days from today, start, minutes, title, place
    (0, time(9, 30), 30, "Team check-in", "Meeting room 2"),
    (0, time(12, 30), 60, "Lunch with the design group", "Canteen"),
    (0, time(16, 0), 45, "Review of the quarterly plan", "Video call"),
    (1, time(10, 0), 60, "Dentist", "14 Mill Lane"),
    (1, time(15, 0), 90, "Workshop on tool calling", "Meeting room 1"),
]


def seed_calendar(person: Person) -> int:
    """Give a person events unless they have any from today on; return how many were made."""
    context = ToolContext.for_person(person)
    today = context.now.date()
    begin, _ = bounds(today, context.time_zone)
    if CalendarEvent.objects.filter(person_id=person.pk, ends_at__gte=begin).exists():
        return 0
    events = []
    for days, starts, minutes, title, place in SAMPLE:
        start = datetime.combine(today + timedelta(days=days), starts, context.time_zone)
        end = start + timedelta(minutes=minutes)
        events.append(
            CalendarEvent(
                person_id=person.pk,
                title=title,
                place=place,
                starts_at=start,
                ends_at=end,
                zone=context.time_zone.key,
            )
        )
    return len(CalendarEvent.objects.bulk_create(events))
