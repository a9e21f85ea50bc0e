"""The page of the calendar: one's own events are shown, removed and imported, and nobody else's."""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from html import unescape
from zoneinfo import ZoneInfo

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from chatsite.accounts.models import User
from tools.builtin.calendar.telling import when
from tools.models import CalendarEvent

SOON = datetime.now(UTC) + timedelta(days=1)


def words(client: Client, path: str = "/calendar/") -> str:
    page = client.get(path)
    assert page.status_code == 200
    return shown(page.content)


def shown(content: bytes) -> str:
    return re.sub(r"\s+", " ", unescape(re.sub(r"<[^>]+>", " ", content.decode())))


def event(person: User, title: str, *, at: datetime = SOON, **more: object) -> CalendarEvent:
    made = {"starts_at": at, "ends_at": at + timedelta(hours=1), **more}
    return CalendarEvent.objects.create(person=person, title=title, **made)


def file(*titles: str, rule: str = "") -> SimpleUploadedFile:
    events = "".join(
        f"BEGIN:VEVENT\r\nUID:{title}\r\nSUMMARY:{title}\r\nDTSTART:{SOON:%Y%m%dT%H%M%SZ}\r\n{rule}END:VEVENT\r\n"
        for title in titles
    )
    whole = f"BEGIN:VCALENDAR\r\n{events}END:VCALENDAR\r\n"
    return SimpleUploadedFile("team.ics", whole.encode(), content_type="text/calendar")


@pytest.fixture
def signed_in(client: Client, alice: User) -> Client:
    alice.time_zone = "Europe/Berlin"
    alice.save()
    client.force_login(alice)
    return client


def test_events_are_shown_by_the_persons_clock(signed_in: Client, alice: User) -> None:
    event(alice, "Dentist <b>", at=datetime(2099, 6, 1, 7, tzinfo=UTC), place="14 Mill Lane")
    event(alice, "Long gone", at=datetime(2020, 6, 1, 7, tzinfo=UTC))
    page = words(signed_in)
    assert "by the clock of Europe/Berlin" in page
    assert "Dentist <b> Mon 1 June 2099, 09:00 to 10:00 · 14 Mill Lane" in page
    assert page.index("Over: the last 1") < page.index("Long gone")


def test_an_empty_calendar_says_what_to_do(signed_in: Client) -> None:
    assert "Nothing is coming." in words(signed_in)


def test_what_repeats_is_coming_until_it_ends(signed_in: Client, alice: User) -> None:
    past = datetime(2020, 6, 1, 7, tzinfo=UTC)
    event(alice, "Standup", at=past, rule="FREQ=WEEKLY;INTERVAL=2;BYDAY=MO")
    event(alice, "Course", at=past, rule="FREQ=DAILY", repeats_until=past + timedelta(days=9))
    coming, over = words(signed_in).split("Over: the last")
    assert "Standup Mon 1 June 2020, 09:00 to 10:00, every 2 weeks on certain days" in coming
    assert "every day, until Wed 10 June 2020" in over


@pytest.mark.parametrize(
    ("more", "told"),
    [
        ({}, "Mon 1 June 2026, 09:00"),
        (
            {"ends_at": datetime(2026, 6, 1, 23, tzinfo=UTC)},
            "Mon 1 June 2026, 09:00 to Tue 2 June 2026, 01:00",
        ),
        ({"rule": "FREQ=YEARLY"}, "Mon 1 June 2026, 09:00, every year"),
    ],
)
def test_when_an_event_is_in_words(more: dict[str, object], told: str) -> None:
    at = datetime(2026, 6, 1, 7, tzinfo=UTC)
    made = CalendarEvent(**{"starts_at": at, "ends_at": at, **more})
    assert when(made, ZoneInfo("Europe/Berlin")) == told


@pytest.mark.parametrize(
    ("days", "told"), [(1, "Mon 1 June 2026"), (3, "Mon 1 June 2026 to Wed 3 June 2026")]
)
def test_whole_days_in_words_are_those_of_the_event(days: int, told: str) -> None:
    begin = datetime(2026, 6, 1, tzinfo=ZoneInfo("Pacific/Auckland"))
    made = CalendarEvent(
        starts_at=begin, ends_at=begin + timedelta(days=days), is_all_day=True, zone="Pacific/Auckland"
    )
    assert when(made, ZoneInfo("Europe/Berlin")) == told


def test_more_events_than_are_shown_are_counted(signed_in: Client, alice: User) -> None:
    CalendarEvent.objects.bulk_create(
        CalendarEvent(person=alice, title=f"Event {n}", starts_at=SOON, ends_at=SOON) for n in range(203)
    )
    assert "And 3 more after these." in words(signed_in)


def test_a_file_is_imported_and_removed_again(signed_in: Client, alice: User) -> None:
    page = signed_in.post("/calendar/import/", {"file": file("One", "Two")}, follow=True)
    assert "2 events imported." in shown(page.content)
    assert "team.ics 2 events" in shown(page.content)
    event(alice, "Own")
    page = signed_in.post("/calendar/remove/", {"file": "team.ics"}, follow=True)
    assert "Removed: 2 events" in shown(page.content)
    assert [left.title for left in CalendarEvent.objects.all()] == ["Own"]


def test_what_was_left_out_of_a_file_is_said(signed_in: Client) -> None:
    page = signed_in.post("/calendar/import/", {"file": file("Tick", rule="RRULE:FREQ=SECONDLY\r\n")})
    assert "0 events imported." in shown(page.content)
    assert "Tick: It repeats more often than daily" in shown(page.content)


@pytest.mark.parametrize(
    ("upload", "told"),
    [
        (None, "No file was chosen."),
        ("text", "No file was chosen."),
        (SimpleUploadedFile("a.ics", b"nonsense"), "The file is no calendar"),
        (SimpleUploadedFile("a.ics", b"x" * 1_000_001), "The file is larger than 1 MB."),
    ],
)
def test_a_bad_file_is_a_sentence(signed_in: Client, upload: object, told: str) -> None:
    page = signed_in.post("/calendar/import/", {"file": upload} if upload else {}, follow=True)
    assert told in shown(page.content)
    assert not CalendarEvent.objects.exists()


def test_an_event_is_removed(signed_in: Client, alice: User) -> None:
    gone, stays = event(alice, "Gone"), event(alice, "Stays")
    page = signed_in.post(f"/calendar/remove/{gone.pk}/", follow=True)
    assert "Removed: Gone" in shown(page.content)
    assert list(CalendarEvent.objects.all()) == [stays]


def test_removing_no_file_removes_nothing(signed_in: Client, alice: User) -> None:
    event(alice, "Own")
    for name in ("", "other.ics", "a\0b"):
        signed_in.post("/calendar/remove/", {"file": name})
    assert CalendarEvent.objects.count() == 1


def test_bob_is_refused_at_every_door(client: Client, alice: User, bob: User) -> None:
    secret = event(alice, "Secret", file="team.ics", uid="One")
    client.force_login(bob)
    assert "Secret" not in words(client)
    assert client.post(f"/calendar/remove/{secret.pk}/").status_code == 404
    client.post("/calendar/remove/", {"file": "team.ics"})
    client.post("/calendar/import/", {"file": file("One")})
    secret.refresh_from_db()
    assert CalendarEvent.objects.filter(person=bob).count() == 1


def test_a_stranger_is_sent_to_the_door_and_nothing_is_done_by_looking(client: Client, alice: User) -> None:
    own = event(alice, "Own")
    posts = ("/calendar/import/", "/calendar/remove/", f"/calendar/remove/{own.pk}/")
    for path in ("/calendar/", *posts):
        answer = client.get(path) if path == "/calendar/" else client.post(path)
        assert (answer.status_code, "/sign-in/" in answer.headers["Location"]) == (302, True)
    client.force_login(alice)
    assert {client.get(path).status_code for path in posts} == {405}
    assert CalendarEvent.objects.count() == 1


def test_a_form_of_another_site_does_nothing(alice: User) -> None:
    own = event(alice, "Own")
    elsewhere = Client(enforce_csrf_checks=True)
    elsewhere.force_login(alice)
    assert elsewhere.post(f"/calendar/remove/{own.pk}/").status_code == 403
