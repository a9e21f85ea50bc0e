"""What an extraction gave so far: a table, CSV and JSON, each row with the conversation that tells how."""

from __future__ import annotations

import csv
import io
import json
import re
from collections import Counter, defaultdict
from collections.abc import Callable, Collection
from dataclasses import dataclass
from typing import Any

from django.db.models.functions import Left

from ..models import Message, ToolCall, Turn
from .models import Extraction, Text

PREVIEW = 160  # characters of a text that a row shows
SHOWN = 40  # columns of a table on a page; the files have all
JSON_SHOWN = 200_000  # characters of JSON on a page; the file has all
# Where a cell begins, in the eyes of spreadsheets that part cells at other signs too (Excel at `;` in much of
# Europe), with what they pass over before a formula.
_FORMULA = re.compile(r"(^|[;\t\r\n])(?=[\s\u200b-\u200f\u2060\ufeff]*[=+\-@＝＋－＠])")
ABOUT_THE_TEXT = ("text_number", "text_name", "text_state")  # a record may well have a field called "name"
_NUMBER = re.compile(r"-\d+([.,]\d+)*")


@dataclass(frozen=True, slots=True)
class Row:
    """One record of a text; `data` is None where there is none (yet), `tries` counts the model's replies."""

    text: Text
    turn: Turn
    preview: str
    tries: int
    data: dict[str, Any] | None

    def cells(self, columns: list[str]) -> list[str]:
        return [shown((self.data or {}).get(column)) for column in columns]


@dataclass(frozen=True, slots=True)
class Results:
    """The rows in the order of the texts: one for each, or one for each record of a text that has several."""

    extraction: Extraction
    columns: list[str]
    rows: list[Row]

    @property
    def shown(self) -> list[str]:
        """The columns of the table on the page."""
        return self.columns[:SHOWN]

    @property
    def table(self) -> list[tuple[Row, list[str]]]:
        return [(row, row.cells(self.shown)) for row in self.rows]

    @property
    def json_shown(self) -> str:
        """The JSON on the page; "" where it is too long for one."""
        written = as_json(self)
        return written if len(written) <= JSON_SHOWN else ""

    @property
    def texts(self) -> int:
        return self._count(lambda row: True)

    @property
    def done(self) -> int:
        return self._count(lambda row: not row.turn.is_open)

    @property
    def extracted(self) -> int:
        return self._count(lambda row: row.data is not None and not row.turn.is_open)

    @property
    def is_open(self) -> bool:
        return self.done < self.texts

    def _count(self, is_so: Callable[[Row], bool]) -> int:
        return len({row.text.pk for row in self.rows if is_so(row)})


def results_of(extraction: Extraction) -> Results:
    """Load all rows: five queries, whatever their number."""
    columns = list(extraction.schema["properties"])
    turns = {turn.pk: turn for turn in extraction.turns.order_by("pk")}
    records = _records(turns, columns)
    # The latest try that gave data: one that gave none takes nothing away.
    best = {turns[pk].conversation_id: turns[pk] for pk in sorted(turns, key=lambda pk: (pk in records, pk))}
    messages = Message.objects.filter(turn__in=turns)
    asked = messages.filter(role=Message.Role.USER).annotate(start=Left("text", PREVIEW))
    previews = dict(asked.values_list("turn", "start"))
    replies = messages.filter(role=Message.Role.ASSISTANT).exclude(state=Message.State.INTERRUPTED)
    tries = Counter(replies.values_list("turn", flat=True))
    rows = [
        Row(text, turn, previews.get(turn.pk, ""), tries[turn.pk], data)
        for text in extraction.texts.all()
        if (turn := best.get(text.conversation_id))
        for data in records.get(turn.pk, [None])
    ]
    return Results(extraction, columns, rows)


def as_json(results: Results) -> str:
    """Write everything as one JSON document."""
    rows = [
        {
            "text": row.text.place,
            "name": row.text.name,
            "state": row.turn.state,
            "detail": row.turn.detail,
            "conversation": str(row.text.conversation_id),
            "data": row.data,
        }
        for row in results.rows
    ]
    about = {"extraction": str(results.extraction.pk), "name": results.extraction.name}
    return json.dumps(
        {**about, "schema": results.extraction.schema, "rows": rows}, indent=2, ensure_ascii=False
    )


def as_csv(results: Results) -> str:
    """Write the table; no cell begins with what a spreadsheet would run."""
    paper = io.StringIO()
    writer = csv.writer(paper)
    writer.writerow(map(_defused, [*ABOUT_THE_TEXT, *results.columns]))
    for row in results.rows:
        values = [(row.data or {}).get(column) for column in results.columns]
        writer.writerow([row.text.place, _defused(row.text.name), row.turn.state, *map(_cell, values)])
    return paper.getvalue()


def shown(value: Any) -> str:
    """Write a value in one cell: text as it is, the rest as JSON, nothing for nothing."""
    if value is None:
        return ""
    return value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)


def _records(turns: Collection[int], columns: list[str]) -> dict[int, list[dict[str, Any] | None]]:
    """Map turns to what they gave; a model that finds several records in a text calls several times."""
    records: dict[int, list[dict[str, Any] | None]] = defaultdict(list)
    calls = ToolCall.objects.filter(message__turn__in=turns, state=ToolCall.State.SUCCEEDED)
    found = calls.order_by("message", "position").values_list("message__turn", "arguments_run")
    for turn, data in found:
        data = data or {}
        # PostgreSQL forgets in which order the model gave it.
        records[turn].append({column: data[column] for column in columns if column in data} | data)
    return records


def _cell(value: Any) -> str | int | float:
    """A number stays one, the negative too: only text can be a formula."""
    if isinstance(value, int | float) and not isinstance(value, bool):
        return value
    return _defused(shown(value))


def _defused(text: str) -> str:
    return text if _NUMBER.fullmatch(text) else _FORMULA.sub(r"\1'", text)
