"""Asked in plain words, the demo model goes wrong, and is well again with the next question."""

import json

import openai
import pytest

from conversations.engine.values import Json
from conversations.llm.demo import AT_ONCE, DemoTransport
from tests.demo.toolshelf import SHELF
from tests.demo.wire import body, chunks, reply

BAD = {"id": "a", "type": "function", "function": {"name": "get_weather", "arguments": '{"city": {}}'}}
ROUND = ({"role": "assistant", "content": None, "tool_calls": [BAD]},)
TOLD = {
    "role": "tool",
    "tool_call_id": "a",
    "content": '{"error": {"code": "bad_arguments", "message": "No."}}',
}


async def answer(question: str, *more: Json) -> Json:
    return await reply(body(question, *more, tools=SHELF))


async def test_bad_arguments_break_the_schema() -> None:
    name, arguments = (await answer("Call a tool with bad arguments: the weather in Berlin"))["calls"][0]
    assert (name, json.loads(arguments)) == ("get_weather", {"city": {"not": "a string"}})


async def test_after_bad_arguments_the_error_is_told() -> None:
    told = await answer("call a tool with bad arguments", *ROUND, TOLD)
    assert not told["calls"]
    assert "did not work" in told["text"]


async def test_arguments_can_be_no_json() -> None:
    (_, arguments), *_ = (await answer("call a tool with arguments that are not JSON"))["calls"]
    with pytest.raises(json.JSONDecodeError):
        json.loads(arguments)


async def test_an_unknown_tool_is_called() -> None:
    assert (await answer("call an unknown tool"))["calls"][0][0] == "no_such_tool"


async def test_the_stream_is_cut_in_mid_sentence() -> None:
    cut = await answer("cut the stream")
    assert cut["text"]
    assert cut["finish"] is None


async def test_the_stream_is_cut_inside_a_call() -> None:
    cut = await answer("cut the stream inside a tool call")
    assert cut["finish"] is None
    with pytest.raises(json.JSONDecodeError):
        json.loads(cut["calls"][0][1])


async def test_the_connection_is_dropped() -> None:
    with pytest.raises(openai.APIConnectionError):
        await answer("drop the connection")


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (401, openai.AuthenticationError),
        (404, openai.NotFoundError),
        (429, openai.RateLimitError),
        (500, openai.InternalServerError),
        (503, openai.InternalServerError),
    ],
)
async def test_it_fails_with_a_status(status: int, error: type[openai.APIStatusError]) -> None:
    with pytest.raises(error) as failed:
        await answer(f"Please fail with {status}")
    assert failed.value.status_code == status


async def test_an_error_comes_in_the_middle_of_the_stream() -> None:
    with pytest.raises(openai.APIError, match="ran out of breath"):
        await answer("an error in the middle of the stream")


async def test_a_line_is_broken() -> None:
    with pytest.raises(json.JSONDecodeError):
        await answer("send a broken line")


async def test_html_is_no_stream() -> None:
    assert await chunks(DemoTransport(pacing=AT_ONCE), body("answer with HTML")) == []


async def test_it_goes_silent() -> None:
    with pytest.raises(openai.APITimeoutError):
        await reply(body("go silent"), timeout=0.001)


async def test_tools_are_called_for_ever() -> None:
    question = "call tools for ever"
    assert (await answer(question))["calls"]
    assert (await answer(question, *ROUND, TOLD, *ROUND, TOLD))["calls"]


@pytest.mark.parametrize(
    ("words", "count"), [("fifty", 50), ("12", 12), ("three", 3), ("0", 1), ("99999999", 100)]
)
async def test_so_many_calls_are_made(words: str, count: int) -> None:
    assert len((await answer(f"make {words} calls"))["calls"]) == count


async def test_it_refuses() -> None:
    assert (await answer("refuse"))["refusal"]


@pytest.mark.parametrize(
    ("words", "reason"),
    [("stop because of length", "length"), ("content filter", "content_filter")],
)
async def test_it_finishes_for_another_reason(words: str, reason: str) -> None:
    assert (await answer(words))["finish"] == reason


async def test_the_context_is_full_until_tool_results_are_shortened() -> None:
    with pytest.raises(openai.BadRequestError) as failed:
        await answer("context full")
    assert failed.value.code == "context_length_exceeded"
    shortened = {**TOLD, "content": "(shortened)"}
    assert (
        "fits"
        in (await answer("Weather?", *ROUND, shortened, {"role": "user", "content": "context full"}))["text"]
    )


@pytest.mark.parametrize(
    "words", ["call a tool with bad arguments", "call tools for ever", "make fifty calls"]
)
async def test_without_tools_there_is_nothing_to_misuse(words: str) -> None:
    assert "offered none" in (await reply(body(words)))["text"]


@pytest.mark.parametrize("trouble", ["fail with 500", "cut the stream", "call tools for ever", "go silent"])
async def test_the_next_question_is_answered_normally(trouble: str) -> None:
    fresh = [("calculate", '{"expression": "2 + 2"}')]
    assert (await answer(trouble, {"role": "user", "content": "What is 2 + 2?"}))["calls"] == fresh
    assert (await answer(f"{trouble}\n\nWhat is 2 + 2?"))["calls"] == fresh


@pytest.mark.parametrize(
    "text",
    ["Why do people refuse help?", "I like silent films", "What is a content filter?", "I make phone calls"],
)
async def test_ordinary_words_cause_no_mischief(text: str) -> None:
    assert (await answer(text))["finish"] == "stop"
