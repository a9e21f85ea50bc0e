"""How what is asked for in a small form becomes a JSON Schema."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from unicodedata import normalize

NAME = re.compile(r"[^\W\d]\w{0,59}")
MOST_FIELDS = 60
KINDS: Mapping[str, tuple[str, dict[str, Any]]] = {
    "text": ("Text", {"type": "string"}),
    "number": ("Number", {"type": "number"}),
    "whole": ("Whole number", {"type": "integer"}),
    "yes_no": ("Yes or no", {"type": "boolean"}),
    "date": ("Date", {"type": "string", "pattern": r"^\d{4}-\d{2}-\d{2}$"}),
    "list": ("List of texts", {"type": "array", "items": {"type": "string"}}),
}


@dataclass(frozen=True, slots=True)
class Field:
    """One row of the form, as it was written."""

    name: str = ""
    kind: str = "text"
    description: str = ""
    required: bool = False


def schema_of(fields: Sequence[Field]) -> dict[str, Any] | str:
    """Make the schema of the rows that have a name, or say in a sentence what is wrong with one."""
    named = [field for field in fields if field.name.strip()]
    if not named:
        return "Name at least one field."
    if len(named) > MOST_FIELDS:
        return f"{MOST_FIELDS} fields are the limit of this form. Paste a JSON Schema instead."
    properties: dict[str, Any] = {}
    for field in named:
        name = _written(field)
        if not NAME.fullmatch(name):
            return f"{field.name[:60]!r} is no name of a field: a letter, then letters, digits and _."
        if name.casefold() in map(str.casefold, properties):
            return f"Two fields have the name {name!r}."
        if field.kind not in KINDS:
            return f"{field.kind[:60]!r} is no kind of field."
        properties[name] = _property(field)
    required = [_written(field) for field in named if field.required]
    return {"type": "object", "properties": properties, "required": required, "additionalProperties": False}


def _written(field: Field) -> str:
    """Write a name as one word, and characters that look the same in the same way."""
    return re.sub(r"\s+", "_", normalize("NFKC", field.name).strip())


def _property(field: Field) -> dict[str, Any]:
    description = field.description.strip()[:500]
    if field.kind == "date":
        description = f"{description} As YYYY-MM-DD.".strip()
    return {**KINDS[field.kind][1], **({"description": description} if description else {})}
