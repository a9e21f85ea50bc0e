"""Whatever a model's server does, the call ends with a code and a sentence, and what came is kept."""

import asyncio
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from conversations.engine.accumulator import Accumulator
from conversations.engine.values import TextDelta
from conversations.llm.errors import Code, ModelError
from tests.llm.asking import HELLO, KEY, a_client, ask, read
from tests.llm.loopback import Answer, Loopback, failure

SHORT = 0.05
PIECE = b'data: {"choices":[{"index":0,"delta":{"content":"Once"}}]}\n\n'
END = b'data: {"choices":[{"index":0,"delta":{},"finish_reason":"stop"}]}\n\n'
DONE = b"data: [DONE]\n\n"


async def fails(answer: Answer, **options: Any) -> ModelError:
    async with Loopback(answer) as server:
        _, error = await ask(server.url, **options)
    assert error
    return error


@pytest.mark.parametrize(
    ("status", "body", "code"),
    [
        (401, {"error": {"message": "Incorrect API key provided", "code": "invalid_api_key"}}, "bad_key"),
        (403, {"error": {"message": "Country not supported"}}, "bad_key"),
        (404, {"error": {"message": "model 'llama9' not found"}}, "no_such_model"),
        (404, "<html>Not Found</html>", "no_such_model"),
        (400, {"error": {"message": "foo/bar is not a valid model ID", "code": 400}}, "no_such_model"),
        (402, {"error": {"message": "Insufficient Balance"}}, "no_credit"),
        (429, {"error": {"message": "Slow down", "code": "rate_limit_exceeded"}}, "rate_limited"),
        (429, {"error": {"message": "You exceeded...", "code": "insufficient_quota"}}, "no_credit"),
        (400, {"error": {"message": "Invalid 'tools[0].function.name'"}}, "bad_request"),
        (422, {"detail": [{"msg": "Field required", "loc": ["body"]}]}, "bad_request"),
        (413, {"error": {"message": "Payload too large"}}, "context_full"),
        (500, {"error": {"message": "CUDA out of memory"}}, "provider_failed"),
        (503, "<html>Service Unavailable</html>", "provider_failed"),
    ],
)
async def test_a_status_is_told_by_name(status: int, body: object, code: Code) -> None:
    error = await fails(failure(status, body))
    assert (error.code, error.status) == (code, status)
    assert error.message.endswith(".")
    assert "<" not in error.message


async def test_a_refused_key_is_never_quoted() -> None:
    answer = failure(401, {"error": {"message": f"Bad key {KEY}", "param": KEY}})
    async with Loopback(answer) as server, a_client(server.url) as client:
        stream = client.stream(HELLO)
        _, error = await read(stream)
    assert error
    assert KEY not in error.message + error.detail
    assert KEY.encode() not in stream.exchange.response_body
    assert "Bad key [key]" in error.detail


async def test_a_key_with_odd_letters_is_refused_before_it_is_sent() -> None:
    async with Loopback(Answer()) as server:
        _, error = await ask(server.url, key="sk-\u201cquoted\u201d")
        assert not server.bodies
    assert error
    assert error.code == "bad_key"


async def test_the_person_is_told_when_to_try_again() -> None:
    error = await fails(failure(429, {"error": {"message": "Slow down"}}, Retry_After="21"), retries=2)
    assert error.retry_after == 21
    assert "Try again in 21 seconds." in error.message


async def test_a_date_says_when_to_try_again() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    error = await fails(failure(429, {"error": {"message": "Slow down"}}, Retry_After=moment))
    assert error.retry_after
    assert 500 < error.retry_after <= 600


async def test_a_long_wait_is_told_and_not_waited_for() -> None:
    answer = failure(429, {"error": {"message": "Slow down"}}, Retry_After="60")
    async with Loopback(answer) as server:
        await ask(server.url, retries=2)
        assert len(server.bodies) == 1


async def test_a_passing_failure_is_tried_again_unseen() -> None:
    busy = failure(503, {"error": {"message": "Loading model"}}, Retry_After="0.01")
    async with (
        Loopback(busy, Answer([PIECE, END, DONE])) as server,
        a_client(server.url, retries=1) as client,
    ):
        stream = client.stream(HELLO)
        reply, error = await read(stream)
    assert (reply.text, error) == ("Once", None)
    assert stream.exchange.attempts == 2
    assert stream.exchange.response_body == PIECE + END + DONE


async def test_a_long_sentence_of_the_provider_is_cut() -> None:
    error = await fails(failure(400, {"error": {"message": "no " * 4000}}))
    assert len(error.message) < 500
    assert error.message.endswith("…")


async def test_a_server_that_is_not_there_is_unreachable() -> None:
    async with Loopback(Answer()) as server:
        url = server.url
    _, error = await ask(url)
    assert error
    assert error.code == "unreachable"
    assert "nothing answers there" in error.message


async def test_a_host_that_does_not_exist_is_unreachable() -> None:
    _, error = await ask("http://nowhere.invalid/v1")
    assert error
    assert error.code == "unreachable"
    assert "nowhere.invalid" in error.message


async def test_a_url_that_is_none_is_unreachable() -> None:
    _, error = await ask("localhost:11434/v1")
    assert error
    assert error.code == "unreachable"


async def test_speaking_tls_to_a_plain_server_is_unreachable() -> None:
    async def greet(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"HTTP/1.1 400 Bad Request\r\n\r\n")
        writer.close()

    async with await asyncio.start_server(greet, "127.0.0.1", 0) as server:
        port = server.sockets[0].getsockname()[1]
        _, error = await ask(f"https://127.0.0.1:{port}/v1")
    assert error
    assert error.code == "unreachable"
    assert "TLS" in error.message


async def test_a_server_that_accepts_and_says_nothing_is_unreachable_in_time() -> None:
    async with Loopback(Answer()) as server:
        _, error = await ask(server.url.replace("http:", "https:"), connect_seconds=SHORT)
    assert error
    assert (error.code, "within 0.05 seconds" in error.message) == ("unreachable", True)


async def test_a_connection_closed_without_an_answer_is_unreachable() -> None:
    error = await fails(Answer(headless=True, after="close"))
    assert error.code == "unreachable"
    assert "without an answer" in error.message


async def test_the_password_in_an_address_is_never_shown() -> None:
    async with Loopback(Answer()) as server:
        url = server.url.replace("http://", "http://alice:wonderland@")
        async with a_client(url) as client:
            stream = client.stream(HELLO)
            await read(stream)
    _, error = await ask(url)
    assert error
    assert "wonderland" not in error.message + error.detail + stream.exchange.url


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
    assert (error.code, error.status) == ("not_a_stream", 200)
    assert "a web page" in error.message
    assert "Sign in" in error.detail


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
        assert stream.exchange.ended


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
