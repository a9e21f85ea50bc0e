"""What an extraction's rows show, whatever else is done in the conversations that they come from."""

from __future__ import annotations

import asyncio
import csv
import io
import threading
import uuid
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from chatsite.accounts.models import User
from conversations import actions as chat
from conversations.database import in_database
from conversations.extraction import actions
from conversations.extraction.models import Extraction
from conversations.extraction.results import results_of
from conversations.llm.demo import calls, says
from conversations.models import Conversation, ToolCall, Turn
from conversations.refusals import Refusal
from tests.extraction.test_extraction import BAD, GOOD, begun, rows
from tests.house import house, signed_in
from tools.definition import tool
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)

BOB = {"name": "Bob", "email": "bob@example.com"}


def conversation_of(extraction: Extraction) -> uuid.UUID:
    return Conversation.objects.get(extracted__extraction=extraction).pk


async def test_what_is_asked_about_a_text_later_leaves_its_row_alone(alice: User) -> None:
    @tool
    def note(name: str) -> str:
        """Write something down."""
        return name

    with registry.including(note):
        async with house([GOOD, calls(("note", {"name": "Charlie"})), says("Noted.")]) as home:
            extraction = await in_database(begun, alice, "I am Bob")
            await home.idle()
            before = await in_database(rows, extraction)
            async with home.page(alice, await in_database(conversation_of, extraction)) as page:
                await page.ask("Note Charlie")
                await home.compare(page)
    assert await in_database(rows, extraction) == before == [("completed", "extracted", 1, BOB)]


async def test_a_try_that_gives_nothing_takes_no_data_away(alice: User) -> None:
    async with house([GOOD, says("No.")]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
        turn = await in_database(lambda: Turn.objects.get().pk)
        await in_database(chat.try_again, alice, turn, client_id=uuid.uuid4())
        await home.idle()
    assert await in_database(rows, extraction) == [("completed", "extracted", 1, BOB)]


def test_a_text_that_was_taken_back_keeps_its_row(alice: User) -> None:
    extraction = begun(alice, "a", "b")
    turn = Turn.objects.get(conversation__extracted__place=1)
    assert chat.withdraw(alice, turn.pk) == "a"
    assert [row[0] for row in rows(extraction)] == ["withdrawn", "queued"]
    assert "1 of 2 done" in signed_in(alice).get(f"/extract/{extraction.pk}/").content.decode()


async def test_a_record_without_anything_in_it_is_one(alice: User) -> None:
    schema = {"type": "object", "properties": {"a": {}}}
    saved = await in_database(actions.save, alice, "Pet", schema)
    assert not isinstance(saved, Refusal)
    async with house([calls(("extract_pet", {}))]) as home:
        extraction = await in_database(begun, alice, "Nothing", choice=saved.choice)
        await home.idle()
    assert await in_database(rows, extraction) == [("completed", "extracted", 1, {})]


async def test_each_record_that_a_text_has_is_a_row(alice: User) -> None:
    both = calls(("extract_contact", {"name": "Bob"}), ("extract_contact", {"name": "Alice"}))
    async with house([both, both]) as home:
        extraction = await in_database(begun, alice, "Bob and Alice", "Both again")
        await home.idle()
    results = await in_database(results_of, extraction)
    found = [(row.text.place, row.data and row.data["name"]) for row in results.rows]
    assert found == [(1, "Bob"), (1, "Alice"), (2, "Bob"), (2, "Alice")]
    assert (results.texts, results.done, results.extracted) == (2, 2, 2)


@pytest.mark.parametrize(
    "reply", [calls(("delete_everything", {"name": "x"})), calls(("extract_invoice", {"name": "Bob"}))]
)
async def test_a_call_of_another_tool_is_no_data_and_asked_for_again(alice: User, reply: Any) -> None:
    async with house([reply, GOOD]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
    assert await in_database(rows, extraction) == [("completed", "extracted", 2, BOB)]
    assert [call.error_code for call in await in_database(lambda: list(ToolCall.objects.order_by("pk")))] == [
        "unknown_tool",
        "",
    ]


async def test_of_two_calls_the_one_that_fits_is_the_data(alice: User) -> None:
    one_of_two = calls(("extract_contact", {"email": 7}), ("extract_contact", BOB))
    async with house([one_of_two]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
    assert await in_database(rows, extraction) == [("completed", "extracted", 1, BOB)]


@pytest.mark.parametrize("finish", ["stop", "length", "content_filter", ""])
async def test_a_whole_call_is_the_data_whatever_the_server_says_of_its_end(alice: User, finish: str) -> None:
    async with house([calls(("extract_contact", BOB), finish=finish)]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
    assert await in_database(rows, extraction) == [("completed", "extracted", 1, BOB)]


def test_a_button_pressed_twice_begins_once(alice: User) -> None:
    client = signed_in(alice)
    sent = {"choice": "extract:contact", "texts": "I am Bob\n---\nAlice", "separation": "dashes"}
    first, second = (client.post("/extract/begin/", sent) for _ in range(2))
    assert first["Location"] == second["Location"]
    assert client.post("/extract/begin/", {**sent, "texts": "Another"}).status_code == 400
    assert client.post("/extract/begin/", {**sent, "choice": "extract:event"}).status_code == 400
    assert Extraction.objects.count() == 1


def test_of_two_tabs_at_the_same_moment_one_begins(alice: User) -> None:
    both = threading.Barrier(2)
    answers: list[int] = []

    def press(client: Client, text: str) -> None:
        both.wait()
        answers.append(
            client.post("/extract/begin/", {"choice": "extract:contact", "texts": text}).status_code
        )
        connection.close()

    tabs = [threading.Thread(target=press, args=(signed_in(alice), text)) for text in "ab"]
    for tab in tabs:
        tab.start()
    for tab in tabs:
        tab.join()
    assert sorted(answers) == [302, 400]


def test_a_question_about_an_old_text_is_not_in_the_way_of_the_next_extraction(alice: User) -> None:
    extraction = begun(alice, "I am Bob")
    assert actions.stop(alice, extraction.pk) is None
    asked = chat.send(alice, conversation_of(extraction), client_id=uuid.uuid4(), text="Who is it?")
    assert isinstance(asked, Turn)
    begun(alice, "I am Alice")


def test_deleted_texts_do_not_count_as_messages(alice: User, settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = 3
    extraction = begun(alice, *"abcde")
    client = signed_in(alice)
    assert client.post(f"/extract/{extraction.pk}/delete/").status_code == 302
    assert client.post(f"/extract/{extraction.pk}/delete/").status_code == 404
    assert isinstance(chat.send(alice, uuid.uuid4(), client_id=uuid.uuid4(), text="Hello"), Turn)
    assert client.get(f"/extract/{extraction.pk}/data.csv").status_code == 404
    assert str(extraction.pk) not in client.get("/extract/").content.decode()


def test_more_texts_than_a_person_may_send_messages_are_taken(alice: User, settings: Any) -> None:
    settings.MESSAGES_PER_MINUTE = settings.QUEUED_TURNS_PER_PERSON = 1
    begun(alice, *"abcde")
    assert isinstance(chat.send(alice, uuid.uuid4(), client_id=uuid.uuid4(), text="Hello"), Turn)


async def test_many_texts_cost_no_more_queries_and_little_text(alice: User) -> None:
    def cost(*texts: str) -> tuple[int, int]:
        extraction = begun(alice, *texts)
        client = signed_in(alice)
        client.get(f"/extract/{extraction.pk}/rows/")
        with CaptureQueriesContext(connection) as queries:
            answer = client.get(f"/extract/{extraction.pk}/rows/")
        actions.stop(alice, extraction.pk)
        return len(queries), len(answer.content)

    few, _ = await in_database(cost, "a")
    many, size = await in_database(cost, *["long " * 10_000] * 20)
    assert few == many
    assert size < 50_000


async def test_a_text_without_data_has_an_empty_row_in_the_file(alice: User) -> None:
    async with house([BAD, BAD, BAD]) as home:
        extraction = await in_database(begun, alice, "I am Bob")
        await home.idle()
    client = await in_database(signed_in, alice)
    table = await in_database(lambda: client.get(f"/extract/{extraction.pk}/data.csv").content)
    _, row = csv.reader(io.StringIO(table.decode("utf-8-sig")))
    assert row == ["1", "", "incomplete", "", "", "", "", "", ""]


async def test_a_message_does_not_wait_behind_the_texts_that_wait(alice: User, settings: Any) -> None:
    settings.RUNNING_TURNS_PER_PERSON = 1
    gate = asyncio.Event()
    script = [says("One two").held_after(1, gate), says("Hello."), says("Three"), says("Four")]
    async with house(script) as home, home.page(alice) as page:
        await in_database(begun, alice, *"abc")
        await page.send("I am here too")
        gate.set()
        await home.idle()
    asked = [request["messages"][-1]["content"] for request in home.transport.requests]
    assert asked == ["a", "I am here too", "b", "c"]


async def test_many_texts_cost_each_no_more_than_few(alice: User) -> None:
    async def cost(texts: int) -> int:
        asked: list[str] = []

        def note(execute: Any, sql: str, *rest: Any) -> Any:
            asked.append(sql)
            return execute(sql, *rest)

        async with house([GOOD] * texts) as home:
            # Of the executor's thread, which is the only one on SQLite.
            await in_database(lambda: connection.execute_wrappers.append(note))
            await in_database(begun, alice, *["I am Bob"] * texts)
            await home.idle()
            await in_database(lambda: connection.execute_wrappers.remove(note))
        return len(asked) // texts

    few, many = await cost(8), await cost(40)
    assert many < 1.2 * few


async def test_a_definition_made_or_deleted_in_one_tab_is_in_the_menu_of_the_other(alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        saved = await in_database(actions.save, alice, "Pet", {"type": "object", "properties": {"a": {}}})
        assert not isinstance(saved, Refusal)
        await page.until(lambda frame: "Extract: Pet" in str(frame))
        await in_database(actions.forget, alice, saved.key)
        await page.until(lambda frame: "Extract: Contact" in str(frame) and "Extract: Pet" not in str(frame))
