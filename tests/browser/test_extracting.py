"""An extraction as it runs: faults, stops, tabs, reloads, presses twice, keys alone, small and dark pages."""

from __future__ import annotations

import csv
import json
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser

HANGING = [f"Go silent, {number}" for number in range(5)]
PATIENCE = 30_000  # ms, on a machine with much else to do


def fill(person: Person, *texts: str, what: str = "Contact") -> None:
    person.open("/extract/")
    person.page.get_by_label("What to extract").select_option(label=what)
    person.page.get_by_label("Texts", exact=True).fill("\n---\n".join(texts))


def begin(person: Person, *texts: str, what: str = "Contact") -> None:
    fill(person, *texts, what=what)
    person.page.get_by_role("button", name="Extract", exact=True).click()
    person.page.wait_for_url(re.compile(r"/extract/[\w-]{36}/"))


def wait_until_done(person: Person, texts: int, extracted: int) -> None:
    words = f"{texts} of {texts} done, {extracted} extracted"
    expect(person.page.get_by_text(words)).to_be_visible(timeout=PATIENCE)


def downloaded(person: Person, name: str) -> str:
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name=name, exact=True).click()
    return Path(download.value.path()).read_text("utf-8-sig")


def test_each_text_ends_by_name_and_the_page_is_what_a_reload_shows(person: Person) -> None:
    texts = [
        "I am Bob, bob@example.com",
        "Call a tool with bad arguments, I am Bob",
        "Fail with 404",
        "Go on",
    ]
    begin(person, *texts)
    expect(person.page.locator("#results [data-open]")).to_have_count(0, timeout=PATIENCE)
    states = person.page.locator("#results tbody tr")
    expect(states.nth(0)).to_have_attribute("data-state", "completed")
    expect(states.nth(1)).to_contain_text(re.compile("[23] tries"))
    expect(states.nth(2)).to_have_attribute("data-state", "failed")
    expect(states.nth(2)).to_contain_text("no model")
    assert person.barriers() == []
    lived = person.shown("results")
    person.page.reload()
    assert person.shown("results") == lived
    document = json.loads(downloaded(person, "JSON"))
    header, *table = csv.reader(downloaded(person, "CSV").splitlines())
    assert [row["state"] for row in document["rows"]] == [row[2] for row in table]
    assert [row["data"] is None for row in document["rows"]] == [
        row[header.index("name")] == "" for row in table
    ]
    person.page.get_by_role("link", name="Trace of text 2").click()
    expect(person.calls("extract_contact").first).to_contain_text("Invalid")
    person.page.get_by_role("link", name=re.compile("Back to the table: Contact, text 2")).click()
    expect(states).to_have_count(4)


def test_a_stop_in_one_tab_is_seen_in_the_other_and_a_reload_changes_nothing(
    person: Person, visit: Callable[..., Person]
) -> None:
    begin(person, *HANGING)
    expect(person.page.locator('#results tr[data-state="running"]').first).to_be_visible(timeout=PATIENCE)
    other = visit(person.page.url)
    person.page.reload()
    person.page.get_by_role("button", name="Stop", exact=True).click()
    for one in (other, person):
        expect(one.page.get_by_text("5 of 5 done")).to_be_visible(timeout=PATIENCE)
        expect(one.page.locator('#results tr[data-state="stopped"]').first).to_be_visible()
        expect(one.page.get_by_role("button", name="Stop", exact=True)).to_have_count(0)
    assert other.shown("results") == person.shown("results")


def test_what_happened_while_the_network_was_away_is_shown_when_it_is_back(
    person: Person, visit: Callable[..., Person]
) -> None:
    begin(person, *HANGING)
    other = visit(person.page.url)
    person.context.set_offline(True)
    other.page.get_by_role("button", name="Stop", exact=True).click()
    expect(other.page.get_by_text("5 of 5 done")).to_be_visible(timeout=PATIENCE)
    expect(person.page.get_by_text("0 of 5 done")).to_be_visible()
    person.context.set_offline(False)
    expect(person.page.get_by_text("5 of 5 done")).to_be_visible(timeout=PATIENCE)


def test_one_that_is_deleted_in_another_tab_is_gone_in_this_one(
    person: Person, visit: Callable[..., Person]
) -> None:
    begin(person, "I am Bob, bob@example.com")
    wait_until_done(person, 1, 1)
    other = visit(person.page.url)
    expect(other.page.locator("body[data-connected], #connection[hidden]")).to_be_attached()
    person.page.get_by_text("Delete", exact=True).click()
    person.page.get_by_role("button", name="Delete it").click()
    expect(person.page.get_by_text("Deleted.")).to_be_visible()
    expect(other.page.get_by_text("This extraction was deleted.")).to_be_visible(timeout=PATIENCE)
    for one in (person, other):
        one.complaints.clear()  # Chromium complains of the 404


def test_a_button_pressed_twice_begins_once_and_going_back_begins_another(person: Person) -> None:
    fill(person, *HANGING)
    person.page.get_by_role("button", name="Extract", exact=True).dblclick()
    person.page.wait_for_url(re.compile(r"/extract/[\w-]{36}/"))
    first = person.page.url
    person.page.get_by_role("button", name="Stop", exact=True).click()
    expect(person.page.get_by_text("5 of 5 done")).to_be_visible(timeout=PATIENCE)
    person.page.goto("/extract/")
    expect(person.page.get_by_role("listitem").filter(has_text="under way")).to_have_count(0)
    begin(person, "I am Alice, alice@example.com")
    wait_until_done(person, 1, 1)
    second = person.page.url
    person.page.go_back()
    begin(person, "I am Alice, alice@example.com")
    wait_until_done(person, 1, 1)
    assert len({first, second, person.page.url}) == 3


def test_what_cannot_be_begun_is_said_and_what_was_pasted_stays(person: Person) -> None:
    begin(person, *HANGING)
    running = person.page.url
    fill(person, "I am Alice")
    person.page.get_by_role("button", name="Extract", exact=True).click()
    expect(person.page.get_by_role("alert")).to_contain_text("still under way")
    expect(person.page.get_by_label("Texts", exact=True)).to_have_value("I am Alice")
    expect(person.page.get_by_label("What to extract")).to_have_value("extract:contact")
    person.page.get_by_role("listitem").filter(has_text="under way").get_by_role("link").click()
    assert person.page.url == running
    person.page.get_by_role("button", name="Stop", exact=True).click()
    expect(person.page.get_by_text("5 of 5 done")).to_be_visible(timeout=PATIENCE)
    person.complaints.clear()  # Chromium complains of the 400 that a refusal is


def test_keys_alone_define_and_extract(person: Person) -> None:
    keys = person.page.keyboard
    person.open("/extract/define/")
    person.page.get_by_label("Name", exact=True).focus()
    for pressed in ("By keys", "\t", "email", "\t", "\t", "The address.", "\t"):
        keys.press("Tab") if pressed == "\t" else keys.type(pressed)
    keys.press("Space")
    keys.press("Enter")
    expect(person.page.get_by_text("Saved: By keys")).to_be_visible()
    person.page.get_by_label("What to extract").focus()
    keys.type("By keys")
    keys.press("Tab")
    keys.press("Tab")
    keys.type("I am Bob, bob@example.com")
    keys.press("Tab")
    keys.press("Tab")
    keys.press("Enter")
    wait_until_done(person, 1, 1)
    person.page.get_by_role("region", name="Data").focus()
    keys.press("Tab")
    expect(person.page.get_by_role("link", name="Trace of text 1")).to_be_focused()


def test_no_page_has_barriers_or_is_too_wide_for_a_phone(visit: Callable[..., Person]) -> None:
    phone = visit("/extract/define/", viewport={"width": 360, "height": 740})
    page = phone.page
    assert (phone.barriers(), phone.barriers_in_the_dark(), phone.excess()) == ([], [], 0)
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_role("alert")).to_contain_text("Name at least one field")
    assert (phone.barriers(), phone.barriers_in_the_dark(), phone.excess()) == ([], [], 0)
    wide: dict[str, Any] = {f"column_{number}": {} for number in range(45)}
    wide |= {"n" * 2_000: {}, "\u202egnp.exe": {}, "<b>bold": {}, "email": {"type": "string"}}
    page.get_by_label("Name", exact=True).fill("Wide")
    page.get_by_text("Or paste a JSON Schema").click()
    page.get_by_label("JSON Schema").fill(json.dumps({"type": "object", "properties": wide}))
    page.get_by_role("button", name="Save").click()
    expect(page.get_by_text("Saved: Wide")).to_be_visible()
    assert (phone.barriers(), phone.barriers_in_the_dark(), phone.excess()) == ([], [], 0)
    begin(phone, "I am Bob, bob@example.com", "w" * 5_000, what="Wide")
    expect(page.get_by_text("2 of 2 done")).to_be_visible(timeout=PATIENCE)
    assert (phone.barriers(), phone.barriers_in_the_dark(), phone.excess()) == ([], [], 0)
    expect(page.get_by_text("The first 40 of 49 columns.")).to_be_visible()
    phone.complaints.clear()  # Chromium complains of the 400 that a refusal is
