"""The loop: ask the model, answer its calls, ask again, until its reply ends the turn."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Literal, Protocol

from .shortening import shorten
from .values import Answer, Call, Choice, Item, Reply

AUTO = Choice()


@dataclass(frozen=True, slots=True)
class Ending:
    """How a turn ended: `code` is the name, `detail` a sentence for the person."""

    state: Literal["completed", "incomplete", "failed"]
    code: str
    detail: str = ""


@dataclass(frozen=True, slots=True)
class Failure:
    """A model call that failed; what came before the failure is in the rows."""

    code: str
    message: str


class Desk(Protocol):
    """Where the loop's wishes are carried out and written down."""

    async def ask(self, items: tuple[Item, ...], choice: Choice, *, shortened: int) -> Reply | Failure:
        """Ask the model once; `shortened` says how many old answers were cut to fit."""

    async def answer(self, reply: Reply, calls: tuple[Call, ...]) -> list[Answer]:
        """Carry out calls of one reply side by side and return their answers in the same order."""


async def converse(desk: Desk, history: Iterable[Item], choice: Choice, *, steps: int) -> Ending:
    """Run one turn from any point: calls that the history leaves without an answer are answered first."""
    items = list(history)
    shortened = 0
    for _ in range(steps):
        if waiting := unanswered(items):
            items += await desk.answer(*waiting)
        reply = await desk.ask(tuple(items), choice, shortened=shortened)
        while isinstance(reply, Failure):
            items, cut = shorten(items) if reply.code == "context_full" else (items, 0)
            if not cut:
                return Ending("failed", reply.code, reply.message)
            shortened += cut
            reply = await desk.ask(tuple(items), choice, shortened=shortened)
        items.append(reply)
        if ending := ending_of(reply):
            return ending
        choice = _after_the_first(choice)
    return Ending(
        "incomplete", "step_limit", f"The model called tools {steps} times in a row without an answer."
    )


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


def _after_the_first(choice: Choice) -> Choice:
    """A call is forced once: forced again, the model could never give its answer."""
    return AUTO if choice.mode in ("required", "tool") else choice
