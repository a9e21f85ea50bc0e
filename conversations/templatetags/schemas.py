"""How a tool's parameters are told to a person, from their JSON Schema."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from django import template

register = template.Library()

FORMATS = {"date": "date", "date-time": "date and time", "time": "time of day"}
NAMES = {
    "string": "text",
    "integer": "whole number",
    "number": "number",
    "boolean": "yes or no",
    "array": "list",
    "object": "group of values",
    "null": "nothing",
}


@dataclass(frozen=True, slots=True)
class Parameter:
    """One line of a tool's description; `default` is "" where there is none."""

    name: str
    kind: str
    required: bool
    default: str
    description: str


@register.filter
def parameters(schema: Mapping[str, Any]) -> list[Parameter]:
    """List what a tool takes, in the order of its definition."""
    required = schema.get("required", [])
    return [
        Parameter(
            name=name,
            kind=_kind(part, definitions=schema.get("$defs", {})),
            required=name in required,
            default=json.dumps(part["default"], ensure_ascii=False)
            if part.get("default") is not None
            else "",
            description=part.get("description", ""),
        )
        for name, part in schema.get("properties", {}).items()
    ]


def _kind(part: Mapping[str, Any], *, definitions: Mapping[str, Any]) -> str:
    if "$ref" in part:
        named = definitions.get(part["$ref"].rpartition("/")[2], {})
        return _kind(named, definitions={}) if "$ref" not in named else NAMES["object"]
    if "enum" in part or "const" in part:
        return "one of " + ", ".join(map(str, part.get("enum", [part.get("const")])))
    if "anyOf" in part:
        kinds = [_kind(choice, definitions=definitions) for choice in part["anyOf"]]
        return " or ".join(kind for kind in kinds if kind != NAMES["null"])
    if part.get("type") == "array":
        return f"list of {_kind(part.get('items', {}), definitions=definitions)}"
    if part.get("format") in FORMATS:
        return FORMATS[part["format"]]
    return _named(part.get("type"))


def _named(kind: str | list[str] | None) -> str:
    if isinstance(kind, list):
        return " or ".join(NAMES.get(one, one) for one in kind if one != "null")
    return NAMES.get(kind, kind) if kind else "anything"
