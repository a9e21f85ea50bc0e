"""However a stream ends, what came is kept, the end has a name, and the connection is closed."""

import asyncio
import json
from itertools import chain, repeat

import pytest

from conversations.engine.accumulator import Accumulator
from conversations.engine.values import TextDelta
from conversations.llm.wire.calls import MOST_CALLS
from tests.llm.asking import DONE, END, HELLO, LIVELY, PIECE, SHORT, a_client, ask, read
from tests.llm.loopback import Answer, Loopback, failure


async def test_silence_before_the_first_byte_ends_by_name_and_only_once() -> None:
    async with Loopback(Answer(headless=True, after="hang")) as server:
        _, error = await ask(server.url, silence_seconds=SHORT, retries=2)
        assert len(server.bodies) == 1
    assert error
    assert error.code == "silent"


async def test_silence_in_mid_stream_ends_by_name_and_keeps_the_text() -> None:
    async with Loopback(Answer([PIECE], after="hang")) as server:
        reply, error = await ask(server.url, silence_seconds=SHORT)
        await server.gone.wait()
    assert error
    assert (reply.text, error.code) == ("Once", "silent")


PING = b": ping\n\n"
COUNTED = b'data: {"choices":[],"usage":{"total_tokens":1}}\n\n'
BARE = b'data: {"choices":[{"index":0,"delta":{"tool_calls":[{"index":0,"function":{}}]}}]}\n\n'


@pytest.mark.parametrize("piece", [PING, COUNTED, BARE], ids=["keep-alives", "counts", "a bare call"])
async def test_bytes_that_say_nothing_for_too_long_are_silence(piece: bytes) -> None:
    async with Loopback(Answer(repeat(piece), after="hang")) as server:
        _, error = await ask(server.url, silence_seconds=LIVELY, wordless_seconds=LIVELY)
        await server.gone.wait()
    assert error
    assert (error.code, "without a word" in error.message) == ("silent", True)


async def test_a_failure_that_is_told_for_ever_is_silence() -> None:
    async with Loopback(Answer(repeat(b" "), status=500)) as server:
        _, error = await ask(server.url, silence_seconds=LIVELY, wordless_seconds=LIVELY)
        await server.gone.wait()
    assert error
    assert error.code == "silent"


@pytest.mark.parametrize("status", [200, 400])
async def test_a_body_without_end_is_too_much(status: int) -> None:
    async with Loopback(Answer(chain([PIECE], repeat(b": more\n\n")), status=status)) as server:
        reply, error = await ask(server.url, reply_limit=1000)
        await server.gone.wait()
    assert error
    assert (error.code, reply.text) == ("too_much", "Once" if status == 200 else "")


async def test_calls_without_end_and_name_are_too_much() -> None:
    calls = [{"index": place, "function": {"arguments": "{}"}} for place in range(MOST_CALLS + 1)]
    chunk = json.dumps({"choices": [{"index": 0, "delta": {"content": "Once", "tool_calls": calls}}]})
    async with Loopback(Answer([b"data: %s\n\n" % chunk.encode()], after="hang")) as server:
        reply, error = await ask(server.url)
    assert error
    assert (error.code, reply.text, len(reply.calls)) == ("too_much", "Once", MOST_CALLS)


async def test_a_server_that_pings_after_a_finish_reason_has_finished() -> None:
    async with Loopback(Answer(chain([PIECE, END], repeat(PING)))) as server:
        reply, error = await ask(server.url, silence_seconds=SHORT)
    assert (reply.text, reply.finish_reason, error) == ("Once", "stop", None)


async def test_a_server_that_keeps_the_line_open_after_done_is_not_waited_for() -> None:
    async with Loopback(Answer([PIECE, END, DONE], after="hang")) as server:
        reply, error = await ask(server.url)
        await server.gone.wait()
    assert (reply.text, reply.finish_reason, error) == ("Once", "stop", None)


async def test_a_server_that_keeps_the_line_open_after_a_finish_reason_has_finished() -> None:
    async with Loopback(Answer([PIECE, END], after="hang")) as server:
        reply, error = await ask(server.url, silence_seconds=SHORT)
        await server.gone.wait()
    assert (reply.text, reply.finish_reason, error) == ("Once", "stop", None)


async def test_a_web_page_without_an_end_is_left_at_once() -> None:
    page = b"<!DOCTYPE html><title>Sign in</title>" + b"<br>" * 100
    async with Loopback(Answer([page], headers={"Content-Type": "text/html"}, after="hang")) as server:
        _, error = await ask(server.url)
        await server.gone.wait()
    assert error
    assert error.code == "not_a_stream"
    assert "a web page" in error.message


async def test_a_close_in_mid_stream_is_a_reply_without_finish_reason() -> None:
    async with Loopback(Answer([PIECE], after="close")) as server, a_client(server.url) as client:
        stream = client.stream(HELLO)
        reply, error = await read(stream)
    assert (reply.text, reply.finish_reason, error) == ("Once", "", None)
    assert stream.ending == "reset"


async def test_an_end_without_finish_reason_is_told_from_a_broken_connection() -> None:
    async with Loopback(Answer([PIECE])) as server, a_client(server.url) as client:
        stream = client.stream(HELLO)
        await read(stream)
    assert stream.ending == "closed"


async def test_a_reset_in_mid_stream_keeps_what_came() -> None:
    async with Loopback(Answer([PIECE], after="reset")) as server, a_client(server.url) as client:
        async with client.stream(HELLO) as stream:
            first = await anext(stream)
            server.heard.set()
            rest = [deltas async for deltas in stream]
    assert TextDelta("Once") in first
    assert (stream.ending, stream.ended, rest) == ("reset", False, [])


async def test_a_cancelled_stream_closes_the_connection() -> None:
    whole = Accumulator()
    begun = asyncio.Event()

    async def listen(url: str) -> None:
        async with a_client(url) as client, client.stream(HELLO) as stream:
            async for deltas in stream:
                for delta in deltas:
                    whole.add(delta)
                begun.set()

    async with Loopback(Answer([PIECE], after="hang")) as server:
        task = asyncio.create_task(listen(server.url))
        await begun.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.gone.wait()
    assert whole.reply(ended=False).text == "Once"


async def test_cancelling_before_the_first_byte_closes_the_connection() -> None:
    async with Loopback(Answer(headless=True, after="hang")) as server, a_client(server.url) as client:
        task = asyncio.create_task(read(client.stream(HELLO)))
        await server.asked.wait()
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        await server.gone.wait()


async def test_leaving_early_closes_the_connection_while_the_client_lives_on() -> None:
    async with Loopback(Answer([PIECE], after="hang")) as server, a_client(server.url) as client:
        async with client.stream(HELLO) as stream:
            await anext(stream)
        await server.gone.wait()


async def test_a_client_can_be_asked_again_after_a_failure() -> None:
    answers = failure(500, {"error": {"message": "Oops"}}), Answer([PIECE, END, DONE])
    async with Loopback(*answers) as server, a_client(server.url) as client:
        _, error = await read(client.stream(HELLO))
        reply, none = await read(client.stream(HELLO))
    assert error
    assert (error.code, reply.text, none) == ("provider_failed", "Once", None)


async def test_a_finished_stream_leaves_its_connection_for_the_next_one() -> None:
    async with Loopback(Answer([PIECE, END, DONE])) as server, a_client(server.url) as client:
        await read(client.stream(HELLO))
        await read(client.stream(HELLO))
        assert (len(server.bodies), server.connections) == (2, 1)
