"""Deltas added up to a reply."""

from __future__ import annotations

import pytest

from conversations.engine.accumulator import LONGEST_ID, Accumulator
from conversations.engine.values import (
    CallDelta,
    Delta,
    Finish,
    Meta,
    ReasoningDelta,
    RefusalDelta,
    TextDelta,
)


def added(*deltas: Delta) -> Accumulator:
    whole = Accumulator()
    for delta in deltas:
        whole.add(delta)
    return whole


def test_pieces_of_one_kind_are_joined_in_order() -> None:
    reply = added(
        ReasoningDelta("Hm"),
        TextDelta("It "),
        RefusalDelta("N"),
        TextDelta("is."),
        RefusalDelta("o."),
        Finish("stop"),
    ).reply(ended=True)
    assert (reply.text, reply.reasoning, reply.refusal, reply.finish_reason) == (
        "It is.",
        "Hm",
        "No.",
        "stop",
    )


def test_calls_are_told_apart_by_position_and_stand_in_its_order() -> None:
    whole = added(CallDelta(1, "b", "two", "{"), CallDelta(0, "a", "one", "{}"), CallDelta(1, arguments="}"))
    calls = whole.reply(ended=True).calls
    assert [(call.provider_id, call.name, call.arguments) for call in calls] == [
        ("a", "one", "{}"),
        ("b", "two", "{}"),
    ]
    assert all(call.complete for call in calls)


@pytest.mark.parametrize(
    ("arguments", "reason", "ended", "complete"),
    [
        ("{}", "tool_calls", True, True),
        ("{not json", "stop", True, True),
        ("", "", True, True),
        ("{}", "tool_calls", False, False),
        ('{"a": 1', "length", True, False),
        ('{"a": 1}', "length", True, True),
        ("[1]", "content_filter", True, False),
        ("[" * 100_000, "length", True, False),
    ],
)
def test_a_call_is_complete_only_where_nothing_can_have_been_cut_off(
    arguments: str, reason: str, ended: bool, complete: bool
) -> None:
    whole = added(CallDelta(0, "a", "look", arguments), Finish(reason))
    (call,) = whole.reply(ended=ended).calls
    assert call.complete == complete


def test_ids_are_made_where_they_are_missing_or_too_long_to_be_kept_and_never_twice() -> None:
    whole = added(
        CallDelta(0, "", "one"), CallDelta(1, "call_0", "two"), CallDelta(2, "x" * (LONGEST_ID + 1), "three")
    )
    ids = [call.provider_id for call in whole.reply(ended=True).calls]
    assert ids[1] == "call_0"
    assert len(set(ids)) == 3
    assert all(0 < len(made) <= LONGEST_ID for made in ids)


def test_facts_that_say_nothing_leave_what_was_said() -> None:
    whole = added(
        Meta(model="m", request_id="r", usage={"total_tokens": 1}, extras={"details": [1]}),
        Meta(extras={"details": [2], "server": "s"}),
        Finish("stop"),
        Finish(""),
    )
    reply = whole.reply(ended=True)
    assert (reply.model, reply.request_id, reply.usage, reply.finish_reason) == (
        "m",
        "r",
        {"total_tokens": 1},
        "stop",
    )
    assert reply.extras == {"details": [1, 2], "server": "s"}
