"""Whatever a server's connection does, its bytes arrive, all of them, and its end is noticed."""

import asyncio
import gzip

import pytest

from conversations.engine.values import Delta, Question, Request, TextDelta
from conversations.llm.errors import ModelError
from conversations.llm.stream import Stream
from tests.llm.asking import DONE, END, HELLO, PIECE, SHORT, a_client, ask, read
from tests.llm.loopback import Answer, Loopback
from tests.llm.raw import HEAD, Meeting, chunk, says, serving

WHOLE = PIECE, END, DONE
HINTS = b"HTTP/1.1 103 Early Hints\r\nLink: </>; rel=preload\r\n\r\n"
BODY = chunk(b"".join(WHOLE)) + b"0\r\n\r\n"


def texts(*lists: list[Delta]) -> list[str]:
    return [delta.text for deltas in lists for delta in deltas if isinstance(delta, TextDelta)]


async def all_of(stream: Stream) -> list[list[Delta]]:
    return [deltas async for deltas in stream]


def breaking(before: bytes, go_on: asyncio.Event) -> Meeting:
    """Begin a stream, and go on with what is no chunk."""

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + chunk(PIECE))
        await go_on.wait()
        writer.write(before + b"zz\r\n")
        await reader.read()

    return meet


async def test_a_reader_that_pauses_gets_all_that_came_meanwhile_at_once() -> None:
    async with Loopback(Answer([PIECE] * 9 + [END, DONE]), Answer([PIECE] * 90 + [END, DONE])) as server:
        async with a_client(server.url) as client, client.stream(HELLO) as stream:
            await read(client.stream(HELLO))
            first, *rest = [deltas async for deltas in stream]
    assert texts(first) == ["Once"] * 9
    assert texts(*rest) == []


async def test_what_came_before_a_cut_is_not_lost_on_a_reader_that_pauses() -> None:
    async with Loopback(Answer([PIECE], after="close"), Answer(WHOLE)) as server:
        async with a_client(server.url) as client, client.stream(HELLO) as stream:
            await read(client.stream(HELLO))
            lists = [deltas async for deltas in stream]
    assert (texts(*lists), stream.ending) == (["Once"], "reset")


async def test_an_end_while_the_reader_pauses_is_a_proper_end() -> None:
    async with Loopback(Answer([PIECE]), Answer(WHOLE)) as server:
        async with a_client(server.url) as client, client.stream(HELLO) as stream:
            await read(client.stream(HELLO))
            lists = [deltas async for deltas in stream]
    assert (texts(*lists), stream.ending) == (["Once"], "closed")


@pytest.mark.parametrize("before", [b"", chunk(PIECE)])
async def test_broken_framing_ends_a_stream_whose_reader_waits(before: bytes) -> None:
    go_on = asyncio.Event()
    async with serving(breaking(before, go_on)) as url, a_client(url) as client:
        async with client.stream(HELLO) as stream:
            first = await anext(stream)
            waiting = asyncio.create_task(all_of(stream))
            go_on.set()
            lists = [first, *await waiting]
    assert (texts(*lists), stream.ending) == (["Once"] * (2 if before else 1), "reset")


@pytest.mark.parametrize("before", [b"", chunk(PIECE)])
async def test_broken_framing_ends_a_stream_whose_reader_pauses(before: bytes) -> None:
    go_on = asyncio.Event()
    async with (
        serving(breaking(before, go_on)) as url,
        a_client(url) as client,
        Loopback(Answer(WHOLE)) as other,
    ):
        async with client.stream(HELLO) as stream:
            first = await anext(stream)
            go_on.set()
            await ask(other.url)
            lists = [first, *await all_of(stream)]
    assert (texts(*lists), stream.ending) == (["Once"] * (2 if before else 1), "reset")


async def test_silence_counts_from_the_last_byte_also_while_the_reader_pauses() -> None:
    async with Loopback(Answer([PIECE], after="hang")) as server, Loopback(Answer(after="hang")) as other:
        async with a_client(server.url, silence_seconds=SHORT) as client:
            async with client.stream(HELLO) as stream:
                await ask(other.url, silence_seconds=2 * SHORT)
                assert texts(await anext(stream)) == ["Once"]
                with pytest.raises(ModelError) as caught:
                    await anext(stream)
    assert caught.value.code == "silent"


async def test_a_server_that_takes_no_request_is_given_up() -> None:
    for_ever = asyncio.Event()

    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await for_ever.wait()

    long = Request("", (Question("x" * 2**24),))
    async with serving(meet) as url:
        _, error = await ask(url, long, silence_seconds=SHORT, connect_seconds=SHORT)
    assert error
    assert error.code == "unreachable"


async def test_a_long_request_arrives_whole() -> None:
    long = Request("", (Question("x" * 2**22),))
    async with Loopback(Answer(WHOLE)) as server:
        reply, error = await ask(server.url, long)
        assert len(server.bodies[0]) > 2**22
    assert (reply.text, error) == ("Once", None)


async def test_hints_before_the_answer_are_passed_over() -> None:
    async with serving(says(HINTS + HEAD + BODY)) as url:
        reply, error = await ask(url)
    assert (reply.text, error) == ("Once", None)


async def test_an_answer_without_a_body_is_no_stream() -> None:
    async with serving(says(b"HTTP/1.1 204 No Content\r\n\r\n")) as url:
        _, error = await ask(url)
    assert error
    assert (error.code, "nothing" in error.message) == ("not_a_stream", True)


async def test_an_answer_that_ends_with_its_connection_is_read_to_the_end() -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(b"HTTP/1.0 200 OK\r\n\r\n" + PIECE + END)
        await writer.drain()

    async with serving(meet) as url, a_client(url) as client:
        stream = client.stream(HELLO)
        reply, error = await read(stream)
    assert (reply.text, error, stream.ending) == ("Once", None, "done")


async def test_rubbish_after_the_end_spoils_neither_this_reply_nor_the_next() -> None:
    async def meet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.readuntil(b"\r\n\r\n")
        writer.write(HEAD + chunk(PIECE))
        await begun.wait()
        writer.write(BODY + b"rubbish\r\n\r\n")
        await reader.read()

    begun = asyncio.Event()
    async with serving(meet) as url, a_client(url) as client:
        for _ in range(2):
            async with client.stream(HELLO) as stream:
                begun.set()
                lists = await all_of(stream)
                begun.clear()
            assert (texts(*lists), stream.ending) == (["Once", "Once"], "done")


async def test_an_empty_line_after_the_end_is_passed_over() -> None:
    async with serving(says(HEAD + BODY + b"\r\n")) as url, a_client(url) as client:
        for _ in range(2):
            reply, error = await read(client.stream(HELLO))
            assert (reply.text, error) == ("Once", None)


async def test_long_headers_are_borne_and_endless_ones_are_not() -> None:
    async with Loopback(Answer(WHOLE, headers={"X-Trace": "t" * 40_000})) as server:
        reply, _ = await ask(server.url)
    async with Loopback(Answer(WHOLE, headers={"X-Trace": "t" * 400_000})) as server:
        _, error = await ask(server.url)
    assert reply.text == "Once"
    assert error
    assert error.code == "unreachable"


async def test_a_body_compressed_unasked_is_read_all_the_same() -> None:
    packed = gzip.compress(b"".join(WHOLE))
    async with Loopback(Answer([packed], headers={"Content-Encoding": "gzip"})) as server:
        reply, error = await ask(server.url)
        assert "accept-encoding: identity" in server.heads[0].lower()
    assert (reply.text, error) == ("Once", None)


async def test_nothing_is_added_to_what_the_sdk_sends() -> None:
    async with Loopback(Answer(WHOLE)) as server:
        await ask(server.url)
    names = [line.partition(":")[0].lower() for line in server.heads[0].splitlines()[1:] if line]
    assert "aiohttp" not in server.heads[0].lower()
    assert len(names) == len(set(names))


async def test_a_connection_closed_while_idle_is_not_used_again() -> None:
    closing = {"Content-Type": "text/event-stream", "Connection": "close"}
    async with Loopback(Answer(WHOLE, headers=closing)) as server, a_client(server.url) as client:
        for _ in range(2):
            reply, error = await read(client.stream(HELLO))
            assert (reply.text, error) == ("Once", None)
        assert server.connections == 2
