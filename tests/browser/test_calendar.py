"""The page of the calendar: empty, filled from a file, read on a phone, and emptied after a question."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from playwright.sync_api import Locator, expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser


@pytest.fixture
def alice(visit: Callable[..., Person]) -> Person:
    """Alice, whose calendar is new."""
    alice = visit("/sign-up/", storage_state=None)
    alice.sign_up("alice-and-her-days")
    alice.open("/calendar/")
    return alice


@pytest.fixture
def month(tmp_path: Path) -> Path:
    """Write a file of a month: thirty days, a series, what means harm, and what cannot be kept."""
    days = [event(f"day-{day}", f"Day {day}", f"209906{day:02}T070000Z") for day in range(1, 31)]
    series = event("series", "Planning", "20990601T090000Z", "RRULE:FREQ=WEEKLY", "LOCATION:Room \u202e7")
    hostile = event("hostile", "<img src=x onerror=alert(1)> \u202etxt", "20990602T090000Z")
    odd = event("odd", "Tick", "20990601T070000Z", "RRULE:FREQ=SECONDLY")
    file = tmp_path / "month.ics"
    lines = ["BEGIN:VCALENDAR", *days, series, hostile, odd, "END:VCALENDAR", ""]
    file.write_text("\r\n".join(lines), encoding="utf-8")
    return file


def event(uid: str, title: str, start: str, *more: str) -> str:
    lines = ["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", f"DTSTART:{start}", *more, "END:VEVENT"]
    return "\r\n".join(lines)


def bring(person: Person, file: Path) -> None:
    person.page.get_by_label("A calendar file").set_input_files(file)
    person.page.get_by_role("button", name="Import").click()


def said(person: Person, sentence: str) -> Locator:
    return person.page.get_by_role("status").filter(has_text=sentence)


def test_a_calendar_is_filled_read_and_emptied(alice: Person, month: Path, tmp_path: Path) -> None:
    page, main = alice.page, alice.page.get_by_role("main")
    expect(main).to_contain_text("Nothing is coming.")
    assert alice.barriers() == []

    damaged = tmp_path / "damaged.ics"
    damaged.write_text("no calendar at all")
    bring(alice, damaged)
    expect(page.get_by_role("alert")).to_contain_text("is no calendar")
    expect(main).to_contain_text("Nothing is coming.")

    bring(alice, month)
    expect(said(alice, "32 events imported.")).to_be_visible()
    expect(main).to_contain_text("Tick: It repeats more often than daily")
    events = page.get_by_role("region", name="Coming").get_by_role("listitem")
    expect(events).to_have_count(32)
    expect(events.filter(has_text="<img src=x")).to_contain_text("U+202E")
    expect(events.filter(has_text="Planning")).to_contain_text("Room U+202E7")
    bring(alice, month)  # the same once more replaces, and doubles nothing
    expect(said(alice, "32 events imported.")).to_be_visible()
    expect(events).to_have_count(32)
    page.set_viewport_size({"width": 360, "height": 740})
    assert alice.excess() <= 0
    assert alice.barriers() == []

    page.get_by_role("button", name="Remove Planning").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("Remove “Planning” from your calendar, every time that it repeats?")
    assert alice.barriers() == []
    dialog.get_by_role("button", name="Cancel").click()
    expect(events).to_have_count(32)
    page.get_by_role("button", name="Remove Planning").click()
    dialog.get_by_role("button", name="Remove it").click()
    expect(said(alice, "Removed: Planning")).to_be_visible()
    expect(events).to_have_count(31)
    page.get_by_role("button", name="Remove all events of month.ics").click()
    expect(dialog).to_contain_text("Remove 31 events that came with “month.ics”?")
    dialog.get_by_role("button", name="Remove them").click()
    expect(said(alice, "Removed: 31 events")).to_be_visible()
    expect(main).to_contain_text("Nothing is coming.")
