"""`get_calendar_events` reads the person's own day, in their own time zone."""

import json
from datetime import datetime, timedelta
from typing import Any

import pytest
from django.contrib.auth import get_user_model

from tests.tools.conftest import BERLIN
from tools import ToolContext, ToolError
from tools.builtin.calendar.events import get_calendar_events
from tools.builtin.calendar.sample import seed_calendar
from tools.execution import run
from tools.models import CalendarEvent
from tools.people import Person


def note(person: Person, title: str, starts_at: datetime, *, minutes: int = 30) -> None:
    CalendarEvent.objects.create(
        person_id=person.pk, title=title, starts_at=starts_at, ends_at=starts_at + timedelta(minutes=minutes)
    )


def on(day: int, hour: int, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=BERLIN)


def titles(told: dict[str, Any]) -> list[str]:
    return [event["title"] for event in told["events"]]


@pytest.fixture
def evening(alice: Person) -> ToolContext:
    """Friday the 29th, half past ten in the evening in Berlin."""
    return ToolContext(person=alice, time_zone=BERLIN, now=on(29, 22, 30))


def test_a_day_is_the_persons_day_and_not_utcs(alice: Person, evening: ToolContext) -> None:
    note(alice, "late", on(29, 23, 30))
    note(alice, "early", on(30, 0, 30))
    assert titles(get_calendar_events(evening)) == ["late"]
    assert titles(get_calendar_events(evening, date="tomorrow")) == ["early"]
    assert titles(get_calendar_events(evening, date="2026-05-30")) == ["early"]


def test_events_are_shown_in_order_with_local_times(alice: Person, evening: ToolContext) -> None:
    note(alice, "second", on(29, 12))
    note(alice, "first", on(29, 9))
    told = get_calendar_events(evening, date="Today")
    assert titles(told) == ["first", "second"]
    assert told["events"][0]["starts_at"] == "2026-05-29T09:00+02:00"
    assert (told["date"], told["weekday"]) == ("2026-05-29", "Friday")


def test_an_event_over_midnight_belongs_to_both_days(alice: Person, evening: ToolContext) -> None:
    note(alice, "party", on(29, 23), minutes=120)
    note(alice, "alarm", on(30, 0), minutes=0)
    assert titles(get_calendar_events(evening)) == ["party"]
    assert titles(get_calendar_events(evening, date="tomorrow")) == ["party", "alarm"]


def test_anothers_calendar_is_never_read(bob: Person, evening: ToolContext) -> None:
    note(bob, "secret", on(29, 12))
    assert titles(get_calendar_events(evening)) == []


@pytest.mark.parametrize("written", ["someday", "2026-13-01", "29.5.2026", "0001-01-01", "9999-12-31"])
def test_what_is_no_date_is_a_sentence(evening: ToolContext, written: str) -> None:
    with pytest.raises(ToolError, match=r"\.$"):
        get_calendar_events(evening, date=written)


@pytest.mark.django_db(transaction=True)
async def test_it_runs_as_the_model_calls_it(evening: ToolContext, alice: Person) -> None:
    checked = get_calendar_events.check('{"date": "today"}')
    arguments = checked.arguments  # type: ignore[union-attr]
    outcome = await run(get_calendar_events, arguments, evening, deadline=30, result_limit=1000)
    assert json.loads(outcome.result)["events"] == []


def test_the_demo_calendar_has_something_today_and_tomorrow_once(alice: Person) -> None:
    context = ToolContext.for_person(alice)
    assert seed_calendar(alice) == 5
    assert seed_calendar(alice) == 0
    assert get_user_model().objects.get(pk=alice.pk).calendar_events.count() == 5
    assert titles(get_calendar_events(context, date="today"))
    assert titles(get_calendar_events(context, date="tomorrow"))
