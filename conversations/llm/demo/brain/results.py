"""What the tools answered, read as JSON where it is JSON."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from conversations.engine.values import Answer, Call, Item, Json, Question, Reply

from .looking import FIND_TOOLS

TELLING_KEYS = ("result", "temperature", "value", "total", "sum", "amount", "count")


@dataclass(frozen=True, slots=True)
class Result:
    """One call that was answered; `value` is the parsed content, or the text itself."""

    name: str
    arguments: Json
    value: Any

    @property
    def error(self) -> Any:
        return self.value.get("error") if isinstance(self.value, dict) else None


def results_of(items: Sequence[Item]) -> list[Result]:
    """Give the answered calls in order, those that only looked for tools aside."""
    found: list[Result] = []
    asked: dict[str, Call] = {}
    for item in items:
        if isinstance(item, Reply):
            asked = {call.provider_id: call for call in item.calls}
        elif isinstance(item, Answer) and item.name != FIND_TOOLS:
            call = asked.get(item.provider_id)
            arguments = parsed(call.arguments) if call else {}
            known = arguments if isinstance(arguments, dict) else {}
            found.append(Result(item.name, known, parsed(item.content)))
    return found


def last_results(items: Sequence[Item]) -> list[Result]:
    """Give the results of the last question that had any."""
    ends = [position for position, item in enumerate(items) if isinstance(item, Question)] + [len(items)]
    for start, end in reversed(list(pairwise(ends))):
        found = results_of(items[start:end])
        if found:
            return found
    return []


def telling_numbers(results: Sequence[Result], text: str) -> list[float]:
    """Give the number that each result is about: the one named in the text, a telling one, or the first."""
    found = (_telling_number(result.value, text) for result in results if not result.error)
    return [number for number in found if number is not None]


def parsed(content: str) -> Any:
    """Parse JSON; what is none stays text."""
    try:
        return json.loads(content)
    except (ValueError, RecursionError):
        return content


def _telling_number(value: Any, text: str) -> float | None:
    numbers = list(_numbers(value))
    said = text.lower().split()
    named = [number for key, number in numbers if key.lower() in said]
    telling = [number for wanted in TELLING_KEYS for key, number in numbers if key == wanted]
    return next(iter((*named, *telling, *(number for _, number in numbers))), None)


def _numbers(value: Any, key: str = "") -> Iterator[tuple[str, float]]:
    match value:
        case bool():
            return
        case int() | float():
            yield key, value
        case dict():
            for inner, part in value.items():
                yield from _numbers(part, str(inner))
        case list():
            for part in value:
                yield from _numbers(part, key)
        case str() if re.fullmatch(r"\s*-?\d+(?:\.\d+)?\s*", value):
            yield key, float(value) if "." in value else int(value[:300])
