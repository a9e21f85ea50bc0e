"""The loop of a turn that wants one call and nothing else: asked for until its arguments are accepted."""

from collections.abc import Iterable

from .loop import PARKED, Desk, Ending, Failure, ask, ending_of, replies_to_the_question, unanswered
from .values import Answer, Choice, Item, Reply

TRIES = 3  # the first, and two more that know what was wrong


async def pursue(desk: Desk, history: Iterable[Item], tool: str) -> Ending:
    """Run one turn from any point until a call of the tool has run, or the tries are used up."""
    items = list(history)
    shortened = 0
    while True:
        if waiting := unanswered(items):
            answers = await desk.answer(*waiting)
            if answers is None:
                return PARKED
            items += answers
        if ending := _ending(items, tool):
            return ending
        reply, items, shortened = await ask(desk, items, Choice("tool", tool), shortened=shortened)
        if isinstance(reply, Failure):
            return Ending("failed", reply.code, reply.message)
        items.append(reply)


def _ending(items: list[Item], tool: str) -> Ending | None:
    replies = replies_to_the_question(items)
    if not replies:
        return None
    if isinstance(items[-1], Reply):
        return _without_data(items[-1])
    if _is_accepted(items, tool):
        return Ending("completed", "extracted", "The data is in the call.")
    if len(replies) < TRIES:
        return None
    return Ending(
        "incomplete", "not_extracted", f"What the model gave did not fit the schema, {TRIES} times."
    )


def _without_data(reply: Reply) -> Ending | None:
    ending = ending_of(reply)
    if ending and ending.state == "completed":
        return Ending("incomplete", "no_data", "The model answered in words instead of data.")
    return ending


def _is_accepted(items: list[Item], tool: str) -> bool:
    """Say whether a call of the last reply has run."""
    for item in reversed(items):
        if not isinstance(item, Answer):
            return False
        if item.name == tool and item.accepted:
            return True
    return False
