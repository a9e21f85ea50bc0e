"""Definitions and data that mean harm, in the form, the table, the CSV and the JSON."""

from __future__ import annotations

import csv
import io
import json
import re
import uuid
from typing import Any

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.extraction import actions
from conversations.extraction.definitions import Definition
from conversations.extraction.models import Extraction, SavedSchema
from conversations.llm.demo import calls
from conversations.models import Conversation
from conversations.refusals import Refusal
from tests.extraction.test_extraction import GOOD, begun
from tests.house import house, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

RUN_BY_SPREADSHEETS = [
    "=1+1",
    "+cmd|' /C calc'!A0",
    "-2+3+cmd|' /C calc'!A0",
    "@SUM(1+1)",
    "\t=1",
    "\r=1",
    " =1",
    "\N{NO-BREAK SPACE}=1",
    "\N{ZERO WIDTH SPACE}=1",
    "\N{ZERO WIDTH NO-BREAK SPACE}=1",
    "＝1+1",
    "＠SUM(1)",
    "x;=1+1",
    "x\n=1+1",
    "x\t-cmd",
]
PASSED_OVER = " \N{NO-BREAK SPACE}\N{ZERO WIDTH SPACE}\N{ZERO WIDTH NO-BREAK SPACE}"
HARMLESS = ["-1", "-12,50", "2026-11-21", "a=b", "bob@example.com", "a - b", ""]
NUMBERS: list[Any] = [-1, -2.5, 10**30, True]


def saved(person: User, name: str, **properties: Any) -> Definition:
    kept = actions.save(person, name, {"type": "object", "properties": properties})
    assert isinstance(kept, Definition), kept
    return kept


async def extracted(person: User, definition: Definition, data: dict[str, Any]) -> Extraction:
    async with house([calls((definition.tool_name, data))]) as home:
        extraction = await in_database(begun, person, "Hello", choice=definition.choice)
        await home.idle()
    return extraction


def table_of(person: User, extraction: Extraction) -> list[list[str]]:
    answer = signed_in(person).get(f"/extract/{extraction.pk}/data.csv")
    return list(csv.reader(io.StringIO(answer.content.decode("utf-8-sig"), newline="")))


async def test_no_cell_is_run_by_a_spreadsheet_and_nothing_else_is_changed(alice: User) -> None:
    values = [*RUN_BY_SPREADSHEETS, *HARMLESS, *NUMBERS]
    names = [f"f{place}" for place in range(len(values))]
    definition = await in_database(lambda: saved(alice, "Evil", **{name: {} for name in names}))
    data = dict(zip(names, values, strict=True))
    extraction = await extracted(alice, definition, data)
    _, row = await in_database(table_of, alice, extraction)
    cells = row[3:]
    for value, cell in zip(RUN_BY_SPREADSHEETS, cells, strict=False):
        begins = [part.strip(PASSED_OVER)[:1] for part in re.split("[;\t\r\n]", cell)]
        assert not set(begins) & set("=+-@＝＋－＠"), cell
        assert cell.replace("'", "") == value.replace("'", "")
    assert cells[len(RUN_BY_SPREADSHEETS) :] == [*HARMLESS, "-1", "-2.5", str(10**30), "true"]
    document = await in_database(lambda: signed_in(alice).get(f"/extract/{extraction.pk}/data.json").json())
    assert document["rows"][0]["data"] == data


async def test_names_that_mean_harm_are_shown_as_what_they_are(alice: User) -> None:
    names = [
        "__proto__",
        "<img src=x onerror=alert(1)>",
        "\N{RIGHT-TO-LEFT OVERRIDE}gpj.exe",
        "n" * 10_000,
        "=x",
    ]
    definition = await in_database(lambda: saved(alice, "<b>Bold</b>", **{name: {} for name in names}))
    data = dict.fromkeys(names, "<script>alert(1)</script>")
    extraction = await extracted(alice, definition, data)

    def look() -> tuple[str, str, dict[str, Any]]:
        client = signed_in(alice)
        pages = [client.get(path).content.decode() for path in (f"/extract/{extraction.pk}/", "/extract/")]
        return (*pages, client.get(f"/extract/{extraction.pk}/data.json").json())

    table, overview, document = await in_database(look)
    for page in (table, overview):
        assert "<img src=x" not in page
        assert "<script>alert" not in page
        assert "<b>Bold" not in page
    assert "n" * 10_000 not in table.partition("As JSON")[0]
    assert len(overview) < 30_000
    assert document["rows"][0]["data"] == data


async def test_data_too_long_for_a_page_is_in_the_file(alice: User) -> None:
    definition = await in_database(lambda: saved(alice, "Long", a={}))
    reply = calls((definition.tool_name, {"a": "y" * 40_000}))
    async with house([reply] * 6) as home:
        extraction = await in_database(begun, alice, *"abcdef", choice=definition.choice)
        await home.idle()
    client = await in_database(signed_in, alice)
    page = await in_database(lambda: client.get(f"/extract/{extraction.pk}/").content)
    assert len(page) < 60_000
    assert len(await in_database(lambda: client.get(f"/extract/{extraction.pk}/data.json").content)) > 240_000


def test_a_definition_sent_twice_is_kept_once_and_its_name_is_its_own(alice: User, bob: User) -> None:
    client = signed_in(alice)
    form = {"name": "Pet", "field-0": "kind", "kind-0": "text"}
    assert [client.post("/extract/define/", form).status_code for _ in range(2)] == [302, 302]
    for other in ({"name": "PET", "field-0": "age"}, {"name": "contact"}):
        answer = client.post("/extract/define/", {**form, **other})
        assert answer.status_code == 400
        assert "a definition of this name" in answer.content.decode()
    assert SavedSchema.objects.count() == 1
    assert signed_in(bob).post("/extract/define/", form).status_code == 302


def test_every_definition_can_be_chosen_and_deleted_and_there_is_a_limit(alice: User) -> None:
    kept = [saved(alice, f"Pet {number}", a={}) for number in range(actions.MOST_SAVED)]
    more = actions.save(alice, "One more", {"type": "object", "properties": {"a": {}}})
    assert isinstance(more, Refusal)
    assert "Delete one first" in more.message
    client = signed_in(alice)
    page, chat = (client.get(path).content.decode() for path in ("/extract/", "/"))
    for definition in kept:
        assert f'name="key" value="{definition.key}"' in page
        assert f'value="{definition.choice}"' in chat


@pytest.mark.parametrize(
    "names", [("name", "NAME"), ("caf\u00e9", "cafe\u0301"), ("name", "ｎａｍｅ"), ("a b", "a_b")]
)
def test_names_that_look_the_same_are_the_same(alice: User, names: tuple[str, str]) -> None:
    form = {"name": "Pet"} | {f"field-{place}": name for place, name in enumerate(names)}
    answer = signed_in(alice).post("/extract/define/", form | {"kind-0": "text", "kind-1": "text"})
    assert "Two fields have the name" in answer.content.decode()


def test_forged_forms_get_a_sentence_or_nothing(alice: User) -> None:
    client = signed_in(alice)
    for form, sentence in (
        ({}, "Name at least one field"),
        ({"name": "\0\u200b", "field-0": "a", "kind-0": "__proto__"}, "no kind"),
        ({"name": " \n ", "field-0": "a", "kind-0": "text"}, "Give it a name"),
        ({"name": "x", "field-x": "a"}, "Name at least one field"),
        ({"name": "x", "schema": "[" * 5_000}, "not JSON"),
    ):
        answer = client.post("/extract/define/", form)
        assert (answer.status_code, sentence in answer.content.decode()) == (400, True), sentence
    for key in ("", "-1", "1" * 30, "invoice", "１"):
        assert client.post("/extract/forget/", {"key": key}).status_code == 404
    assert client.post(f"/extract/{uuid.uuid4()}/stop/").status_code == 404
    assert client.get("/extract/begin/").status_code == 405


async def test_a_trace_leads_back_to_its_table_and_the_list_tells_what_runs(alice: User, bob: User) -> None:
    async with house([GOOD]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        before = await in_database(lambda: signed_in(alice).get("/extract/").content.decode())
        await home.idle()

    def look() -> tuple[str, str]:
        client = signed_in(alice)
        trace = Conversation.objects.get().pk
        return client.get("/extract/").content.decode(), client.get(
            f"/conversations/{trace}/"
        ).content.decode()

    after, trace = await in_database(look)
    assert "under way" in before
    assert "under way" not in after
    assert f'href="/extract/{extraction.pk}/"' in trace
    export = await in_database(
        lambda: signed_in(alice).get(f"/conversations/{Conversation.objects.get().pk}/export.json").json()
    )
    (turn,) = export["turns"]
    assert (turn["ending"], turn["tool_choice"]) == ("extracted", "extract:contact")
    assert turn["messages"][1]["tool_calls"][0]["arguments"]["run"]["name"] == "Bob"
    assert json.loads(turn["messages"][1]["tool_calls"][0]["told"])["name"] == "Bob"


def test_every_extraction_is_found_however_many_there_are(alice: User) -> None:
    made = [
        Extraction.objects.create(person=alice, key="contact", name="Contact", written="{}")
        for _ in range(65)
    ]
    client = signed_in(alice)
    pages = [client.get(f"/extract/?page={number}").content.decode() for number in (1, 2, 3)]
    assert all(any(f"/extract/{one.pk}/" in page for page in pages) for one in made)
    assert f"/extract/{made[-1].pk}/" in pages[0]
    assert f"/extract/{made[0].pk}/" in pages[2]
    assert 'href="/extract/?page=2"' in pages[0]
    refused = client.post("/extract/begin/", {"choice": "extract:contact", "texts": " "}).content.decode()
    assert 'href="/extract/?page=2"' in refused
    assert client.get("/extract/?page=nonsense").status_code == 200
