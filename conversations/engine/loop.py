"""The loop: ask the model, answer its calls, ask again, until its reply ends the turn."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from .shortening import shorten
from .values import Answer, Call, Choice, Item, Question, Reply

AUTO = Choice()


@dataclass(frozen=True, slots=True)
class Ending:
    """How a turn ended: `code` is the name, `detail` a sentence for the person."""

    state: Literal["completed", "incomplete", "failed", "waiting"]
    code: str
    detail: str = ""


PARKED = Ending("waiting", "approval")
"""No end: people are asked, and the turn begins again from its history when they have decided."""


@dataclass(frozen=True, slots=True)
class Failure:
    """A model call that failed; what came before the failure is in the rows."""

    code: str
    message: str


class Desk(Protocol):
    """Where the loop's wishes are carried out and written down."""

    async def ask(self, items: tuple[Item, ...], choice: Choice, *, shortened: int) -> Reply | Failure:
        """Ask the model once; `shortened` says how many old answers were cut to fit."""

    async def answer(self, reply: Reply, calls: tuple[Call, ...]) -> list[Answer] | None:
        """Carry out calls of one reply side by side and return their answers in the same order.

        None where some wait for a person: the turn goes on from its history once that has been decided.
        """


async def converse(
    desk: Desk, history: Iterable[Item], choice: Choice, *, steps: int, aside: Collection[str] = ()
) -> Ending:
    """Run one turn from any point: calls that the history leaves without an answer are answered first.

    `steps` bounds the replies to the last question, those that the history has already among them.
    A call of a tool in `aside` is not the one that a forced choice asks for.
    """
    items = list(history)
    before = replies_to_the_question(items)
    choice = _choice_after(before, choice, aside)
    if before and isinstance(items[-1], Reply) and (ending := ending_of(items[-1])):
        return ending
    shortened = 0
    for _ in range(len(before), steps):
        if waiting := unanswered(items):
            answers = await desk.answer(*waiting)
            if answers is None:
                return PARKED
            items += answers
        reply, items, shortened = await ask(desk, items, choice, shortened=shortened)
        if isinstance(reply, Failure):
            return Ending("failed", reply.code, reply.message)
        items.append(reply)
        if ending := ending_of(reply):
            return ending
        choice = _choice_after([reply], choice, aside)
    return Ending(
        "incomplete", "step_limit", f"The model called tools {steps} times in a row without an answer."
    )


async def ask(
    desk: Desk, items: list[Item], choice: Choice, *, shortened: int
) -> tuple[Reply | Failure, list[Item], int]:
    """Ask the model; where the context is full, again with less. Returns what it was asked with, too."""
    reply = await desk.ask(tuple(items), choice, shortened=shortened)
    while isinstance(reply, Failure) and reply.code == "context_full":
        items, cut = shorten(items)
        if not cut:
            break
        shortened += cut
        reply = await desk.ask(tuple(items), choice, shortened=shortened)
    return reply, items, shortened


def unanswered(items: list[Item]) -> tuple[Reply, tuple[Call, ...]] | None:
    """Return the last reply and those of its complete calls that have no answer yet, if there are any."""
    answered = set()
    for item in reversed(items):
        match item:
            case Answer():
                answered.add(item.provider_id)
            case Reply():
                calls = tuple(
                    call for call in item.calls if call.complete and call.provider_id not in answered
                )
                return (item, calls) if calls else None
            case _:
                return None
    return None


def ending_of(reply: Reply) -> Ending | None:
    """Say how this reply ends the turn; None when its calls are to be answered.

    Many servers say "stop" or nothing beside tool calls, so complete calls outweigh both.
    """
    calls = any(call.complete for call in reply.calls)
    match reply.finish_reason:
        case "length":
            return Ending("incomplete", "length", "The reply reached the model's length limit.")
        case "content_filter":
            return Ending("incomplete", "content_filter", "The provider's content filter stopped the reply.")
        case _ if reply.refusal:
            return Ending("incomplete", "refusal", "The model declined to answer.")
        case _ if calls:
            return None
        case "":
            return Ending("incomplete", "cut", "The reply broke off: the model's server named no end of it.")
        case _ if not reply.text.strip():
            return Ending("incomplete", "empty", "The model answered with nothing.")
        case _:
            return Ending("completed", "answered")


def replies_to_the_question(items: list[Item]) -> list[Reply]:
    """Return the replies after the last question: there are some when a turn goes on where it was left."""
    last = max((place for place, item in enumerate(items) if isinstance(item, Question)), default=-1)
    return [item for item in items[last + 1 :] if isinstance(item, Reply)]


def _choice_after(replies: list[Reply], choice: Choice, aside: Collection[str]) -> Choice:
    """A call is forced once: forced again, the model could never give its answer."""
    done = any(not reply.calls or {call.name for call in reply.calls} - set(aside) for reply in replies)
    return AUTO if done and choice.mode in ("required", "tool") else choice
