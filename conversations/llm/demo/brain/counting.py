"""Which number of a question belongs to which parameter."""

import re
from typing import Any

from conversations.engine.values import OfferedTool

from .known import Known
from .numbers import Mention, numbers
from .schemas import Schema, choices, fits, kind
from .words import split_words, stem, stems

COUNT_WORDS = re.compile(r"count|number|quantity|amount|times|how_?many|^n$")


def found_numbers(parts: dict[str, Schema], tool: OfferedTool, known: Known) -> dict[str, list[Any]]:
    """Deal out the numbers: named ones first ("20 sides"), then counts of the tool's things ("3 dice")."""
    wanted = {n: p for n, p in parts.items() if kind(p) in ("integer", "number") and not choices(p)}
    left = numbers(known.text) if wanted else []
    found: dict[str, list[Any]] = {}
    for belongs in (_is_named, _is_counted, _is_left_over):
        for name, part in wanted.items():
            match = next((m for m in left if fits(m.value, part) and belongs(m, name, tool)), None)
            if name not in found and match:
                found[name] = [match.value]
                left.remove(match)
    return found


def _is_named(mention: Mention, name: str, tool: OfferedTool) -> bool:
    named = {stem(word) for word in split_words(name)}
    return mention.after in named or (mention.before in named and mention.after not in stems(tool.name))


def _is_counted(mention: Mention, name: str, tool: OfferedTool) -> bool:
    return bool(COUNT_WORDS.search(name)) and mention.after in stems(tool.name)


def _is_left_over(_mention: Mention, _name: str, _tool: OfferedTool) -> bool:
    return True
