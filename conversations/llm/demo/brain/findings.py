"""Values for one parameter found in a text, by the parameter's name and schema."""

import re
from collections.abc import Callable
from typing import Any

from .dates import dates, times
from .known import Known
from .numbers import expressions
from .places import places, zones
from .schemas import Schema, choices
from .words import split_words, stem

_EMAIL = re.compile(r"[\w.+-]+@[\w-]+(?:\.[\w-]+)+")
_URL = re.compile(r"https?://[^\s<>\"')]+")
_QUOTED = re.compile(r"\"([^\"]+)\"|“([^”]+)”|(?<!\w)'([^']+)'(?!\w)|«([^»]+)»|`([^`]+)`")
_CODE = re.compile(r"\b(?=\w*-?\w*\d)[A-Za-z0-9][\w-]*\b")
_CAPITALISED = r"[A-Z][a-z]+(?: [A-Z][a-z]+)*"
_NAMED = re.compile(rf"(?<=[a-z,:] ){_CAPITALISED}")
_NAMED_FIRST = re.compile(rf"\b(?:from|by|to|for|named|called|greet) ({_CAPITALISED})")

Finder = Callable[[Known], list[str]]

# The first line whose pattern is in the parameter's name (its words joined by spaces) wins.
FINDERS: tuple[tuple[str, str, Finder], ...] = (
    ("zone", r"\b(time ?zone|tz|zone)\b", lambda known: zones(known.text)),
    ("place", r"\b(city|cities|place|location|town|country|region|destination|origin|where)\b",
     lambda known: places(known.text)),
    ("expression", r"\b(expression|formula|equation|calculation|math)\b",
     lambda known: expressions(known.text)),
    ("email", r"\b(e ?mail|recipient|recipients|cc|attendees)\b", lambda known: _EMAIL.findall(known.text)),
    ("to", r"^to$", lambda known: _EMAIL.findall(known.text) or places(known.text)),
    ("url", r"\b(url|link|website|uri)\b", lambda known: _URL.findall(known.text)),
    ("date", r"\b(date|day|deadline|due|when)\b", lambda known: dates(known.text, known.today)),
    ("code", r"\b(id|number|code|ref|reference|sku|key)\b", lambda known: _CODE.findall(known.text)),
    ("name", r"\b(name|person|who|user|contact|vendor|author)\b",
     lambda known: quoted(known.text) or _NAMED_FIRST.findall(known.text) or _NAMED.findall(known.text)),
)  # fmt: skip
FORMATS = {"date": "date", "email": "email", "uri": "url"}


def finder_for(name: str, schema: Schema) -> tuple[str, Finder]:
    """Choose how to look for a string parameter; "text" means free text."""
    if schema.get("format") == "date-time":
        return "moment", _moments
    if schema.get("format") == "time":
        return "clock", lambda known: [f"{clock}:00" for clock in times(known.text)]
    spoken = " ".join(split_words(name))
    if schema.get("format", "date") not in FORMATS:
        return "formatted", lambda known: []
    wanted = FORMATS.get(str(schema.get("format")))
    for label, pattern, finder in FINDERS:
        if label == wanted or (wanted is None and re.search(pattern, spoken)):
            return label, finder
    return "text", lambda known: quoted(known.text)


def mentioned_choices(schema: Schema, known: Known) -> list[Any]:
    """Find the values of an enum that the text names, in the text's order."""
    said = [stem(word) for word in split_words(known.text)]
    places_of = {
        position: value for value in choices(schema) if (position := _position(str(value), said)) >= 0
    }
    return [places_of[position] for position in sorted(places_of)]


def mentioned_flag(name: str, known: Known) -> bool | None:
    """Read a yes or no out of the parameter's name in the text, with "no" or "without" before it."""
    spoken = r"\W+".join(map(re.escape, split_words(name)))
    match = re.search(rf"\b(no|not|without|don't)?\s*\b{spoken}", known.text, re.IGNORECASE)
    return None if match is None else not match[1]


def quoted(text: str) -> list[str]:
    """Find the quoted strings."""
    return [next(filter(None, groups)) for groups in _QUOTED.findall(text)]


def _moments(known: Known) -> list[str]:
    clock = (times(known.text) or ["09:00"])[0]
    return [f"{day}T{clock}:00Z" for day in dates(known.text, known.today)]


def _position(value: str, said: list[str]) -> int:
    wanted = [stem(word) for word in split_words(value)]
    starts = range(len(said) - len(wanted) + 1) if wanted else range(0)
    return next((start for start in starts if said[start : start + len(wanted)] == wanted), -1)
