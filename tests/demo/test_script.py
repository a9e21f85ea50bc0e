"""A script answers one request after the other, and knows what became of each."""

import asyncio
import json

import httpx2
import openai
import pytest

from conversations.llm.demo import calls, fails, raw, refuses, says, silence
from conversations.llm.demo.script import words
from tests.demo.toolshelf import SHELF
from tests.demo.wire import added_up, body, chunks, sdk, stream
from tests.scripted import ScriptedTransport


async def test_a_script_plays_its_answers_in_order() -> None:
    transport = ScriptedTransport([calls(("get_time", {"timezone": "UTC"})), says("Noon.")])
    first, second = [added_up(await chunks(transport, body("time?", tools=SHELF))) for _ in range(2)]
    assert (first["calls"], first["finish"]) == ([("get_time", '{"timezone": "UTC"}')], "tool_calls")
    assert second["text"] == "Noon."
    assert transport.left == 0
    assert [request["messages"][0]["content"] for request in transport.requests] == ["time?", "time?"]


async def test_a_script_that_runs_out_says_so() -> None:
    transport = ScriptedTransport([says("once")])
    await chunks(transport, body("hi"))
    with pytest.raises(openai.BadRequestError, match="has 1 answers, and this is request 2"):
        await chunks(transport, body("hi"))


async def test_reasoning_text_and_calls_share_a_reply() -> None:
    transport = ScriptedTransport(
        [calls(("a", "not json"), ("b", {}), text="Let me see."), says("Hm.", reasoning="Why?")]
    )
    first = added_up(await chunks(transport, body("hi")))
    second = added_up(await chunks(transport, body("hi")))
    assert (first["text"], first["calls"]) == ("Let me see.", [("a", "not json"), ("b", "{}")])
    assert (second["reasoning"], second["text"]) == ("Why?", "Hm.")


async def test_a_refusal_has_its_own_field() -> None:
    assert (
        added_up(await chunks(ScriptedTransport([refuses("I will not.")]), body("hi")))["refusal"]
        == "I will not."
    )


async def test_a_gate_holds_the_stream_until_it_opens() -> None:
    gate = asyncio.Event()
    async with sdk(ScriptedTransport([says("one two", gate=gate)])) as client:
        async with await stream(client, body("hi")) as opened:
            heard = [await anext(opened), await anext(opened)]
            waiting = asyncio.ensure_future(anext(opened))
            done, _ = await asyncio.wait([waiting], timeout=0)
            assert (added_up(heard)["text"], done) == ("one", set())
            gate.set()
            assert added_up([await waiting])["text"] == " two"


async def test_hanging_up_is_noticed() -> None:
    transport = ScriptedTransport([says("one two", gate=asyncio.Event()), says("one two")])
    async with sdk(transport) as client:
        async with await stream(client, body("hi")) as opened:
            await anext(opened)
        async with await stream(client, body("hi")) as opened:
            assert [chunk async for chunk in opened]
    await transport.until_closed(0)
    assert transport.closed == [True, False]


async def test_cancelling_the_reader_closes_the_stream() -> None:
    transport = ScriptedTransport([says("one", gate=asyncio.Event())])
    reader = asyncio.ensure_future(chunks(transport, body("hi")))
    await transport.until_asked(1)
    reader.cancel()
    await transport.until_closed()
    assert transport.closed == [True]
    assert await asyncio.gather(reader, return_exceptions=True)


async def test_a_cut_stream_has_no_finish_reason_and_no_error() -> None:
    transport = ScriptedTransport([says("one two three").cut_after(2)])
    heard = added_up(await chunks(transport, body("hi")))
    assert (heard["text"], heard["finish"]) == ("one two", None)
    assert transport.closed == [False]


async def test_a_lost_connection_is_a_read_error() -> None:
    with pytest.raises(openai.APIConnectionError):
        await chunks(ScriptedTransport([says("one two").dropped_after(1)]), body("hi"))


async def test_silence_ends_with_the_clients_patience() -> None:
    async with sdk(ScriptedTransport([silence()]), timeout=0.001) as client:
        with pytest.raises(openai.APITimeoutError):
            async with await stream(client, body("hi")) as opened:
                await anext(opened)


async def test_a_failure_has_status_code_and_headers() -> None:
    transport = ScriptedTransport([fails(429, "Too fast.", code="rate_limit", headers={"retry-after": "7"})])
    with pytest.raises(openai.RateLimitError, match="Too fast") as failed:
        await chunks(transport, body("hi"))
    assert failed.value.code == "rate_limit"
    assert failed.value.response.headers["retry-after"] == "7"


async def test_raw_bytes_arrive_read_by_read() -> None:
    transport = ScriptedTransport([raw(b"da", b"ta: 1\n\n", status=203, headers={"x-own": "yes"})])
    async with httpx2.AsyncClient(transport=transport) as client:
        request = client.build_request(
            "POST", "http://demo/chat/completions", json={**body("hi"), "stream": True}
        )
        response = await client.send(request, stream=True)
        assert [part async for part in response.aiter_raw()] == [b"da", b"ta: 1\n\n"]
        await response.aclose()
    assert (response.status_code, response.headers["x-own"]) == (203, "yes")


async def test_lone_surrogates_and_controls_survive_the_wire() -> None:
    text = "a\x00 \ud83d \u2028 z"
    assert added_up(await chunks(ScriptedTransport([says(text)]), body("hi")))["text"] == text


@pytest.mark.parametrize("text", ["", " ", "one", " one  two ", "a\n\nb\n", "x" * 1000, "\u00a0"])
def test_words_join_to_the_same_text(text: str) -> None:
    assert "".join(words(text)) == text


def test_ids_are_unique_within_a_reply_only() -> None:
    first, second = calls(("a", {}), ("b", {})), calls(("a", {}))
    assert json.dumps([str(piece) for piece in first.pieces]).count("call_0") == 1
    assert "call_0" in str(second.pieces[0])
