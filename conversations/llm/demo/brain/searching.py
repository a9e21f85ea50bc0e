"""Everything that a text says about the properties of a schema, nested ones too."""

from dataclasses import dataclass, replace
from typing import Any

from conversations.engine.values import OfferedTool

from .counting import found_numbers
from .filling import filled
from .findings import finder_for, mentioned_choices, mentioned_flag
from .known import Known
from .numbers import numbers
from .schemas import Schema, choices, fits, fits_text, kind, properties, required, resolved

DEPTH_LIMIT = 3


@dataclass(frozen=True, slots=True)
class Search:
    """Where to look, and for which tool; `depth` bounds schemas that contain themselves."""

    tool: OfferedTool
    known: Known
    depth: int = 0

    @property
    def root(self) -> Schema:
        return self.tool.parameters

    def deeper(self) -> "Search":
        return replace(self, depth=self.depth + 1)


def found_in(schema: Schema, search: Search) -> dict[str, list[Any]]:
    """Give the values found for each property, in the schema's order; a property without any is left out."""
    parts = properties(schema, search.root)
    found = found_numbers(parts, search.tool, search.known) | _strings(parts, search.known)
    for name, part in parts.items():
        values = _other(name, part, search)
        if values:
            found[name] = values
    return {name: found[name] for name in parts if name in found}


def _strings(parts: dict[str, Schema], known: Known) -> dict[str, list[Any]]:
    by_label: dict[str, list[str]] = {}
    values: dict[str, list[str]] = {}
    for name, part in parts.items():
        if kind(part) == "string" and not choices(part):
            label, finder = finder_for(name, part)
            by_label.setdefault(label, []).append(name)
            values[label] = [value for value in finder(known) if fits_text(value, part)]
    found: dict[str, list[Any]] = {}
    for label, names in by_label.items():
        # "from Berlin to Paris" fills two parameters; "Berlin and Paris" with one parameter asks twice.
        shares = [values[label]] if len(names) == 1 else [[value] for value in values[label]]
        found |= {name: share for name, share in zip(names, shares, strict=False) if share}
    return found


def _other(name: str, part: Schema, search: Search) -> list[Any]:
    if choices(part):
        return mentioned_choices(part, search.known)
    match kind(part):
        case "boolean":
            flag = mentioned_flag(name, search.known)
            return [] if flag is None else [flag]
        case "array":
            items = _items(name, part, search)
            return [items[: part.get("maxItems")]] if len(items) >= int(part.get("minItems") or 1) else []
        case "object":
            return _inner(part, search)
    return []


def _items(name: str, part: Schema, search: Search) -> list[Any]:
    item = resolved(part.get("items"), search.root)
    if choices(item):
        return mentioned_choices(item, search.known)
    if kind(item) in ("integer", "number"):
        return [mention.value for mention in numbers(search.known.text) if fits(mention.value, item)]
    if kind(item) == "object":
        return _inner(item, search)
    label, finder = finder_for(name.removesuffix("s"), item)
    found = finder(search.known) if kind(item) == "string" else []
    # A single quoted string is more likely the title than the only one of the tags.
    return found if label != "text" or len(found) > 1 else []


def _inner(part: Schema, search: Search) -> list[Any]:
    if search.depth >= DEPTH_LIMIT:
        return []
    found = {name: values[0] for name, values in found_in(part, search.deeper()).items()}
    if not found:
        return []
    inner = properties(part, search.root)
    missing = (name for name in required(part) if name not in found)
    return [found | {name: filled(inner.get(name), search.root, known=search.known) for name in missing}]
