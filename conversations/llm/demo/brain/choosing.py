"""Which of the offered tools fits some words, if any."""

from collections.abc import Sequence

from conversations.engine.values import OfferedTool

from .arguments import found_arguments
from .findings import finder_for
from .known import Known
from .schemas import properties, required, resolved
from .words import IDIOMS, meaning, split_words, stem, stems

# A word of the name is enough; words of the description need company; a synonym needs an argument beside it.
FITS = 3.0
NAME, NAME_SYNONYM, DESCRIPTION, PARAMETER, EVIDENCE, SPELLED_OUT = 3.0, 2.0, 1.5, 1.0, 1.0, 20.0
ARITHMETIC = 3.0
# Asking what there is never changes it: whoever wants that says so.
CHANGING, UNASKED = frozenset(map(stem, ("create", "add", "update", "remove", "delete"))), 20.0
# Kinds of arguments that are seldom in a question by chance.
TELLING = ("place", "zone", "date", "email")


def fitting(tools: Sequence[OfferedTool], known: Known) -> OfferedTool | None:
    """Give the best tool, where one fits well enough."""
    best = best_of(tools, known)
    return best if best and score(best, known) >= FITS else None


def best_of(tools: Sequence[OfferedTool], known: Known) -> OfferedTool | None:
    """Give the best tool, even if it hardly fits; the first of equals."""
    return max(tools, key=lambda tool: score(tool, known), default=None)


def score(tool: OfferedTool, known: Known) -> float:
    """Weigh how well the tool fits the text."""
    said = stems(IDIOMS.sub(" ", known.text))
    points = sum(_points(word, tool) for word in said)
    if tool.name.lower() in known.text.lower().split():
        points += SPELLED_OUT
    elif _changes_unasked(tool, said):
        points -= UNASKED
    return points + _evidence(tool, known)


def takes_arithmetic(tool: OfferedTool) -> str:
    """Give the name of the parameter that takes an arithmetic expression, if there is one."""
    parts = properties(resolved(tool.parameters, tool.parameters), tool.parameters)
    return next((name for name, part in parts.items() if finder_for(name, part)[0] == "expression"), "")


def _points(word: str, tool: OfferedTool) -> float:
    name, parameters = stems(tool.name), stems(" ".join(_parameters(tool)))
    described = stems(tool.description.split(".", 1)[0])
    if word in name:
        return NAME
    if meaning(word) in {meaning(part) for part in name}:
        return NAME_SYNONYM
    return DESCRIPTION * (word in described) + PARAMETER * (word in parameters)


def _changes_unasked(tool: OfferedTool, said: frozenset[str]) -> bool:
    first = next(map(stem, split_words(tool.name)), "")
    return first in CHANGING and meaning(first) not in map(meaning, said)


def _evidence(tool: OfferedTool, known: Known) -> float:
    found = found_arguments(tool, known)[0]
    if takes_arithmetic(tool) in found:
        return ARITHMETIC
    parts = properties(resolved(tool.parameters, tool.parameters), tool.parameters)
    needed = required(resolved(tool.parameters, tool.parameters))
    telling = (name in needed or finder_for(name, parts[name])[0] in TELLING for name in found)
    return EVIDENCE * any(telling)


def _parameters(tool: OfferedTool) -> list[str]:
    return list(properties(resolved(tool.parameters, tool.parameters), tool.parameters))
