"""What is kept of a model call is what went over the wire, also when it failed."""

import json
import subprocess
import sys

import httpx2

from conversations.engine.values import CallDelta
from conversations.llm.client import ModelClient
from tests.llm.asking import HELLO, KEY, a_client, ask, read
from tests.llm.loopback import Answer, Loopback, failure
from tests.llm.table import RECORDINGS

BODIES = {recording.file: recording.body for recording in RECORDINGS}
EVENTS = {"Content-Type": "text/event-stream", "X-Request-Id": "req_42"}


async def test_the_body_kept_is_the_body_the_server_received() -> None:
    async with Loopback(Answer([BODIES["openai_plain"]], headers=EVENTS)) as server:
        async with a_client(server.url) as client:
            stream = client.stream(HELLO)
            reply, _ = await read(stream)
    kept = stream.exchange
    assert kept.request_body == server.bodies[0]
    assert json.loads(kept.request_body)["model"] == "some-model"
    assert (kept.status, kept.request_id, kept.truncated) == (200, "req_42", False)
    assert reply.request_id == "req_42"


async def test_a_long_response_is_kept_up_to_the_limit() -> None:
    body = BODIES["openai_plain"]
    async with Loopback(Answer([body[:50], body[50:]])) as server:
        async with a_client(server.url, exchange_limit=100) as client:
            stream = client.stream(HELLO)
            reply, _ = await read(stream)
    assert reply.text == "Good morning, Zoë 👋"
    assert (stream.exchange.response_body, stream.exchange.truncated) == (body[:100], True)


async def test_a_failure_is_kept_too() -> None:
    async with Loopback(failure(400, {"error": {"message": "No."}})) as server:
        async with a_client(server.url) as client:
            stream = client.stream(HELLO)
            await read(stream)
    assert stream.exchange.status == 400
    assert json.loads(stream.exchange.response_body) == {"error": {"message": "No."}}
    assert stream.exchange.request_body == server.bodies[0]
    assert stream.ending == "failed"


async def test_an_exchange_that_never_was_has_its_request_all_the_same() -> None:
    async with Loopback(Answer()) as server:
        url = server.url
    async with a_client(url) as client:
        stream = client.stream(HELLO)
        await read(stream)
    kept = stream.exchange
    assert (json.loads(kept.request_body)["model"], kept.status) == ("some-model", None)


async def test_an_exchange_can_be_looked_at_while_it_streams() -> None:
    async with Loopback(Answer([BODIES["openai_plain"][:400]], after="hang")) as server:
        async with a_client(server.url) as client, client.stream(HELLO) as stream:
            await anext(stream)
            assert stream.exchange.response_body.startswith(b"data: ")


async def test_the_key_is_sent_and_its_absence_is_no_obstacle() -> None:
    async with Loopback(Answer([BODIES["openai_plain"]])) as server:
        await ask(server.url)
        reply, _ = await ask(server.url, key="")
    assert f"authorization: bearer {KEY}" in server.heads[0].lower()
    assert reply.text


async def test_a_short_key_spoils_no_honest_text() -> None:
    body = BODIES["openai_plain"]
    async with Loopback(Answer([body])) as server, a_client(server.url, key="Good") as client:
        stream = client.stream(HELLO)
        await read(stream)
    assert stream.exchange.response_body == body


async def test_streams_side_by_side_keep_their_own_exchanges() -> None:
    answers = Answer([BODIES["openai_plain"]], headers=EVENTS), Answer([BODIES["groq"]], headers=EVENTS)
    async with Loopback(*answers) as server, a_client(server.url) as client:
        async with client.stream(HELLO) as one, client.stream(HELLO) as two:
            await anext(one)
            assert [deltas async for deltas in two]
            async for _ in one:
                pass
    assert one.exchange.response_body == BODIES["openai_plain"]
    assert two.exchange.response_body == BODIES["groq"]


async def test_the_call_id_told_first_is_the_one_in_the_reply() -> None:
    async with Loopback(Answer([BODIES["id_duplicated"]])) as server, a_client(server.url) as client:
        async with client.stream(HELLO) as stream:
            deltas = [delta async for some in stream for delta in some]
    told = [delta.provider_id for delta in deltas if isinstance(delta, CallDelta) and delta.provider_id]
    assert told == ["call_1", "call_1_2", "call_1_3"]


async def test_any_transport_can_stand_in_for_the_network() -> None:
    def answer(request: httpx2.Request) -> httpx2.Response:
        return httpx2.Response(200, headers=EVENTS, content=BODIES["openai_plain"])

    reply, _ = await ask("http://demo.invalid/v1", transport=lambda: httpx2.MockTransport(answer))
    assert reply.text == "Good morning, Zoë 👋"


def test_importing_the_client_does_not_import_the_sdk() -> None:
    code = "import sys, conversations.llm.client; print({'openai', 'httpx2', 'aiohttp'} & set(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout == "set()\n"


async def test_an_empty_address_means_openai() -> None:
    client = ModelClient("", KEY, "some-model")
    assert client.server == "api.openai.com"
