"""Bad input to extraction: definitions that cannot be used, misfits, texts that are too long, formulas."""

from __future__ import annotations

import csv
import json
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import expect

from tests.browser.person import Person
from tests.browser.places import Places

pytestmark = pytest.mark.browser

LEAF = {"$ref": "#/$defs/leaf"}
FORMULA = "=cmd|' /C calc'!A0"


def schema(**properties: Any) -> str:
    defs = {"leaf": {"type": "object", "properties": {"leaf": LEAF}}}
    return json.dumps({"type": "object", "properties": properties, "$defs": defs})


UNUSABLE = {
    "{": "not JSON",
    schema(a={"type": "colour"}): "invalid at properties.a",
    schema(a=LEAF): "itself",
    schema(a={"$ref": "https://example.com/x.json"}): "not among its own definitions",
    schema(a={"description": "x" * 20_000}): "longer than 20,000 bytes",
}


def test_a_schema_that_cannot_be_used_is_refused_with_its_sentence_and_stays(alice: Person) -> None:
    page = alice.page
    alice.open("/extract/define/")
    page.get_by_label("Name", exact=True).fill("Unusable")
    page.get_by_text("Or paste a JSON Schema").click()
    for pasted, sentence in UNUSABLE.items():
        page.get_by_label("JSON Schema").fill(pasted)
        page.get_by_role("button", name="Save").click()
        expect(page.get_by_role("alert")).to_contain_text(sentence)
        expect(page.get_by_label("JSON Schema")).to_have_value(pasted)
    alice.complaints.clear()  # Chromium complains of the 400 that a refusal is
    alice.open("/extract/")
    expect(page.get_by_label("What to extract")).not_to_contain_text("Unusable")


def test_what_becomes_of_a_formula_a_misfit_and_a_text_that_is_too_long(
    alice: Person, charlie: Person
) -> None:
    page = alice.page
    alice.open("/extract/define/")
    page.get_by_label("Name", exact=True).fill("Note")
    page.get_by_label("Name of field 1").fill("text")
    page.get_by_role("checkbox").first.check()
    page.get_by_role("button", name="Save").click()
    page.get_by_label("What to extract").select_option(label="Note")
    texts = page.get_by_label("Texts", exact=True)
    texts.fill("x" * 100_001)
    page.get_by_role("button", name="Extract", exact=True).click()
    expect(page.get_by_role("alert")).to_contain_text("100,000")
    alice.complaints.clear()  # of the 400
    texts.fill("\n---\n".join((f"Note “{FORMULA}”", "Call a tool with bad arguments", "Fill the context")))
    page.get_by_role("button", name="Extract", exact=True).click()
    expect(page.get_by_text("3 of 3 done, 2 extracted")).to_be_visible(timeout=30_000)
    table = page.url
    expect(page.locator("#results tbody tr").nth(2)).to_contain_text("longer than the model takes")

    assert json.loads(downloaded(alice, "JSON"))["rows"][0]["data"] == {"text": FORMULA}
    [_, first, *_] = csv.reader(downloaded(alice, "CSV").splitlines())
    assert first[3] == f"'{FORMULA}"

    open_trace(alice, 1)
    Places(alice, charlie).tell_of("succeeded", {"extract_note": [FORMULA]})
    alice.open(table)
    open_trace(alice, 2)
    places = Places(alice, charlie)
    places.tell_of("invalid", {"extract_note": ["is not of type 'string'"]}, number=0)
    places.tell_of("succeeded", {"extract_note": []})
    alice.open(table)
    open_trace(alice, 3)
    places = Places(alice, charlie)
    for model_call in places.last_model_calls():
        expect(model_call).to_contain_text("longer than the model takes")
    assert "longer than the model takes" in places.replies[-1]["error"]["message"]


def open_trace(alice: Person, text: int) -> None:
    alice.page.get_by_role("link", name=f"Trace of text {text}").click()
    alice.page.wait_for_url("**/conversations/*/")


def downloaded(person: Person, name: str) -> str:
    with person.page.expect_download() as download:
        person.page.get_by_role("link", name=name, exact=True).click()
    return Path(download.value.path()).read_text("utf-8-sig")
