"""JSON Schemas as the demo model reads them: references followed, null left aside."""

import re
from collections.abc import Mapping
from typing import Any

Schema = Mapping[str, Any]
DEPTH_LIMIT = 8


def resolved(schema: Any, root: Schema) -> Schema:
    """Follow $ref, and take the first branch of anyOf, oneOf or allOf that is not null."""
    for _ in range(DEPTH_LIMIT):
        if not isinstance(schema, Mapping):
            return {}
        branches = next((schema[key] for key in ("anyOf", "oneOf", "allOf") if schema.get(key)), None)
        if isinstance(schema.get("$ref"), str):
            schema = _pointed(schema["$ref"], root)
        elif isinstance(branches, list):
            schema = next((b for b in branches if isinstance(b, Mapping) and b.get("type") != "null"), {})
        else:
            return schema
    return {}


def kind(schema: Schema) -> str:
    """Name the type; a list of types means its first that is not null."""
    written = schema.get("type")
    if isinstance(written, list):
        written = next((name for name in written if name != "null"), "string")
    if written is None:
        written = "object" if "properties" in schema else "array" if "items" in schema else "string"
    return str(written)


def properties(schema: Schema, root: Schema) -> dict[str, Schema]:
    """Give the properties of an object, resolved."""
    written = schema.get("properties")
    if not isinstance(written, Mapping):
        return {}
    return {str(name): resolved(inner, root) for name, inner in written.items()}


def required(schema: Schema) -> frozenset[str]:
    written = schema.get("required")
    return frozenset(map(str, written)) if isinstance(written, list) else frozenset()


def choices(schema: Schema) -> list[Any]:
    """Give the values of an enum or a const, without null."""
    written = [schema["const"]] if "const" in schema else schema.get("enum")
    return [value for value in written if value is not None] if isinstance(written, list) else []


def fits(value: int | float, schema: Schema) -> bool:
    """Say whether a number is of the type and within the bounds."""
    whole, step = kind(schema) == "integer", schema.get("multipleOf")
    if (whole and value != int(value)) or (step and value % step):
        return False
    low, high = schema.get("minimum"), schema.get("maximum")
    above, below = schema.get("exclusiveMinimum"), schema.get("exclusiveMaximum")
    return (
        (low is None or value >= low)
        and (high is None or value <= high)
        and (above is None or value > above)
        and (below is None or value < below)
    )


def fits_text(value: str, schema: Schema) -> bool:
    """Say whether a string has the length and the pattern."""
    short, long = schema.get("minLength") or 0, schema.get("maxLength")
    if len(value) < short or (long is not None and len(value) > long):
        return False
    try:
        return re.search(str(schema.get("pattern") or ""), value) is not None
    except re.error:
        return True


def _pointed(reference: str, root: Schema) -> Any:
    place: Any = root
    for step in reference.removeprefix("#/").split("/"):
        place = place.get(step) if isinstance(place, Mapping) else None
    return place
