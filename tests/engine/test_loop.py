"""The loop by itself: what is asked, answered and forced, and how each turn ends."""

from __future__ import annotations

from collections.abc import Iterable

import pytest

from conversations.engine.loop import Ending, Failure, converse, ending_of, unanswered
from conversations.engine.shortening import KEPT, shorten
from conversations.engine.values import Answer, Call, Choice, Item, Question, Reply

CALL = Call(0, "call_0", "look", "{}")
CALLING = Reply(calls=(CALL,), finish_reason="tool_calls")
DONE = Reply(text="Done.", finish_reason="stop")
FULL = Failure("context_full", "It does not fit.")


class ScriptedDesk:
    """Plays replies and failures, and keeps what it was asked."""

    def __init__(self, script: Iterable[Reply | Failure]) -> None:
        self.script = list(script)
        self.asked: list[tuple[tuple[Item, ...], Choice, int]] = []
        self.answered: list[tuple[Call, ...]] = []

    async def ask(self, items: tuple[Item, ...], choice: Choice, *, shortened: int) -> Reply | Failure:
        self.asked.append((items, choice, shortened))
        return self.script.pop(0)

    async def answer(self, reply: Reply, calls: tuple[Call, ...]) -> list[Answer]:
        self.answered.append(calls)
        return [Answer(call.provider_id, call.name, "seen") for call in calls]


async def test_calls_that_a_history_leaves_open_are_answered_before_the_model_is_asked() -> None:
    desk = ScriptedDesk([DONE])
    ending = await converse(desk, [Question("?"), CALLING], Choice(), steps=5)
    assert ending.state == "completed"
    assert desk.answered == [(CALL,)]
    ((items, _, _),) = desk.asked
    assert items == (Question("?"), CALLING, Answer("call_0", "look", "seen"))


async def test_a_choice_is_forced_once() -> None:
    desk = ScriptedDesk([CALLING, CALLING, DONE])
    await converse(desk, [Question("?")], Choice("tool", "look"), steps=5)
    assert [choice.mode for _, choice, _ in desk.asked] == ["tool", "auto", "auto"]


async def test_none_stays_none() -> None:
    desk = ScriptedDesk([CALLING, DONE])
    await converse(desk, [Question("?")], Choice("none"), steps=5)
    assert [choice.mode for _, choice, _ in desk.asked] == ["none", "none"]


async def test_the_step_limit_comes_last() -> None:
    desk = ScriptedDesk([CALLING] * 3)
    ending = await converse(desk, [Question("?")], Choice(), steps=3)
    assert (ending.state, ending.code) == ("incomplete", "step_limit")
    assert len(desk.answered) == 2


async def test_a_failure_ends_the_turn_with_its_code_and_sentence() -> None:
    ending = await converse(ScriptedDesk([Failure("bad_key", "No.")]), [Question("?")], Choice(), steps=3)
    assert ending == Ending("failed", "bad_key", "No.")


async def test_a_full_context_is_shortened_until_it_fits_or_nothing_is_left_to_shorten() -> None:
    long = Answer("call_0", "look", "x" * 5000)
    history: list[Item] = [Question("?"), CALLING, long, DONE, Question("?"), CALLING, long]
    desk = ScriptedDesk([FULL, FULL, DONE])
    assert (await converse(desk, history, Choice(), steps=3)).state == "completed"
    assert [shortened for _, _, shortened in desk.asked] == [0, 1, 2]
    desk = ScriptedDesk([FULL, FULL, FULL])
    ending = await converse(desk, history, Choice(), steps=3)
    assert (ending.state, ending.code, desk.script) == ("failed", "context_full", [])


@pytest.mark.parametrize(
    ("reply", "code"),
    [
        (Reply(text="Up to", finish_reason="length"), "length"),
        (Reply(calls=(CALL,), finish_reason="length"), "length"),
        (Reply(text="As to", finish_reason="content_filter"), "content_filter"),
        (Reply(refusal="No.", finish_reason="stop"), "refusal"),
        (Reply(text="Up to"), "cut"),
        (Reply(text=" \n", finish_reason="stop"), "empty"),
        (Reply(calls=(Call(0, "a", "look", "{", complete=False),), finish_reason="stop"), "empty"),
        (Reply(text="Well.", finish_reason="eos"), "answered"),
    ],
)
def test_a_reply_ends_the_turn_by_name(reply: Reply, code: str) -> None:
    ending = ending_of(reply)
    assert ending
    assert ending.code == code
    assert (ending.state == "completed") == (code == "answered")
    assert bool(ending.detail) == (code != "answered")


@pytest.mark.parametrize("reason", ["stop", "tool_calls", "", "eos"])
def test_complete_calls_are_carried_out_whatever_the_reason_given(reason: str) -> None:
    assert ending_of(Reply(calls=(CALL,), finish_reason=reason)) is None


def test_only_complete_calls_of_the_last_reply_wait_for_answers() -> None:
    two = Reply(calls=(CALL, Call(1, "call_1", "look", "{}"), Call(2, "call_2", "look", "{", complete=False)))
    assert unanswered([Question("?"), two, Answer("call_0", "look", "seen")]) == (two, (two.calls[1],))
    assert unanswered([CALLING, Question("?")]) is None
    assert unanswered([]) is None


def test_old_results_are_cut_before_new_ones_and_none_twice() -> None:
    old, new = Answer("a", "look", "o" * 5000), Answer("b", "look", "n" * 5000)
    items: list[Item] = [CALLING, old, CALLING, new]
    once, cut = shorten(items)
    assert (cut, once[3]) == (1, new)
    assert isinstance(once[1], Answer)
    assert once[1].content.count("o" * KEPT) == 1
    twice, cut = shorten(once)
    assert (cut, twice[1]) == (1, once[1])
    assert shorten(twice) == (twice, 0)
