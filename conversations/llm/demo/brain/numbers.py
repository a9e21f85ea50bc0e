"""Numbers and arithmetic mentioned in a text."""

import re
from dataclasses import dataclass

from .dates import without_dates
from .words import stem

NEARBY = 40
_SMALL = ("two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve")
COUNTS = {name: number for number, name in enumerate(_SMALL, start=2)} | {
    "twenty": 20,
    "fifty": 50,
    "hundred": 100,
}

_NUMBER = re.compile(rf"(?<![\w.])(-?\d+(?:\.\d+)?|{'|'.join(COUNTS)})(?![\d]|\.\d)", re.IGNORECASE)
_SPOKEN = (
    (r"(\d+(?:\.\d+)?)\s*(?:%|percent) of\s*(\d+(?:\.\d+)?)", r"\1 / 100 * \2"),
    (r"square root of\s*(\d+(?:\.\d+)?)", r"\1 ** 0.5"),
    (r"(?<=\d)\s*(?:plus)\s*(?=[\d(])", " + "),
    (r"(?<=[\d)])\s*(?:minus)\s*(?=[\d(])", " - "),
    (r"(?<=[\d)])\s*(?:times|multiplied by|×|x)\s*(?=[\d(])", " * "),
    (r"(?<=[\d)])\s*(?:divided by|÷)\s*(?=[\d(])", " / "),
    (r"(?<=[\d)])\s*(?:to the power of|\^)\s*(?=[\d(])", " ** "),
    (r"sum of\s*(\d+(?:\.\d+)?) and\s*(\d+(?:\.\d+)?)", r"\1 + \2"),
)
_EXPRESSION = re.compile(r"[(\d-][\d.\s()+*/%-]{0,200}[\d)]")


@dataclass(frozen=True, slots=True)
class Mention:
    """A number with the stems of the words beside it."""

    value: int | float
    before: str
    after: str


def numbers(text: str) -> list[Mention]:
    """Find numbers, in digits or small words, that are no part of a date or a time of day."""
    clean = without_dates(text)
    return [_mention(clean, match) for match in _NUMBER.finditer(clean)]


def expressions(text: str) -> list[str]:
    """Find arithmetic with at least one operator; spoken operators become signs."""
    signs = without_dates(text)
    for spoken, sign in _SPOKEN:
        signs = re.sub(spoken, sign, signs, flags=re.IGNORECASE)
    return [found.strip() for found in _EXPRESSION.findall(signs) if _is_arithmetic(found)]


def _is_arithmetic(found: str) -> bool:
    has_operator = re.search(r"[\d)]\s*(?:[-+/%]|\*\*?)\s*[-\d(]", found)
    return bool(has_operator) and found.count("(") == found.count(")")


def _mention(text: str, match: re.Match[str]) -> Mention:
    before = re.findall(r"[^\W\d_]+", text[max(0, match.start() - NEARBY) : match.start()])
    after = re.match(r"[\s-]*([^\W\d_]+)", text[match.end() :])
    # "sides: 20" and "20 sides" name a number; "roll with 20" does not.
    named = [word for word in before if word.lower() not in ("is", "of", "be", "to", "equals")]
    return Mention(
        value=_value(match[1].lower()),
        before=stem(named[-1].lower()) if named else "",
        after=stem(after[1].lower()) if after else "",
    )


def _value(written: str) -> int | float:
    if written in COUNTS:
        return COUNTS[written]
    return float(written) if "." in written else int(written[:300])
