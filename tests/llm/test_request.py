"""What is sent is what any server accepts, whatever the history holds."""

import json
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.engine.values import Answer, Call, Choice, Item, OfferedTool, Question, Reply, Request
from conversations.llm.wire import body

WEATHER = OfferedTool("get_weather", "Tell the weather.", {"type": "object", "properties": {"city": {}}})
CALL = Call(0, "call_a", "get_weather", '{"city":"Oslo"}')
TOLD = Answer("call_a", "get_weather", '{"sky":"clear"}')


def messages(*items: Item, server: str = "") -> list[dict[str, Any]]:
    sent: list[dict[str, Any]] = body(Request("", items), model="m", server=server)["messages"]
    return sent


def test_a_question_is_sent_with_instructions_and_asks_for_usage() -> None:
    assert body(Request("Be brief.", (Question("Hi"),)), model="m", include_usage=True) == {
        "model": "m",
        "messages": [{"role": "system", "content": "Be brief."}, {"role": "user", "content": "Hi"}],
        "stream": True,
        "stream_options": {"include_usage": True},
    }


def test_usage_is_not_asked_for_where_the_server_refuses_the_option() -> None:
    assert "stream_options" not in body(Request("", (Question("Hi"),)), model="m", include_usage=False)


@pytest.mark.parametrize(("null_content", "text"), [(True, None), (False, "")])
def test_calls_without_a_word_have_null_for_their_text_or_none_of_it(
    null_content: bool, text: str | None
) -> None:
    asked = Request("", (Question("Hi"), Reply(calls=(CALL,)), TOLD))
    sent = body(asked, model="m", null_content=null_content)["messages"]
    assert [message["content"] for message in sent] == ["Hi", text, TOLD.content]


def test_without_tools_no_tool_choice_is_sent() -> None:
    sent = body(Request("", (Question("Hi"),), choice=Choice("required")), model="m")
    assert sent.keys().isdisjoint({"tools", "tool_choice"})


def test_tools_are_sent_in_the_wires_form() -> None:
    strict = replace(WEATHER, strict=True)
    bare = OfferedTool("now", "Tell the time.", {})
    sent = body(Request("", (Question("Hi"),), (strict, bare), Choice("tool", "now")), model="m")
    assert sent["tools"] == [
        {
            "type": "function",
            "function": {
                "name": "get_weather",
                "description": "Tell the weather.",
                "parameters": {"type": "object", "properties": {"city": {}}},
                "strict": True,
            },
        },
        {
            "type": "function",
            "function": {
                "name": "now",
                "description": "Tell the time.",
                "parameters": {"type": "object", "properties": {}},
            },
        },
    ]
    assert sent["tool_choice"] == {"type": "function", "function": {"name": "now"}}


def test_the_other_choices_are_words() -> None:
    for mode in ("auto", "none", "required"):
        assert body(Request("", (), (WEATHER,), Choice(mode)), model="m")["tool_choice"] == mode


def test_a_round_of_calls_is_sent_in_the_models_order() -> None:
    second = Call(1, "call_b", "get_weather", '{"city":"Lima"}')
    reply = Reply(text="Looking.", calls=(CALL, second), finish_reason="tool_calls")
    other = Answer("call_b", "get_weather", "{}")
    sent = messages(Question("Weather?"), reply, other, TOLD)
    assert sent[1]["content"] == "Looking."
    assert [call["id"] for call in sent[1]["tool_calls"]] == ["call_a", "call_b"]
    assert [message["tool_call_id"] for message in sent[2:]] == ["call_a", "call_b"]
    assert sent[2]["content"] == TOLD.content


def test_calls_without_text_have_null_for_content() -> None:
    assert messages(Reply(calls=(CALL,)), TOLD)[0]["content"] is None


def test_a_missing_answer_is_told_as_interrupted() -> None:
    answer = messages(Question("Hi"), Reply(calls=(CALL,)), Question("And?"))[2]
    assert answer["tool_call_id"] == "call_a"
    assert json.loads(answer["content"])["error"]["kind"] == "interrupted"


def test_a_call_that_was_cut_off_is_not_sent_and_neither_is_its_answer() -> None:
    cut = replace(CALL, complete=False)
    sent = messages(Question("Hi"), Reply(text="I will look", calls=(cut,)), TOLD, Question("Well?"))
    assert [message["role"] for message in sent] == ["user", "assistant", "user"]
    assert "tool_calls" not in sent[1]


def test_a_reply_of_nothing_is_left_out_and_the_questions_around_it_become_one() -> None:
    assert messages(Question("One"), Reply(), Question("Two")) == [{"role": "user", "content": "One\n\nTwo"}]


def test_a_reply_that_was_continued_is_one_message() -> None:
    sent = messages(Question("Tell"), Reply(text="Once"), Reply(text="upon", calls=(CALL,)), TOLD)
    assert [message["role"] for message in sent] == ["user", "assistant", "tool"]
    assert sent[1]["content"] == "Once\n\nupon"


def test_a_refusal_goes_back_as_the_assistants_words() -> None:
    assert messages(Reply(refusal="I can't."))[0] == {"role": "assistant", "content": "I can't."}


def test_an_answer_belongs_to_the_reply_before_it_though_ids_come_again() -> None:
    later = Answer("call_a", "get_weather", '{"sky":"grey"}')
    sent = messages(Reply(calls=(CALL,)), TOLD, Reply(calls=(CALL,)), later)
    assert [message["content"] for message in sent if message["role"] == "tool"] == [
        TOLD.content,
        later.content,
    ]


def test_arguments_that_are_no_object_go_back_as_an_empty_one() -> None:
    for written in ("", "{city: Oslo}", "[1]", "null", '{"a":NaN}', '{"a":', "[" * 100_000):
        sent = messages(Reply(calls=(replace(CALL, arguments=written),)), TOLD)
        assert sent[0]["tool_calls"][0]["function"]["arguments"] == "{}"


def test_half_a_surrogate_pair_in_arguments_is_replaced() -> None:
    sent = messages(Reply(calls=(replace(CALL, arguments='{"city":"\\ud83d"}'),)), TOLD)
    assert sent[0]["tool_calls"][0]["function"]["arguments"] == '{"city": "�"}'


def test_good_arguments_go_back_exactly_as_written() -> None:
    written = '{ "city" : "Z\\u00fcrich" }'
    sent = messages(Reply(calls=(replace(CALL, arguments=written),)), TOLD)
    assert sent[0]["tool_calls"][0]["function"]["arguments"] == written


def test_a_thought_signature_goes_back_with_its_call_but_only_to_its_server() -> None:
    extras = {"extra_content": {"google": {"thought_signature": "Ci"}}}
    reply = Reply(calls=(replace(CALL, extras=extras),), extras={"server": "gemini"})
    assert (
        messages(reply, TOLD, server="gemini")[0]["tool_calls"][0]["extra_content"] == extras["extra_content"]
    )
    assert "extra_content" not in messages(reply, TOLD, server="other")[0]["tool_calls"][0]


def test_a_signature_of_the_whole_message_goes_back_with_it() -> None:
    extras = {"extra_content": {"google": {"thought_signature": "Ci"}}}
    assert messages(Reply(calls=(CALL,), extras=extras), TOLD)[0]["extra_content"] == extras["extra_content"]


def test_deepseeks_reasoning_goes_back_with_calls_only() -> None:
    extras = {"reasoning_field": "reasoning_content"}
    with_calls = Reply(reasoning="Hm.", calls=(CALL,), extras=extras)
    assert messages(with_calls, TOLD)[0]["reasoning_content"] == "Hm."
    assert "reasoning_content" not in messages(Reply(text="Yes", reasoning="Hm.", extras=extras))[0]
    assert "reasoning_content" not in messages(with_calls, TOLD, server="elsewhere")[0]


def test_openrouters_reasoning_details_go_back_as_whole_blocks() -> None:
    pieces = [
        {"type": "reasoning.text", "index": 0, "text": "Let "},
        {"type": "reasoning.text", "index": 0, "text": "me."},
        {"type": "reasoning.text", "index": 0, "signature": "Eq", "text": None},
        {"type": "reasoning.encrypted", "index": 1, "data": "x"},
        "odd",
    ]
    sent = messages(Reply(calls=(CALL,), extras={"reasoning_details": pieces}), TOLD)
    assert sent[0]["reasoning_details"] == [
        {"type": "reasoning.text", "index": 0, "text": "Let me.", "signature": "Eq"},
        {"type": "reasoning.encrypted", "index": 1, "data": "x"},
        "odd",
    ]


IDS = st.sampled_from(["a", "b", "c"])
WORDS = st.text(max_size=6)
CALLS = st.builds(
    Call,
    position=st.just(0),
    provider_id=IDS,
    name=st.just("get_weather"),
    arguments=st.sampled_from(["{}", "", "{"]),
    complete=st.booleans(),
)
REPLIES = st.builds(
    Reply,
    text=WORDS,
    refusal=WORDS,
    calls=st.lists(CALLS, max_size=3, unique_by=lambda call: call.provider_id).map(tuple),
)
ITEMS = st.one_of(st.builds(Question, WORDS), REPLIES, st.builds(Answer, IDS, st.just("get_weather"), WORDS))


@given(st.lists(ITEMS, max_size=8))
def test_any_history_is_sendable(items: list[Item]) -> None:
    sent = messages(*items)
    json.dumps(sent, ensure_ascii=False).encode()
    waiting: list[str] = []
    before = ""
    for message in sent:
        if message["role"] == "tool":
            assert waiting.pop(0) == message["tool_call_id"]
        else:
            assert not waiting
            assert message["role"] != before or before == "assistant"
            assert message["content"] or message.get("tool_calls") or message["role"] == "user"
            waiting = [call["id"] for call in message.get("tool_calls", [])]
        before = message["role"]
    assert not waiting
