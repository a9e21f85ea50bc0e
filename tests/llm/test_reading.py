"""How pieces add up does not depend on where the network or the server cut them."""

import json
import math
from collections.abc import Mapping
from itertools import pairwise

import pytest
from hypothesis import given
from hypothesis import strategies as st

from conversations.engine.accumulator import Accumulator
from conversations.engine.values import CallDelta, Delta, Finish, Meta, Reply, TextDelta
from conversations.llm.characters import Joiner, clean, clean_json
from conversations.llm.errors import ModelError
from conversations.llm.wire import Frames, Reader
from conversations.llm.wire.braces import Braces, json_object
from conversations.llm.wire.frames import LONGEST_LINE

ALL_LETTERS = st.text(st.integers(0, 0x10FFFF).map(chr), max_size=40)
SURROGATES = st.text(st.sampled_from("\ud83d\udc4ba\0é👋"), max_size=12)
CUTS = st.lists(st.integers(0, 60), max_size=6)
JSON = st.recursive(
    st.none() | st.integers() | st.text(max_size=5), lambda inner: st.lists(inner, max_size=3)
)
OBJECTS = st.dictionaries(st.text(max_size=5), JSON | st.dictionaries(st.text(max_size=3), JSON), max_size=3)


def pieces(whole: str, at: list[int]) -> list[str]:
    ends = [0, *sorted(min(each, len(whole)) for each in at), len(whole)]
    return [whole[start:end] for start, end in pairwise(ends)]


def deltas_of(*deltas: Mapping[str, object], finish: str = "stop") -> list[Delta]:
    reader = Reader()
    chunks = [{"choices": [{"index": 0, "delta": delta}]} for delta in deltas]
    read = [delta for chunk in chunks for delta in reader.read(chunk)]
    return [*read, Finish(finish), *reader.end()]


def added(deltas: list[Delta], *, ended: bool = True) -> Reply:
    whole = Accumulator()
    for delta in deltas:
        whole.add(delta)
    return whole.reply(ended)


@given(ALL_LETTERS | SURROGATES, CUTS)
def test_text_is_the_same_however_it_was_cut(text: str, at: list[int]) -> None:
    reply = added(deltas_of(*({"content": piece} for piece in pieces(text, at))))
    assert reply.text == clean(text)
    reply.text.encode()
    assert "\0" not in reply.text


@given(SURROGATES, CUTS)
def test_a_joiner_holds_back_one_letter_at_most(text: str, at: list[int]) -> None:
    joiner = Joiner()
    fed = ""
    for piece in pieces(text, at):
        fed += joiner.feed(piece)
    assert len(clean(text)) - len(fed) <= 1
    assert fed + joiner.end() == clean(text)


@given(OBJECTS, CUTS)
def test_braces_know_the_last_brace_and_no_other(value: dict[str, object], at: list[int]) -> None:
    text = json.dumps(value)
    braces = Braces()
    for piece in pieces(text[:-1], at):
        braces.feed(piece)
    assert not braces.whole
    braces.feed(text[-1])
    assert braces.whole


@given(st.lists(OBJECTS, max_size=4), CUTS, st.sampled_from(["\n\n", "\r\n\r\n", "\r\r", "\n"]))
def test_frames_are_the_same_however_they_were_cut(
    values: list[dict[str, object]], at: list[int], end: str
) -> None:
    body = ": hello" + end + "".join(f"data: {json.dumps(value)}{end}" for value in values)
    frames = Frames()
    read = [value for piece in pieces(body, at) for value in frames.feed(piece.encode())]
    assert [*read, *frames.end()] == values


@given(OBJECTS, CUTS)
def test_arguments_are_the_same_however_they_were_cut(value: dict[str, object], at: list[int]) -> None:
    text = json.dumps(value, ensure_ascii=False)
    first = {"tool_calls": [{"index": 0, "id": "a", "function": {"name": "tool", "arguments": ""}}]}
    rest = [{"tool_calls": [{"index": 0, "function": {"arguments": piece}}]} for piece in pieces(text, at)]
    (call,) = added(deltas_of(first, *rest, finish="tool_calls")).calls
    assert call.arguments == clean(text)


@given(JSON | OBJECTS)
def test_a_reader_survives_any_json(value: object) -> None:
    shapes = [value, {"choices": value}, {"choices": [value]}, {"choices": [{"delta": value}]}]
    fields = ("content", "tool_calls", "function_call", "reasoning", "reasoning_details", "refusal", "role")
    shapes += [{"choices": [{"delta": {field: value}, "finish_reason": value}]} for field in fields]
    shapes += [
        {"choices": [{"delta": {"tool_calls": [{"function": value, "index": value}]}}]},
        {"usage": value},
    ]
    for shape in shapes:
        reader = Reader()
        try:
            deltas = [*reader.read(shape), *reader.end()]
        except ModelError as error:
            assert error.code  # noqa: PT017 - a chunk may happen to be an error's shape
        else:
            added(deltas)


def test_one_line_without_an_end_is_refused_before_it_fills_the_memory() -> None:
    frames = Frames()
    list(frames.feed(b"data: {"))
    with pytest.raises(ModelError) as caught:
        list(frames.feed(b"x" * LONGEST_LINE))
    assert caught.value.code == "broken_stream"


def test_the_first_delta_of_a_call_carries_its_name() -> None:
    late: list[dict[str, object]] = [
        {"tool_calls": [{"index": 0, "id": "a", "function": {"arguments": '{"x"'}}]},
        {"tool_calls": [{"index": 0, "function": {"name": "tool", "arguments": ":1}"}}]},
    ]
    calls = [delta for delta in deltas_of(*late) if isinstance(delta, CallDelta)]
    assert calls == [CallDelta(0, "a", "tool", '{"x":1}')]


def test_what_a_call_carries_for_its_server_is_kept() -> None:
    signed = {
        "id": "a",
        "function": {"name": "tool", "arguments": "{}"},
        "extra_content": {"google": {"s": 1}},
    }
    reply = added(deltas_of({"tool_calls": [signed]}))
    assert reply.calls[0].extras == {"extra_content": {"google": {"s": 1}}}


def test_a_broken_letter_at_the_end_of_arguments_is_told_at_the_end() -> None:
    half = {"tool_calls": [{"id": "a", "function": {"name": "tool", "arguments": '{"x":"\ud83d'}}]}
    assert added(deltas_of(half)).calls[0].arguments == '{"x":"\ufffd'


def test_an_error_within_a_choice_ends_the_reply() -> None:
    with pytest.raises(ModelError) as caught:
        Reader().read({"choices": [{"delta": {"content": "x"}, "error": {"code": 500, "message": "Gone"}}]})
    assert caught.value.code == "stream_error"


def test_facts_about_the_reply_are_kept() -> None:
    reader = Reader("api.example")
    chunk = {"id": "chatcmpl-1", "model": "m-2", "choices": [], "usage": {"total_tokens": 7, "\0": 1}}
    reply = added([*reader.read(chunk), *reader.read({"usage": None}), Meta(request_id="later")])
    assert (reply.model, reply.request_id, reply.usage) == (
        "m-2",
        "chatcmpl-1",
        {"total_tokens": 7, "�": 1},
    )
    assert reply.extras == {"server": "api.example"}


@pytest.mark.parametrize("odd", ["12", "many", {}, [], [7], math.nan, math.inf, 1.5, True, -1, 10**30, None])
def test_of_usage_only_counts_are_kept(odd: object) -> None:
    usage = {"total_tokens": odd, "prompt_tokens": 5, "details": {"cached_tokens": odd, "audio_tokens": 0}}
    reply = added(Reader().read({"usage": usage}))
    assert reply.usage == {"prompt_tokens": 5, "details": {"audio_tokens": 0}}


def test_a_count_that_is_written_with_a_point_is_a_whole_number() -> None:
    usage = added(Reader().read({"usage": {"total_tokens": 12.0, "details": {"cached_tokens": 0.0}}})).usage
    assert json.dumps(usage) == '{"total_tokens": 12, "details": {"cached_tokens": 0}}'


@pytest.mark.parametrize("odd", [2.0**60, -1.0])
def test_a_number_with_a_point_that_no_reply_can_use_is_no_count(odd: float) -> None:
    assert added(Reader().read({"usage": {"total_tokens": odd}})).usage == {}


def test_reasoning_details_add_up_as_a_list() -> None:
    one, two = ([{"type": "reasoning.text", "text": text}] for text in ("a", "b"))
    reply = added(deltas_of({"reasoning_details": one}, {"reasoning_details": two}))
    assert (reply.reasoning, reply.extras["reasoning_details"]) == ("ab", [*one, *two])


def test_made_ids_do_not_meet_the_servers_own() -> None:
    deltas = [CallDelta(0, "", "tool"), CallDelta(1, "call_0", "tool"), CallDelta(2, "", "tool")]
    ids = [call.provider_id for call in added([*deltas]).calls]
    assert ids == ["call_0_", "call_0", "call_2"]


def test_a_cut_stream_leaves_no_call_complete() -> None:
    deltas: list[Delta] = [TextDelta("Hm"), CallDelta(0, "a", "tool", "{}")]
    assert added(deltas).calls[0].complete
    assert not added(deltas, ended=False).calls[0].complete


def test_after_length_only_whole_arguments_are_complete() -> None:
    deltas: list[Delta] = [CallDelta(0, "a", "tool", '{"x":1}'), CallDelta(1, "b", "tool", '{"x"')]
    calls = added([*deltas, Finish("length")]).calls
    assert [call.complete for call in calls] == [True, False]


def test_a_reply_so_far_does_not_change_afterwards() -> None:
    whole = Accumulator()
    whole.add(Meta(extras={"reasoning_details": [1]}))
    before = whole.reply(ended=False)
    whole.add(Meta(extras={"reasoning_details": [2]}))
    assert before.extras == {"reasoning_details": [1]}


def test_keys_are_cleaned_as_values_are() -> None:
    assert clean_json({"a\0": ["\ud83d", 1, None]}) == {"a�": ["�", 1, None]}


def test_numbers_that_no_database_takes_are_none() -> None:
    assert clean_json([math.nan, math.inf, -math.inf, 0.5]) == [None, None, None, 0.5]


def test_only_objects_are_objects() -> None:
    assert json_object('{"a": 1}') == {"a": 1}
    assert [json_object(text) for text in ("[]", "1", "", '{"a": Infinity}')] == [None] * 4
