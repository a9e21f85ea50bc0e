"""Every recording, through the real client and a real socket, in pieces of any size."""

import random
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest

from conversations.engine.values import Answer as Answered
from conversations.engine.values import Question
from tests.llm.asking import HELLO, a_client, read
from tests.llm.loopback import Answer, Loopback
from tests.llm.table import FOLDER, RECORDINGS, Recording

LARGEST_PIECE = 60
PLAIN = RECORDINGS[0]


def shredded(body: bytes, luck: random.Random) -> Iterator[bytes]:
    """Cut a body where no server would: within lines, within letters."""
    while body:
        size = luck.randint(1, LARGEST_PIECE)
        yield body[:size]
        body = body[size:]


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.file)
@pytest.mark.parametrize("whole", [True, False], ids=["whole", "shredded"])
async def test_a_recording_is_read_as_the_table_says(recording: Recording, *, whole: bool) -> None:
    body = recording.body
    pieces = [body] if whole else list(shredded(body, random.Random(len(body))))
    answer = Answer(pieces, headers={"Content-Type": recording.content_type})
    async with Loopback(answer) as server, a_client(server.url) as client:
        stream = client.stream(HELLO)
        reply, error = await read(stream)
    assert recording.of(reply, error.code if error else None) == recording
    kept = stream.exchange.response_body
    assert body.startswith(kept) if error else kept == body
    ids = [call.provider_id for call in reply.calls]
    assert all(ids)
    assert len(set(ids)) == len(ids)


@pytest.mark.parametrize("recording", RECORDINGS, ids=lambda recording: recording.file)
async def test_a_second_question_can_be_asked_after_it(recording: Recording) -> None:
    answers = Answer([recording.body], headers={"Content-Type": recording.content_type}), Answer([PLAIN.body])
    async with Loopback(*answers) as server, a_client(server.url) as client:
        reply, _ = await read(client.stream(HELLO))
        told = [Answered(call.provider_id, call.name, "{}") for call in reply.calls if call.complete]
        history = (*HELLO.items, reply, *told, Question("And then?"))
        second, error = await read(client.stream(replace(HELLO, items=history)))
    assert (second.text, error) == (PLAIN.text, None)
    sent = server.sent()["messages"]
    asked = [call["id"] for message in sent for call in message.get("tool_calls", [])]
    answered = [message["tool_call_id"] for message in sent if message["role"] == "tool"]
    assert asked == answered == [call.provider_id for call in told]


@pytest.mark.parametrize(
    ("file", "wanted_back"),
    [
        ("deepseek_reasoning", {"reasoning_content": "I should look it up."}),
        (
            "openrouter",
            {
                "reasoning_details": [
                    {
                        "type": "reasoning.text",
                        "format": "anthropic-claude-v1",
                        "index": 0,
                        "text": "The user asks for Oslo.",
                        "signature": "EqQBCgIYAhIM",
                    }
                ]
            },
        ),
        ("vllm", {"reasoning_content": "The user wants the weather."}),
    ],
)
async def test_what_a_server_wants_back_goes_back(file: str, wanted_back: dict[str, object]) -> None:
    sent = await sent_after(file)
    assert wanted_back.items() <= sent.items()


@pytest.mark.parametrize("file", ["gemini", "gemini_signature_alone"])
async def test_a_thought_signature_goes_back_with_the_call_it_came_with(file: str) -> None:
    first, *others = (await sent_after(file))["tool_calls"]
    assert first["extra_content"] == {"google": {"thought_signature": "CiQB0e2Kb7s"}}
    assert all("extra_content" not in call for call in others)


async def sent_after(file: str) -> dict[str, Any]:
    """Read a recording, ask again, and return the assistant's message that was sent."""
    recording = next(each for each in RECORDINGS if each.file == file)
    async with Loopback(Answer([recording.body])) as server, a_client(server.url) as client:
        reply, _ = await read(client.stream(HELLO))
        await read(client.stream(replace(HELLO, items=(*HELLO.items, reply))))
        message: dict[str, Any] = server.sent()["messages"][2]
        return message


def test_every_file_is_in_the_table() -> None:
    assert {path.stem for path in FOLDER.glob("*.sse")} == {recording.file for recording in RECORDINGS}
