"""Whatever a socket is sent gets an answer, and the socket lives on."""

from __future__ import annotations

import json
import uuid
from typing import Any

import pytest

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import says
from conversations.models import Conversation, Message
from tests.house import house

pytestmark = pytest.mark.django_db(transaction=True)

BAD = {
    "white space": " ",
    "not JSON": "{",
    "a list": "[]",
    "a number": "7",
    "null": "null",
    "no command": '{"n": 7}',
    "unknown command": '{"do": "explode", "n": 7}',
    "command of another kind": '{"do": ["send"], "n": 7}',
    "field missing": '{"do": "stop", "n": 7}',
    "field of the wrong kind": '{"do": "stop", "n": 7, "turn": "1"}',
    "field too many": '{"do": "ping", "n": 7, "admin": true}',
    "true for a number": '{"do": "stop", "n": 7, "turn": true}',
    "number too large": '{"do": "stop", "n": 7, "turn": 99999999999999999999}',
    "negative number": '{"do": "stop", "n": 7, "turn": -1}',
    "no number": '{"do": "ping"}',
    "number beyond JavaScript": '{"do": "ping", "n": 9007199254740993}',
    "infinite number": '{"do": "ack", "bytes": 1e999}',
    "not a UUID": '{"do": "send", "n": 7, "client_id": "x", "text": "hi"}',
    "a field named at length": json.dumps({"do": "ping", "n": 7, "x" * 5000: 1}),
    "half a pair in a name": '{"do": "ping", "n": 7, "\\ud800": 1}',
    "too deep": '{"do": "ping", "n": ' + "[" * 100_000 + "]" * 100_000 + "}",
    "a number without end": '{"do": "ping", "n": ' + "9" * 10_000 + "}",
}


@pytest.mark.parametrize("frame", BAD)
async def test_a_bad_frame_is_answered_and_the_socket_lives_on(frame: str, alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        await page.say(BAD[frame])
        refused = await page.until(lambda frame: isinstance(frame, dict) and frame["t"] == "refused")
        assert refused["code"] == "bad_frame"
        assert refused["re"] == (7 if '"n": 7' in BAD[frame] else None)
        assert len(refused["message"]) < 500
        assert (await page.do("ping"))["t"] == "done"


async def test_bytes_are_answered_like_any_bad_frame(alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        await page.socket.send_to(bytes_data=b"\x00\xff")
        refused = await page.until(lambda frame: isinstance(frame, dict) and frame["t"] == "refused")
        assert refused["code"] == "bad_frame"


async def test_a_frame_over_the_limit_is_refused_by_its_number(alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        refused = await page.send("x" * 300_000)
        assert (refused["t"], refused["code"]) == ("refused", "too_large")


@pytest.mark.parametrize(
    ("text", "code"), [("", "empty"), (" \n\t ", "empty"), ("x" * 100_001, "too_long")], ids=str.__len__
)
async def test_a_message_without_words_or_with_too_many_is_refused(text: str, code: str, alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        refused = await page.send(text)
        assert refused["code"] == code
        assert refused["message"]
    assert not await in_database(Conversation.objects.exists)


@pytest.mark.parametrize("choice", ["tool:no_such_tool", "tool:", "always", ""])
async def test_a_choice_that_cannot_be_made_is_refused(choice: str, alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        assert (await page.send("Hello", choice=choice))["code"] == "no_such_tool"


async def test_a_tool_that_does_not_exist_cannot_be_switched(alice: User) -> None:
    async with house([]) as home, home.page(alice) as page:
        assert (await page.do("switch_tool", tool="no_such_tool", on=False))["code"] == "no_such_tool"


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("a\ud800b", "a\N{REPLACEMENT CHARACTER}b"),
        ("a\0b", "a\N{REPLACEMENT CHARACTER}b"),
        ("\U0001f44b", "\U0001f44b"),
        ("w" * 100_000, "w" * 100_000),
        ("<script>alert(1)</script>", "<script>alert(1)</script>"),
    ],
    ids=["half a pair", "NUL", "astral", "a word of 100 KB", "markup"],
)
async def test_odd_text_is_kept_shown_sent_and_answered(text: str, kept: str, alice: User) -> None:
    async with house([says(text or "x"), says("Fine.")]) as home, home.page(alice) as page:
        await page.ask(text)
        await home.compare(page)
        await page.ask("And?")
        asked = home.transport.requests[0]["messages"][1]
        assert asked["content"] == kept
    stored = await in_database(lambda: Message.objects.filter(role="user").earliest("pk").text)
    assert stored == kept


@pytest.mark.parametrize(
    "query", ["&zone=%FF%FE", "&zone=Europe", "&cursor=-1", "&cursor=9e9", "&" * 2000, "&zone=" + "x" * 5000]
)
async def test_a_nonsensical_address_does_not_hurt(query: str, alice: User) -> None:
    async with house([]) as home:
        page = await home.open_page(alice, uuid.uuid4())
        await page.close()
        assert await page.connect(query=query)
        assert (await page.do("ping"))["t"] == "done"
        await page.close()


async def test_the_browsers_zone_is_kept_for_whoever_named_none(alice: User) -> None:
    async with house([says("Now.")]) as home, home.page(alice) as page:
        await page.close()
        assert await page.connect(query="&zone=Asia/Tokyo")
        await page.ask("What day is it?")
        system: dict[str, Any] = home.transport.requests[0]["messages"][0]
        assert "Asia/Tokyo" in system["content"]
        await page.close()
        assert await page.connect(query="&zone=Europe/Oslo")
    await in_database(alice.refresh_from_db)
    assert alice.time_zone == "Asia/Tokyo"
