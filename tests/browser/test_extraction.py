"""From a definition to a table, and from a row to its trace; and the same from the composer."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person

pytestmark = pytest.mark.browser

TEXTS = "I am Bob, bob@example.com\n---\nAlice, alice@example.com\n---\nCharlie, charlie@example.com"


def test_texts_become_a_table_whose_rows_lead_to_their_traces(person: Person) -> None:
    page = person.page
    person.open("/extract/")
    page.get_by_role("link", name="Define something else").click()
    page.get_by_label("Name", exact=True).fill("Address")
    page.get_by_label("Name of field 1").fill("email")
    page.get_by_role("checkbox").first.check()
    assert person.barriers() == []
    page.get_by_role("button", name="Save").click()
    page.get_by_label("What to extract").select_option(label="Address")
    page.get_by_label("Texts", exact=True).fill(TEXTS)
    assert person.barriers() == []
    page.get_by_role("button", name="Extract", exact=True).click()
    expect(page.get_by_text("3 of 3 done, 3 extracted")).to_be_visible(timeout=20_000)
    expect(page.get_by_role("row").nth(2)).to_contain_text("alice@example.com")
    assert person.barriers() == []
    with page.expect_download() as download:
        page.get_by_role("link", name="JSON", exact=True).click()
    data = json.loads(Path(download.value.path()).read_text())
    assert [row["data"]["email"][:3] for row in data["rows"]] == ["bob", "ali", "cha"]
    page.get_by_role("link", name="Trace of text 2").click()
    expect(person.calls("extract_address")).to_have_count(1)
    expect(person.conversation).to_contain_text("The data is in the call.")


def test_a_definition_is_used_from_the_composer(person: Person) -> None:
    person.ask_and_wait("I am Bob, bob@example.com", choice="extract:contact")
    expect(person.calls("extract_contact")).to_have_count(1)
    expect(person.page.get_by_role("combobox", name="Tool choice")).to_have_value("auto")
