"""How a question falls into steps, and each step into parts that one tool can answer."""

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from conversations.engine.values import OfferedTool

from .choosing import fitting, takes_arithmetic
from .known import Known
from .operations import needs_result

STEPS_LIMIT = 6

_STEP = re.compile(
    r"[,.;!?]?\s*\b(?:and\s+)?(?:then|after that|afterwards)\b,?\s*|[,.;!?]?\s*\band\s+(?=if\b)", re.I
)
_PART = re.compile(r"(?:[,;]\s*|(?<=[?.!])\s+|\s+)(?:and|also|plus)\s+(?=\D)|[,;]\s+|(?<=[?!.])\s+|\n+", re.I)
_IF = re.compile(r"^if\b([^,]*)(?:,\s*(.*))?$", re.I | re.S)


@dataclass(frozen=True, slots=True)
class Part:
    """Words that one tool answers; with `needs_result` they do arithmetic with what came before."""

    tool: OfferedTool
    text: str
    needs_result: bool = False


@dataclass(frozen=True, slots=True)
class Step:
    """Parts that can be asked side by side, perhaps only if a condition on the results so far holds."""

    parts: tuple[Part, ...]
    condition: str = ""


def plan(tools: Sequence[OfferedTool], known: Known) -> list[Step]:
    """Divide the question into steps, each of which needs the one before."""
    steps: list[Step] = []
    condition = ""
    for text in _STEP.split(known.text):
        conditional = _IF.match(text.strip()) if steps else None
        if conditional:
            condition, text = conditional[1], conditional[2] or ""
        parts = _parts(tools, known.about(text))
        for group in _in_rounds(parts):
            steps.append(Step(group, condition))
            condition = ""
    return steps[:STEPS_LIMIT]


def _parts(tools: Sequence[OfferedTool], known: Known) -> list[Part]:
    text = known.text
    spans = ((start, _part(tools, known.about(text[start:end]))) for start, end in _spans(text))
    found = [(start, part) for start, part in spans if part]
    # What no tool fits goes with the part before it: "Tokyo and Paris" belongs to the weather in Berlin.
    begins = [0, *(start for start, _ in found[1:]), len(text)]
    return [
        replace(part, text=text[begin:end].strip())
        for (_, part), (begin, end) in zip(found, pairwise(begins), strict=False)
    ]


def _spans(text: str) -> list[tuple[int, int]]:
    cuts = [(0, 0), *(match.span() for match in _PART.finditer(text)), (len(text), len(text))]
    return [(left[1], right[0]) for left, right in pairwise(cuts) if left[1] < right[0]]


def _part(tools: Sequence[OfferedTool], known: Known) -> Part | None:
    if needs_result(known.text):
        reckoner = next((tool for tool in tools if takes_arithmetic(tool)), None)
        return Part(reckoner, known.text, needs_result=True) if reckoner else None
    tool = fitting(tools, known)
    return Part(tool, known.text) if tool else None


def _in_rounds(parts: Sequence[Part]) -> list[tuple[Part, ...]]:
    rounds: list[list[Part]] = [[]]
    for part in parts:
        if part.needs_result and rounds[-1]:
            rounds.append([])
        rounds[-1].append(part)
    return [tuple(group) for group in rounds if group]
