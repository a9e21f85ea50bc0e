"""Tools and questions for the tests of the demo model's brain."""

from collections.abc import Sequence
from datetime import date
from typing import Any

from pydantic import TypeAdapter

from conversations.engine.values import Answer, Call, Choice, Item, OfferedTool, Question, Reply, Request
from conversations.llm.demo.brain.deciding import Decision, decide

AUTO = Choice()
TODAY = date(2026, 11, 21)
INSTRUCTIONS = "You are helpful. Today is Saturday, 2026-11-21. The person's time zone is Europe/Berlin."


def offered(function: Any) -> OfferedTool:
    """Offer a typed function as the product's decorator would."""
    schema = TypeAdapter(function).json_schema()
    return OfferedTool(function.__name__, function.__doc__ or "", schema)


def asked(
    *items: str | Item,
    tools: Sequence[OfferedTool],
    choice: Choice = AUTO,
    instructions: str = INSTRUCTIONS,
) -> Decision:
    """Ask the brain; plain strings are questions, and the last of them is the one to decide on."""
    whole = tuple(Question(item) if isinstance(item, str) else item for item in items)
    question = [item.text for item in whole if isinstance(item, Question)][-1]
    return decide(Request(instructions, whole, tuple(tools), choice), question, today=TODAY)


def round_of(*calls: tuple[str, str, str]) -> tuple[Item, ...]:
    """Give a reply with calls, each (name, arguments, answer), and their answers."""
    written = tuple(Call(n, f"call_{n}", name, arguments) for n, (name, arguments, _) in enumerate(calls))
    answers = (Answer(f"call_{n}", name, answer) for n, (name, _, answer) in enumerate(calls))
    return (Reply(calls=written, finish_reason="tool_calls"), *answers)
