"""Results put into Markdown: sentences, lists and tables for people."""

import json
from collections.abc import Iterable, Sequence
from itertools import groupby
from typing import Any

from .results import Result

COLUMNS_LIMIT = 8
ROWS_LIMIT = 50
TEXT_LIMIT = 4000
UNITS = {"celsius": "°C", "fahrenheit": "°F"}


def told(results: Sequence[Result]) -> str:
    """Tell all results, those of one tool together, failures in the words of their error."""
    groups = groupby(results, key=lambda result: (result.name, bool(result.error)))
    return "\n\n".join(_group(list(group), failed=failed) for (_, failed), group in groups)


def _group(results: list[Result], *, failed: bool) -> str:
    if failed:
        return "\n\n".join(map(_failure, results))
    if len(results) > 1 and all(_is_flat(result.value) for result in results):
        return table([result.value for result in results])
    return "\n\n".join(map(_one, results))


def _failure(result: Result) -> str:
    error = result.error if isinstance(result.error, dict) else {"message": result.error}
    asked = f" for {_in_words(result.arguments)}" if result.arguments else ""
    reason = error.get("message") or error.get("code") or "no reason given"
    lines = [f"`{result.name}` did not work{asked}: {reason}"]
    for detail in _list(error.get("details")):
        if isinstance(detail, dict):
            lines.append(
                f"- `{detail.get('path') or 'arguments'}`: {detail.get('reason') or _inline(detail)}"
            )
    return "\n".join(lines)


def _one(result: Result) -> str:
    match result.value:
        case {"temperature": _} if _is_flat(result.value):
            return _weather(result.value)
        case {"events": list() as events}:
            return _calendar(events, result.value)
        case {"expression": asked, "result": answer}:
            return f"`{asked}` = **{_inline(answer)}**"
        case {"time": clock, **rest} if _is_flat(result.value):
            where = next(
                (rest[key] for key in ("timezone", "time_zone", "city", "place") if rest.get(key)), ""
            )
            return f"It is **{clock}**" + (f" in {where}." if where else ".")
        case _:
            return _plain(result)


def _weather(rest: dict[str, Any]) -> str:
    where = next((rest[key] for key in ("city", "place", "location", "name") if rest.get(key)), "There")
    unit = UNITS.get(str(rest.get("unit")), rest.get("unit") or "°")
    sky = next((rest[key] for key in ("condition", "conditions", "description") if rest.get(key)), "")
    source = f" ({rest['source']})" if rest.get("source") else ""
    return (
        f"In **{where}** it is **{rest['temperature']} {unit}**" + (f", {sky}" if sky else "") + f".{source}"
    )


def _calendar(events: list[Any], rest: dict[str, Any]) -> str:
    day = rest.get("date") or rest.get("day")
    when = f" on {day}" if day else ""
    if not events:
        return f"You have nothing on your calendar{when}."
    return f"On your calendar{when}:\n\n" + "\n".join(f"- {_event(event)}" for event in events[:ROWS_LIMIT])


def _event(event: Any) -> str:
    if not isinstance(event, dict):
        return _inline(event)
    title = event.get("title") or event.get("name") or "Untitled"
    start, end = (_clock(event.get(f"{key}s_at") or event.get(key)) for key in ("start", "end"))
    place = event.get("place") or event.get("location")
    hours = "-".join(filter(None, (start, end)))
    return (f"**{hours}** " if hours else "") + str(title) + (f", {place}" if place else "")


def _clock(moment: Any) -> str:
    text = str(moment or "")
    return text[11:16] if len(text) > 15 and text[10] in "T " else text


def _plain(result: Result) -> str:
    if result.value is None or result.value in ("", [], {}):
        return f"`{result.name}` has nothing to report."
    match result.value:
        case str() as text:
            return text[:TEXT_LIMIT]
        case bool() | int() | float():
            return f"`{result.name}`: **{_inline(result.value)}**"
        case list() as rows if all(_is_flat(row) for row in rows):
            return table(rows)
        case list() as rows if not any(isinstance(row, dict | list) for row in rows):
            return f"`{result.name}`:\n\n" + "\n".join(f"- {_inline(row)}" for row in rows[:ROWS_LIMIT])
        case dict() as fields if _is_flat(fields):
            return "\n".join(f"- **{_label(key)}**: {_inline(value)}" for key, value in fields.items())
    written = json.dumps(result.value, indent=2, ensure_ascii=False)[:TEXT_LIMIT]
    return f"`{result.name}` answered:\n\n```json\n{written}\n```"


def table(rows: Sequence[dict[str, Any]]) -> str:
    """Lay out flat objects as a Markdown table."""
    said = dict.fromkeys(key for row in rows for key, value in row.items() if value not in ("", None))
    columns = list(said)[:COLUMNS_LIMIT]
    lines = [map(_label, columns), ["---"] * len(columns)]
    lines += [[_inline(row.get(column, "")) for column in columns] for row in rows[:ROWS_LIMIT]]
    return "\n".join(map(_row, lines))


def _row(cells: Iterable[str]) -> str:
    return f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in cells)} |"


def _is_flat(value: Any) -> bool:
    return isinstance(value, dict) and not any(isinstance(part, dict | list) for part in value.values())


def _in_words(arguments: dict[str, Any]) -> str:
    return ", ".join(f"{_label(key).lower()} {_inline(value)}" for key, value in arguments.items())


def _inline(value: Any) -> str:
    written = value if isinstance(value, str) else json.dumps(value, ensure_ascii=False)
    return " ".join(written[:TEXT_LIMIT].split())


def _label(key: str) -> str:
    return key.replace("_", " ").capitalize()


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []
