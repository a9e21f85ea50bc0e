"""Which JSON Schemas can be extracted by, and whether data fits one.

A schema is pasted by anybody. Nothing in it may cost more than it is worth: it is bounded, must not refer to
itself, and its patterns are tried by an engine that takes linear time.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import lru_cache
from typing import Annotated, Any

from jsonschema import ValidationError
from pydantic import Field, TypeAdapter
from pydantic import ValidationError as Misfit
from pydantic_core import SchemaError as PatternError

from tools.foreign import Judge, Undecided, broken, spend
from tools.problems import Checked, Problem
from tools.written import parse

SCHEMA_BYTES = 20_000
DEEPEST = 16
MOST_PARTS = 2_000  # with what references stand for: a few of them that nest can stand for millions
MOST_PATTERNS, LONGEST_PATTERN = 20, 200  # to make one ready to be tried takes up to 50 ms
CHECKED_BYTES = 50_000  # of data: more is no record
CHECKED_STEPS = 50_000  # about a second
REFERENCES = ("#/$defs/", "#/definitions/")
POINTERS = frozenset("/~%")  # in a reference they lead elsewhere than to the definition of that name
BY_NAME = frozenset({"properties", "dependentSchemas"})
VALUES = frozenset({"$defs", "definitions", "enum", "const", "default", "examples"})
UNSUPPORTED = frozenset(
    {"$dynamicRef", "$recursiveRef", "$dynamicAnchor", "$id", "$anchor"}
    | {"unevaluatedItems", "unevaluatedProperties"}
)


@dataclass(frozen=True, slots=True)
class Fields:
    """What an extraction's tool takes: the data itself."""

    schema: dict[str, Any]

    def check(self, arguments: dict[str, Any]) -> Checked | Problem:
        """Say where data does not fit, so that the model can mend it."""
        if len(json.dumps(arguments)) > CHECKED_BYTES:
            return Problem("bad_arguments", f"The data is longer than {CHECKED_BYTES:,} bytes.")
        sentence = "The data does not fit the schema"
        try:
            misfit = _JUDGE.misfit(self.schema, arguments, sentence=sentence, steps=CHECKED_STEPS)
        except Undecided:
            return Problem("bad_arguments", "The data cannot be checked: give less of it, or simpler values.")
        return misfit or Checked(arguments)

    def bind(self, arguments: dict[str, Any], context: Any) -> dict[str, Any]:
        return {"data": arguments}


def read_schema(text: str) -> dict[str, Any] | str:
    """Read a pasted JSON Schema, or say in a sentence why nothing can be extracted by it."""
    if len(text.encode(errors="replace")) > SCHEMA_BYTES:
        return f"The schema is longer than {SCHEMA_BYTES:,} bytes."
    try:
        schema = parse(text, _once)
    except (ValueError, RecursionError) as error:
        return f"The schema is not JSON: {str(error)[:200]}."
    return fault_of(schema) or schema


def fault_of(schema: Any) -> str:
    """Say in a sentence why nothing can be extracted by a schema; "" where it can."""
    if not isinstance(schema, dict) or schema.get("type") != "object":
        return 'The schema must describe one object: {"type": "object", "properties": {...}}.'
    if not isinstance(schema.get("properties"), dict) or not schema["properties"]:
        return "The schema names no properties."
    try:
        _Walk(schema).through(schema)
        if at := broken(schema):
            return f"The schema is invalid at {at}."
    except (ValueError, Undecided) as error:
        return f"The schema cannot be used: {error}."
    except RecursionError:
        return "The schema cannot be used: it is nested too deeply."
    return ""


@dataclass(slots=True)
class _Walk:
    """Follows every path, references too, until one is too long, leads back or leads nowhere."""

    root: dict[str, Any]
    parts: int = 0
    patterns: set[str] = field(default_factory=set)

    def through(self, node: Any, trail: tuple[str, ...] = (), deep: int = 0) -> None:
        self.parts += 1
        if self.parts > MOST_PARTS:
            raise ValueError(f"it has more than {MOST_PARTS:,} parts")
        if deep > 3 * DEEPEST:  # a level of data is about three of schema
            raise ValueError(f"it is nested deeper than {DEEPEST} levels")
        if isinstance(node, list):
            for item in node:
                self.through(item, trail, deep + 1)
        elif isinstance(node, dict):
            self._through_object(node, trail, deep)

    def _through_object(self, node: dict[str, Any], trail: tuple[str, ...], deep: int) -> None:
        _refuse_unsupported(node)
        if isinstance(pattern := node.get("pattern"), str):
            self._try(pattern)
        if isinstance(target := node.get("$ref"), str):
            if target in trail:
                raise ValueError(f"{target[:100]} refers to itself; say how deep the data may be instead")
            self.through(_target(target, self.root), (*trail, target), deep + 1)
        for key, value in node.items():
            if key in BY_NAME and isinstance(value, dict):
                for part in value.values():  # whatever its name: a field may be called "default"
                    self.through(part, trail, deep + 2)
            elif key not in VALUES:
                self.through(value, trail, deep + 1)

    def _try(self, pattern: str) -> None:
        self.patterns.add(pattern)
        if len(self.patterns) > MOST_PATTERNS:
            raise ValueError(f"it has more than {MOST_PATTERNS} different patterns")
        if len(pattern) > LONGEST_PATTERN:
            raise ValueError(f"the pattern {pattern[:100]!r}... is longer than {LONGEST_PATTERN} characters")
        if not _can_be_tried(pattern):
            raise ValueError(f"the pattern {pattern!r} cannot be tried in bounded time, or is none")


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    """Refuse what would be read as if half of it had not been written."""
    read = dict(pairs)
    if len(read) < len(pairs):
        names = [name for name, _ in pairs]
        raise ValueError(f"{next(name for name in names if names.count(name) > 1)[:100]!r} is in it twice")
    return read


def _refuse_unsupported(node: dict[str, Any]) -> None:
    if found := UNSUPPORTED & set(node):
        raise ValueError(f"{sorted(found)[0]} is not supported")
    if isinstance(node.get("patternProperties"), dict):
        raise ValueError("patternProperties is not supported; name the properties")


def _target(reference: str, root: dict[str, Any]) -> Any:
    for start in REFERENCES:
        name = reference.removeprefix(start)
        definitions = root.get(start.split("/")[1])
        if (
            name != reference
            and not POINTERS & set(name)
            and isinstance(definitions, dict)
            and name in definitions
        ):
            return definitions[name]
    raise ValueError(f"it refers to {reference[:100]}, which is not among its own definitions")


def _can_be_tried(pattern: str) -> bool:
    try:
        _adapter(pattern)
    except PatternError:
        return False
    return True


@lru_cache(maxsize=100)
def _adapter(pattern: str) -> TypeAdapter[str]:
    return TypeAdapter(Annotated[str, Field(pattern=pattern)])


def _pattern(validator: Any, pattern: str, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if isinstance(instance, str):
        spend(len(instance) // 100)
        try:
            _adapter(pattern).validate_python(instance)
        except Misfit:
            yield ValidationError(f"{instance[:100]!r} does not match {pattern[:100]!r}")


def _unique(validator: Any, wanted: bool, instance: Any, schema: Any) -> Iterator[ValidationError]:
    if wanted and isinstance(instance, list):
        spend(len(instance))
        written = [json.dumps(item, sort_keys=True) for item in instance]
        if len(set(written)) < len(written):
            yield ValidationError("it has the same item twice")


_JUDGE = Judge({"pattern": _pattern, "uniqueItems": _unique})
