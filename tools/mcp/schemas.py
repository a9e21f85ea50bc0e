"""What a server says its tool takes: whether that makes sense, and whether arguments fit it.

The schema is another's word. Nothing in it may cost more than it is worth: patterns, which can take years,
are left to the server itself, references to other documents are refused, and checking ends after so many
steps, be it of arguments against a schema or of the schema itself.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from jsonschema import Draft202012Validator, ValidationError

from tools.foreign import Judge, Undecided, broken
from tools.mcp.limits import SCHEMA_LIMIT
from tools.problems import Checked, Problem

DEEPEST = 40


@dataclass(frozen=True, slots=True)
class Declared:
    """The arguments of a tool as its supplier declares them; they go to its function as they are."""

    schema: dict[str, Any]

    def check(self, arguments: dict[str, Any]) -> Checked | Problem:
        """Tell of what does not fit; what cannot be found out in time is left to the supplier."""
        try:
            sentence = "The arguments do not fit the tool"
            return _JUDGE.misfit(self.schema, arguments, sentence=sentence) or Checked(arguments)
        except Undecided:
            return Checked(arguments)

    def bind(self, arguments: dict[str, Any], context: Any) -> dict[str, Any] | Problem:
        """Hand the arguments on in one piece, and who asks."""
        return {"arguments": arguments, "context": context}


def fault_of(schema: Any) -> str:
    """Say in a sentence why a schema cannot be offered to a model; "" where it can."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return "Its schema does not describe an object."
    try:
        if len(json.dumps(schema, allow_nan=False)) > SCHEMA_LIMIT:
            return f"Its schema is longer than {SCHEMA_LIMIT:,} bytes."
        _walk(schema, DEEPEST)
        at = broken(schema)
    except (ValueError, RecursionError, Undecided) as error:
        return f"Its schema cannot be used: {str(error)[:200]}."
    return at and f"Its schema is broken at {at}."


def _walk(node: Any, depth: int) -> None:
    if depth == 0:
        raise ValueError(f"it is nested deeper than {DEEPEST} levels")
    if isinstance(node, list):
        for item in node:
            _walk(item, depth - 1)
    elif isinstance(node, dict):
        target = node.get("$ref", "#")
        if isinstance(target, str) and not target.startswith("#"):
            raise ValueError(f"it refers to another document, {target[:100]}")
        for value in node.values():
            _walk(value, depth - 1)


def _others(validator: Any, value: Any, instance: Any, schema: Any) -> Iterator[ValidationError] | None:
    # Which properties are the others is for the patterns to say, and those are not tried.
    if "patternProperties" in schema:
        return None
    others: Any = Draft202012Validator.VALIDATORS["additionalProperties"]
    return others(validator, value, instance, schema)  # type: ignore[no-any-return]


_JUDGE = Judge({"additionalProperties": _others})
