"""Which tools fit some words: a full-text index in memory, weighed by BM25."""

import json
import sqlite3
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from contextlib import closing
from heapq import nlargest
from itertools import islice
from threading import Lock
from typing import Any, NamedTuple
from weakref import finalize

from rapidfuzz import fuzz, process

from tools.definition import Tool
from tools.routing.kindred import every_kindred_word, kin_of
from tools.routing.question import KIN, Wanted
from tools.routing.words import split, stem

# What a word weighs in a tool's name, in its description, among its parameters, in what is said of those.
WEIGHTS = (4.0, 2.0, 1.5, 1.0)
WORDS_OF_A_PLACE = (
    200  # of a description or of all parameters: more is no description but an essay, or a trap
)
DEEPEST = 4  # levels of a schema that are read
LIKENESS = 78  # of 100, from which on a word that no tool knows is taken for one that is misspelt
SHORTEST_MISSPELT = 4
CHARACTERS_OF_A_TOKEN = 4
PART = 0.5  # what fitting one part of a question counts beside fitting the whole
MOST_MATCHES = 2_000  # of one word: beyond that it tells tools apart no more
_MATCHING = "SELECT rowid, bm25(told, {}, {}, {}, {}) FROM told WHERE told MATCH ?".format(*WEIGHTS)  # noqa: S608
_BEST = f" ORDER BY 2 LIMIT {MOST_MATCHES}"


def cost_of(tool: Tool) -> int:
    """Estimate the tokens by which a tool lengthens a request: four characters of JSON are about one."""
    told = json.dumps({"name": tool.name, "description": tool.description, "parameters": tool.parameters})
    return len(told) // CHARACTERS_OF_A_TOKEN


def has_full_text() -> bool:
    """Say whether Python's SQLite was built with what an index is made of."""
    with closing(sqlite3.connect(":memory:")) as base:
        return ("ENABLE_FTS5",) in base.execute("PRAGMA compile_options").fetchall()


Points = Mapping[int, float]  # by the tool's place


class Fit(NamedTuple):
    """A tool and how well it fits, in BM25 points; the higher the better."""

    name: str
    points: float


class Index:
    """Tools by their words. Safe to use from several threads."""

    def __init__(self, tools: Iterable[Tool]) -> None:
        self.tools = {tool.name: tool for tool in tools}
        self.costs = {name: cost_of(tool) for name, tool in self.tools.items()}
        self._names = list(self.tools)
        self._lock = Lock()
        self._base = sqlite3.connect(":memory:", check_same_thread=False, isolation_level=None)
        finalize(self, self._base.close)
        self._base.execute(
            "CREATE VIRTUAL TABLE told USING fts5(name, description, parameters, details, content='',"
            " tokenize='porter unicode61 remove_diacritics 2')"
        )
        known: set[str] = set(every_kindred_word())
        rows = ((place, *_told(tool, known)) for place, tool in enumerate(self.tools.values()))
        self._base.execute("BEGIN")
        self._base.executemany(
            "INSERT INTO told(rowid, name, description, parameters, details) VALUES (?,?,?,?,?)", rows
        )
        self._base.execute("COMMIT")
        self._known = [word for word in known if len(word) >= SHORTEST_MISSPELT and word.isalpha()]
        self._known_stems = {stem(word) for word in known}

    @property
    def bytes(self) -> int:
        """The size of the index in SQLite's memory."""
        (pages,), (size,) = (
            self._base.execute(f"PRAGMA {what}").fetchone() for what in ("page_count", "page_size")
        )
        return int(pages * size)

    def covers(self, tools: Sequence[Tool]) -> bool:
        """Say whether it has all of these tools, as they are."""
        return all(
            (mine := self.tools.get(tool.name)) is not None
            and mine.description == tool.description
            and (mine.signature is tool.signature or mine.parameters == tool.parameters)
            for tool in tools
        )

    def rank(self, wanted: Sequence[Wanted], among: Mapping[str, Any], most: int) -> list[Fit]:
        """List the best tools first, of those named in `among`; a tool that fits nothing is not listed."""
        whole: dict[int, float] = defaultdict(float)
        parts: dict[int, dict[int, float]] = defaultdict(lambda: defaultdict(float))
        with self._lock:
            for want in wanted:
                for place, much in self._points(want).items():
                    whole[place] += much
                    for part in want.parts:
                        parts[part][place] += much
        fits = (Fit(self._names[place], much) for place, much in _with_parts(whole, parts).items())
        return nlargest(most, (fit for fit in fits if fit.name in among), key=lambda fit: fit.points)

    def _points(self, want: Wanted) -> dict[int, float]:
        """Weigh a want by the best of the words that may stand for it."""
        best: dict[int, float] = {}
        for word, worth in self._spelt(want).items():
            for place, rank in self._matches(word):
                best[place] = max(best.get(place, 0.0), -rank * worth * want.weight)
        return best

    def _spelt(self, want: Wanted) -> dict[str, float]:
        """Return the want's words, and instead of one that nobody knows those that look like it."""
        word = want.word
        if len(word) < SHORTEST_MISSPELT or not word.isalpha() or stem(word) in self._known_stems:
            return dict(want.words)
        near = process.extract(word, self._known, scorer=fuzz.ratio, score_cutoff=LIKENESS, limit=2)
        meant = {found: likeness / 100 for found, likeness, _ in near}
        return {**{kin: KIN * much for found, much in meant.items() for kin in kin_of(found)}, **meant}

    def _matches(self, word: str) -> Iterable[tuple[int, float]]:
        return self._base.execute(
            _MATCHING + (_BEST if len(self._names) > MOST_MATCHES else ""), (f'"{word}"',)
        )


def _with_parts(whole: Points, parts: Mapping[int, Points]) -> Points:
    """Lift what fits one part of a question best: otherwise the part that says most would hide the others."""
    if len(parts) < 2:
        return whole
    lifted, top = dict(whole), max(whole.values(), default=0.0)
    for part in parts.values():
        best = max(part.values())
        for place, much in part.items():
            for_part = (1 - PART) * whole[place] + PART * top * much / best
            lifted[place] = max(lifted[place], for_part)
    return lifted


def _told(tool: Tool, known: set[str]) -> tuple[str, ...]:
    names: list[str] = []
    details: list[str] = []
    _read(tool.parameters, names, details, deep=0)
    places = [[tool.name], [tool.description], names, [*details, tool.source]]
    told = [_words(texts) for texts in places]
    known.update(*told)
    return tuple(map(" ".join, told))


def _read(schema: Any, names: list[str], details: list[str], *, deep: int) -> None:
    """Collect the names of parameters and what is said of them, as far as anybody would read."""
    if not isinstance(schema, dict) or deep > DEEPEST or len(names) + len(details) > WORDS_OF_A_PLACE:
        return
    if isinstance(said := schema.get("description"), str):
        details.append(said[:2000])
    if isinstance(values := schema.get("enum"), list):
        details += [value for value in values[:20] if isinstance(value, str)]
    properties = schema.get("properties")
    for name, part in properties.items() if isinstance(properties, dict) else ():
        names.append(str(name))
        _read(part, names, details, deep=deep + 1)
    _read(schema.get("items"), names, details, deep=deep + 1)
    for key in ("anyOf", "oneOf", "allOf"):
        for part in schema.get(key) or ():
            _read(part, names, details, deep=deep + 1)


def _words(texts: Iterable[str]) -> list[str]:
    return list(islice((word for text in texts for word in split(text[:8000])), WORDS_OF_A_PLACE))
