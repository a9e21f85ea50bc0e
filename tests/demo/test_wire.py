"""What goes over the wire, heard through the real SDK."""

import json

import openai
import pytest

from conversations.engine.values import Json
from conversations.llm.demo import AT_ONCE, DemoTransport, Pacing, says
from tests.demo.toolshelf import SHELF
from tests.demo.wire import added_up, body, chunks, reply, sdk, stream
from tests.scripted import ScriptedTransport

CALL = {"id": "a", "type": "function", "function": {"name": "get_time", "arguments": "{}"}}
ASKED = {"role": "assistant", "content": None, "tool_calls": [CALL]}
ANSWERED = {"role": "tool", "tool_call_id": "a", "content": '{"time": "12:00"}'}


async def test_chunks_look_like_the_chunks_of_chat_completions() -> None:
    first, *rest = await chunks(ScriptedTransport([says("one two")]), body("hi"))
    assert first["object"] == "chat.completion.chunk"
    assert first["model"] == "clearcall-demo"
    assert first["id"].startswith("chatcmpl-")
    assert first["choices"][0]["delta"]["role"] == "assistant"
    assert [chunk["choices"][0]["delta"].get("content") for chunk in rest] == ["one", " two", None]
    assert rest[-1]["choices"][0]["finish_reason"] == "stop"
    assert {chunk["id"] for chunk in rest} == {first["id"]}


async def test_usage_comes_last_where_it_is_asked_for() -> None:
    request = body("hi", stream_options={"include_usage": True})
    last = (await chunks(ScriptedTransport([says("one two")]), request))[-1]
    assert last["choices"] == []
    assert last["usage"]["completion_tokens"] == 2
    assert last["usage"]["total_tokens"] == last["usage"]["prompt_tokens"] + 2


async def test_the_demo_calls_tools_and_tells_their_results() -> None:
    asked = await reply(body("What time is it in Tokyo?", tools=SHELF))
    assert asked["calls"] == [("get_time", '{"timezone": "Asia/Tokyo"}')]
    assert asked["finish"] == "tool_calls"
    told = await reply(body("What time is it in Tokyo?", ASKED, ANSWERED, tools=SHELF))
    assert "**12:00**" in told["text"]
    assert told["finish"] == "stop"


async def test_every_call_has_an_id_of_its_own() -> None:
    request = body("Weather in Berlin, Tokyo and Paris", tools=SHELF)
    parts = await chunks(DemoTransport(pacing=AT_ONCE), request)
    deltas = [call for part in parts for call in part["choices"][0]["delta"].get("tool_calls") or ()]
    assert len({call["id"] for call in deltas if "id" in call}) == 3
    assert len(deltas) > 6, "arguments are streamed in pieces"


async def test_the_instructions_tell_the_demo_what_day_it_is() -> None:
    system = {"role": "system", "content": "Today is 2031-01-31."}
    asked = await reply(body(system, "What's on my calendar tomorrow?", tools=SHELF))
    assert json.loads(asked["calls"][0][1]) == {"date": "2031-02-01"}


async def test_a_question_in_parts_is_read_too() -> None:
    question = {"role": "user", "content": [{"type": "text", "text": "What is 2 + 2?"}]}
    assert (await reply(body(question, tools=SHELF)))["calls"]


async def test_the_long_answer_is_long_and_rich() -> None:
    text = (await reply(body("Write a long answer with a table and code")))["text"]
    assert len(text.split()) > 550
    for mark in ("# ", "| :---", "- [x]", "```python", "> ", "](https://"):
        assert mark in text


async def test_pieces_are_paced_and_thought_about() -> None:
    waits: list[float] = []

    async def pace(seconds: float) -> None:
        waits.append(seconds)

    await chunks(DemoTransport(pacing=Pacing(0.02, 20, pace)), body("hello"))
    slow_from = len(waits)
    assert waits[:2] == [0.4, 0.02]
    await chunks(DemoTransport(pacing=Pacing(0.02, 20, pace)), body("hello, and be slow"))
    assert waits[slow_from + 1] == pytest.approx(0.2)


@pytest.mark.parametrize(
    ("request_body", "said"),
    [
        (body("hi", ASKED, tools=SHELF), "These have no answer: a"),
        (body("hi", ASKED, "and?", tools=SHELF), "These have no answer: a"),
        (body("hi", ANSWERED, tools=SHELF), "nothing asked for a"),
        (body("hi", ASKED, ANSWERED, ANSWERED, tools=SHELF), "nothing asked for a"),
        (body("hi", {**ASKED, "tool_calls": []}), "tool_calls must be"),
        (body("hi", {**ASKED, "tool_calls": [CALL, CALL]}), "same id"),
        (body("hi", {"role": "assistant", "content": None}), "needs content or tool_calls"),
        (body({"role": "user"}), "content is missing"),
        (body({"role": "user", "content": 7}), "content must be"),
        (body({"role": "robot", "content": ""}), "whose role is one of"),
        (body({"role": "tool", "content": ""}), "needs a tool_call_id"),
        (body(), "at least one message"),
        (body("hi", tool_choice="required"), "only allowed when 'tools'"),
        (body("hi", tools=SHELF, tool_choice="sometimes"), "sometimes"),
        (
            body("hi", tools=SHELF, tool_choice={"type": "function", "function": {"name": "fly"}}),
            "'fly', which is not among",
        ),
        ({**body("hi"), "tools": []}, "1 to 128 tools"),
        ({**body("hi"), "tools": ["x"]}, "a tool is an object"),
        ({**body("hi"), "tools": [{"type": "function", "function": {"name": "a b"}}]}, "must match"),
        ({**body("hi"), "model": ""}, "model parameter"),
        ({**body("hi"), "stream_options": "yes"}, "stream_options"),
    ],
)
async def test_what_a_provider_would_refuse_is_refused_with_a_sentence(request_body: Json, said: str) -> None:
    transport = ScriptedTransport([says("never reached")])
    with pytest.raises(openai.BadRequestError) as refused:
        await chunks(transport, request_body)
    assert said in refused.value.message
    assert transport.left == 1


@pytest.mark.parametrize("content", [b"", b"{", b"[]", b"\xff", b'{"a": "\\ud800"}', b"[" * 100_000, b"null"])
async def test_a_body_nobody_can_read_is_a_400(content: bytes) -> None:
    async with openai.DefaultAsyncHttpx2Client(transport=DemoTransport()) as http:
        response = await http.post("http://demo/v1/chat/completions", content=content)
    assert response.status_code == 400
    assert "Traceback" not in response.text
    assert response.json()["error"]["type"] == "invalid_request_error"


async def test_the_models_are_listed_and_other_addresses_are_unknown() -> None:
    async with sdk(DemoTransport()) as client:
        assert [model.id async for model in client.models.list()] == ["clearcall-demo"]
        with pytest.raises(openai.NotFoundError, match="does not know GET"):
            await client.get("/nowhere", cast_to=object)


async def test_asking_without_a_stream_is_refused_with_a_sentence() -> None:
    async with sdk(DemoTransport()) as client:
        with pytest.raises(openai.BadRequestError, match="only streams"):
            await client.post("/chat/completions", body=body("hi"), cast_to=object)


async def test_nothing_is_kept_of_what_was_asked_and_answered() -> None:
    transport = DemoTransport(pacing=AT_ONCE)
    as_it_was = repr(vars(transport))
    await chunks(transport, body("hi"))
    assert repr(vars(transport)) == as_it_was


async def test_answers_to_two_people_do_not_mix() -> None:
    async with sdk(ScriptedTransport([says("for Alice"), says("for Bob")])) as client:
        alice, bob = await stream(client, body("A")), await stream(client, body("B"))
        async with alice, bob:
            assert added_up([chunk async for chunk in bob])["text"] == "for Bob"
            assert added_up([chunk async for chunk in alice])["text"] == "for Alice"
