"""A call that fails before its stream ends with a code and a sentence that a person can act on."""

import asyncio
import re
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from typing import Any

import pytest

from conversations.llm.errors import Code, ModelError
from tests.llm.asking import DONE, END, HELLO, KEY, PIECE, SHORT, a_client, ask, read
from tests.llm.loopback import Answer, Loopback, failure


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
    assert error.code == code
    assert error.message.endswith(".")
    assert "<" not in error.message


@pytest.mark.parametrize("body", ["404 page not found", {"detail": "Not Found"}])
async def test_an_address_that_leads_nowhere_is_not_blamed_on_the_model_alone(body: object) -> None:
    error = await fails(failure(404, body))
    assert "nothing at this address" in error.message
    assert "/v1" in error.message


async def test_a_refused_key_is_never_quoted() -> None:
    answer = failure(403, {"error": {"message": f"Bad key {KEY}", "param": KEY}})
    async with Loopback(answer) as server, a_client(server.url) as client:
        stream = client.stream(HELLO)
        _, error = await read(stream)
    assert error
    assert KEY not in error.message
    assert KEY.encode() not in stream.exchange.response_body
    assert "Bad key [key]" in error.message


async def test_a_key_with_odd_letters_is_refused_before_it_is_sent() -> None:
    async with Loopback(Answer()) as server:
        _, error = await ask(server.url, key="sk-\u201cquoted\u201d")
        assert not server.bodies
    assert error
    assert error.code == "bad_key"


@pytest.mark.parametrize("status", [429, 503])
async def test_the_person_is_told_when_to_try_again(status: int) -> None:
    error = await fails(failure(status, {"error": {"message": "Slow down"}}, Retry_After="21"), retries=2)
    assert "Try again in 21 seconds." in error.message


async def test_a_date_says_when_to_try_again() -> None:
    moment = format_datetime(datetime.now(UTC) + timedelta(minutes=10), usegmt=True)
    error = await fails(failure(429, {"error": {"message": "Slow down"}}, Retry_After=moment))
    said = re.search(r"Try again in (\d+) seconds", error.message)
    assert said
    assert 500 < int(said[1]) <= 600


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
    assert len(server.bodies) == 2
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


@pytest.mark.parametrize("url", ["localhost:11434/v1", "http://model.example:port/v1", "http://"])
async def test_a_url_that_is_none_is_unreachable(url: str) -> None:
    _, error = await ask(url)
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
    _, error = await ask(url)
    assert error
    assert "wonderland" not in error.message
