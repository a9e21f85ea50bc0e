"""Data from texts, by ordinary turns: forced, mended, counted, taken away."""

from __future__ import annotations

import csv
import io
import json
import uuid
from typing import Any

import pytest
from django.test import Client
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.actions import try_again
from conversations.database import in_database
from conversations.extraction import actions
from conversations.extraction.models import Extraction, SavedSchema
from conversations.extraction.results import results_of
from conversations.llm.demo import calls, fails, raw, refuses, says, silence
from conversations.models import Conversation, Message, ToolCall, Turn
from conversations.refusals import Refusal
from conversations.turns import executor
from conversations.turns.executor import Executor
from tests.house import house, signed_in

pytestmark = pytest.mark.django_db(transaction=True)

GOOD = calls(("extract_contact", {"name": "Bob", "email": "bob@example.com"}))
BAD = calls(("extract_contact", {"email": 7}))


def begun(person: User, *texts: str, choice: str = "extract:contact") -> Extraction:
    extraction = actions.begin(person, choice, [("", text) for text in texts])
    assert isinstance(extraction, Extraction), extraction
    return extraction


def rows(extraction: Extraction) -> list[tuple[str, str, int, Any]]:
    return [(row.turn.state, row.turn.ending, row.tries, row.data) for row in results_of(extraction).rows]


class Handed(Executor):
    """Runs nothing, and keeps what it was given to run."""

    def __init__(self) -> None:
        self.turns: list[int] = []

    def submit(self, turn_id: int) -> None:
        self.turns.append(turn_id)

    def expect(self) -> None: ...

    async def start(self) -> None: ...

    async def idle(self) -> None: ...

    async def drain(self, seconds: float) -> None: ...

    async def fault(self) -> str:
        return ""


def test_of_many_texts_no_more_are_begun_than_may_run(alice: User, settings: Settings) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 2
    handed = Handed()
    executor.use(handed)
    try:
        begun(alice, *(f"I am number {number}" for number in range(5)))
    finally:
        executor.use(None)
    assert handed.turns == list(Turn.objects.order_by("pk").values_list("pk", flat=True)[:2])


async def test_the_arguments_of_a_forced_call_are_the_data(alice: User) -> None:
    async with house([GOOD]) as home:
        extraction = await in_database(begun, alice, "I am Bob, bob@example.com")
        await home.idle()
    data = {"name": "Bob", "email": "bob@example.com"}
    assert await in_database(rows, extraction) == [("completed", "extracted", 1, data)]
    (request,) = home.transport.requests
    assert request["tool_choice"]["function"]["name"] == "extract_contact"
    assert [tool["function"]["name"] for tool in request["tools"]] == ["extract_contact"]


async def test_what_does_not_fit_goes_back_to_the_model_visibly(alice: User) -> None:
    async with house([BAD, calls(("extract_contact", "{")), GOOD]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
    ((state, _, tries, data),) = await in_database(rows, extraction)
    assert (state, tries, data["name"]) == ("completed", 3, "Bob")
    forced = {each["tool_choice"]["function"]["name"] for each in home.transport.requests}
    assert forced == {"extract_contact"}
    states = await in_database(lambda: list(ToolCall.objects.order_by("pk").values_list("state", flat=True)))
    assert states == ["invalid", "invalid", "succeeded"]
    assert "'name' is a required property" in json.dumps(home.transport.requests[1]["messages"])


async def test_after_two_corrections_it_ends_by_name_and_may_be_tried_again(alice: User) -> None:
    async with house([BAD, BAD, BAD, GOOD]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
        assert await in_database(rows, extraction) == [("incomplete", "not_extracted", 3, None)]
        turn = await in_database(lambda: Turn.objects.get().pk)
        await in_database(try_again, alice, turn, client_id=uuid.uuid4())
        await home.idle()
    assert [row[:3] for row in await in_database(rows, extraction)] == [("completed", "extracted", 1)]


@pytest.mark.parametrize(
    ("delivery", "state", "ending"),
    [
        (says("I would rather talk."), "incomplete", "no_data"),
        (says("Too lo", finish="length"), "incomplete", "length"),
        (says("Up to", finish="content_filter"), "incomplete", "content_filter"),
        (refuses("I would rather not."), "incomplete", "refusal"),
        (says(""), "incomplete", "empty"),
        (GOOD.cut_after(3), "incomplete", "cut"),
        (GOOD.dropped_after(3), "incomplete", "cut"),
        (calls(("extract_contact", '{"name": "Bo'), finish="length"), "incomplete", "length"),
        (raw(b"<html>no</html>", headers={"content-type": "text/html"}), "failed", None),
        (fails(400), "failed", None),
    ],
)
async def test_a_model_that_gives_no_data_ends_by_name(
    alice: User, delivery: Any, state: str, ending: str | None
) -> None:
    async with house([delivery]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
    ((ended, code, _, data),) = await in_database(rows, extraction)
    assert (ended, data) == (state, None)
    assert code == (ending or code)


async def test_many_texts_have_a_row_and_a_conversation_each_and_are_in_no_list(alice: User) -> None:
    async with house([GOOD, GOOD, GOOD, GOOD, GOOD]) as home:
        extraction = await in_database(begun, alice, *"abcde")
        await home.idle()
    results = await in_database(results_of, extraction)
    assert [row.preview for row in results.rows] == list("abcde")
    assert (results.done, results.extracted, results.is_open) == (5, 5, False)
    assert not await in_database(lambda: Conversation.listed(alice.pk).exists())


async def test_a_schema_is_used_from_the_composer(alice: User) -> None:
    async with house([GOOD, says("He is Bob.")]) as home, home.page(alice) as page:
        await page.ask("I am Bob", choice="extract:contact")
        await page.ask("Who is it?")
        refused = await page.send("I am Bob", choice="extract:no_such_thing")
        await home.compare(page)
    assert refused["code"] == "no_such_tool"
    assert home.transport.requests[1].get("tool_choice", "auto") == "auto"


async def test_what_runs_is_stopped_with_its_extraction_and_what_waits_too(alice: User) -> None:
    async with house([silence()] * 5) as home:
        extraction = await in_database(begun, alice, *"abcde")
        assert await in_database(actions.stop, alice, extraction.pk) is None
        await home.idle()
    assert {row[:2] for row in await in_database(rows, extraction)} == {("stopped", "stopped")}


async def test_a_definition_that_is_gone_for_good_ends_the_turn_by_name(alice: User) -> None:
    schema = {"type": "object", "properties": {"a": {}}}
    saved = await in_database(
        lambda: SavedSchema.objects.create(person=alice, name="Pet", written=json.dumps(schema))
    )
    extraction = await in_database(begun, alice, "A cat", choice=f"extract:{saved.pk}")
    await in_database(saved.delete)
    turn = await in_database(lambda: Turn.objects.get().pk)
    async with house([]) as home:
        home.running.crew.begin(turn)
        await home.idle()
    assert [row[:2] for row in await in_database(rows, extraction)] == [("failed", "no_definition")]


def test_a_deleted_extraction_takes_its_conversations_along(alice: User) -> None:
    extraction = begun(alice, "a", "b")
    client = signed_in(alice)
    trace = f"/conversations/{extraction.texts.get(place=1).conversation_id}/"
    assert client.get(trace).status_code == 200
    client.post(f"/extract/{extraction.pk}/delete/")
    assert client.get(trace).status_code == 404
    assert client.get(f"/extract/{extraction.pk}/").status_code == 404
    assert not Conversation.listed(alice.pk).filter(deleted_at=None).exists()
    assert set(Turn.objects.values_list("state", flat=True)) == {"stopped"}


async def test_a_stopped_extraction_keeps_what_it_has(alice: User) -> None:
    async with house([GOOD]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
        refused = await in_database(actions.stop, alice, extraction.pk)
    assert isinstance(refused, Refusal)
    assert refused.code == "too_late"


def test_what_is_not_alices_is_not_there_for_bob(alice: User, bob: User) -> None:
    extraction = begun(alice, "I am Bob")
    saved = actions.save(alice, "Mine", {"type": "object", "properties": {"a": {}}})
    assert not isinstance(saved, Refusal)
    client = signed_in(bob)
    for path in ("", "rows/", "data.csv", "data.json"):
        assert client.get(f"/extract/{extraction.pk}/{path}").status_code == 404
    for deed in ("stop", "delete"):
        assert client.post(f"/extract/{extraction.pk}/{deed}/").status_code == 404
    assert client.post("/extract/forget/", {"key": saved.key}).status_code == 404
    assert client.post("/extract/begin/", {"choice": saved.choice, "texts": "x"}).status_code == 400
    assert Turn.objects.get().stop_requested_at is None
    assert Client().get("/extract/").status_code == 302


def test_the_pages_define_begin_show_stop_and_forget(alice: User) -> None:
    client = signed_in(alice)
    form = {
        "name": "Pet",
        "field-0": "kind",
        "kind-0": "text",
        "required-0": "on",
        "field-1": "age",
        "kind-1": "whole",
    }
    assert client.post("/extract/define/", {**form, "more": "1"}).content.decode().count('name="field-') == 6
    assert client.post("/extract/define/", form).status_code == 302
    saved = SavedSchema.objects.get()
    page = client.get("/extract/").content.decode()
    assert "kind, age" in page
    sent = {"choice": f"extract:{saved.pk}", "texts": "A cat\n---\nA dog", "separation": "dashes"}
    begun_at = client.post("/extract/begin/", sent)
    shown = client.get(begun_at["Location"]).content.decode()
    assert "0 of 2 done, 0 extracted" in shown
    another = {**sent, "texts": "A bird"}
    assert "Another extraction" in client.post("/extract/begin/", another).content.decode()
    client.post(begun_at["Location"] + "stop/")
    assert "2 of 2 done, 0 extracted" in client.get(begun_at["Location"] + "rows/").content.decode()
    client.post("/extract/forget/", {"key": saved.pk})
    assert "kind, age" not in client.get("/extract/").content.decode()
    assert client.get(begun_at["Location"]).status_code == 200


@pytest.mark.parametrize(
    ("sent", "sentence"),
    [
        ({"choice": "extract:contact", "texts": " \n "}, "Write something first."),
        ({"choice": "extract:contact", "texts": "x" * 100_001}, "is the limit"),
        ({"choice": "extract:contact", "texts": "x\n" * 101, "separation": "lines"}, "101 texts"),
        ({"choice": "extract:99999999999999999999", "texts": "x"}, "cannot be used now"),
        ({"choice": "auto", "texts": "x"}, "cannot be used now"),
        ({}, "cannot be used now"),
    ],
)
def test_what_cannot_be_begun_is_said_and_kept(alice: User, sent: dict[str, str], sentence: str) -> None:
    answer = signed_in(alice).post("/extract/begin/", sent)
    assert answer.status_code == 400
    assert sentence in answer.content.decode()
    assert not Extraction.objects.exists()


def test_more_than_is_read_at_once_is_a_page_with_a_sentence(alice: User) -> None:
    sent = "choice=extract:contact&texts=" + "x" * 3_000_000
    answer = signed_in(alice).post("/extract/begin/", sent, content_type="application/x-www-form-urlencoded")
    assert answer.status_code == 400
    assert "Send less of it at once." in answer.content.decode()


def test_no_cell_is_a_formula(alice: User) -> None:
    schema = {"type": "object", "properties": {"=cmd": {}, "b": {}, "c": {}}}
    saved = actions.save(alice, "Evil", schema)
    assert not isinstance(saved, Refusal)
    extraction = begun(alice, "x", choice=saved.choice)
    turn = Turn.objects.get()
    reply = Message.objects.create(
        conversation=turn.conversation, turn=turn, seq=1, role=Message.Role.ASSISTANT, state="complete"
    )
    data = {"=cmd": "=1+1", "b": -5, "c": ["@x", "<b>"]}
    ToolCall.objects.create(
        conversation=turn.conversation,
        message=reply,
        seq=1,
        position=0,
        state="succeeded",
        arguments_run=data,
    )
    client = signed_in(alice)
    table = client.get(f"/extract/{extraction.pk}/data.csv").content.decode("utf-8-sig")
    header, row = csv.reader(io.StringIO(table))
    assert header[3:] == ["'=cmd", "b", "c"]
    assert row[3:] == ["'=1+1", "-5", '["@x", "<b>"]']
    whole = client.get(f"/extract/{extraction.pk}/data.json").json()
    assert whole["rows"][0]["data"] == data
    assert "<b>" not in client.get(f"/extract/{extraction.pk}/").content.decode()
    assert client.get(f"/extract/{uuid.uuid4()}/data.csv").status_code == 404
    assert client.get(f"/extract/{extraction.pk}/data.exe").status_code == 404
