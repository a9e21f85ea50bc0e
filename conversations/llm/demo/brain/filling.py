"""Something valid for a required argument that the question does not give."""

from typing import Any

from .known import Known
from .schemas import DEPTH_LIMIT, Schema, choices, fits, kind, properties, required, resolved

BY_FINDER = {
    "place": "Berlin",
    "email": "someone@example.com",
    "url": "https://example.com/",
    "expression": "1 + 1",
}
BY_FORMAT = {
    "uuid": "00000000-0000-4000-8000-000000000000",
    "uri": "https://example.com/",
    "email": "someone@example.com",
    "time": "09:00:00",
    "ipv4": "192.0.2.1",
}


def filled(schema: Schema | None, root: Schema, *, known: Known, label: str = "text", depth: int = 0) -> Any:
    """Make a value that validates, as plain as can be."""
    schema = resolved(schema, root)
    if "default" in schema and schema["default"] is not None:
        return schema["default"]
    if choices(schema):
        return choices(schema)[0]
    match kind(schema):
        case "integer" | "number":
            return _number(schema)
        case "boolean":
            return False
        case "array":
            item = (
                filled(schema.get("items"), root, known=known, depth=depth + 1)
                if depth < DEPTH_LIMIT
                else None
            )
            return [item] * int(schema.get("minItems") or 0)
        case "object":
            return _object(schema, root, known=known, depth=depth)
        case "null":
            return None
    return _string(schema, known, label)


def _number(schema: Schema) -> int | float:
    bounds = [schema.get(key) for key in ("minimum", "maximum", "exclusiveMinimum", "exclusiveMaximum")]
    near = [around for bound in bounds if bound is not None for around in (bound, bound + 1, bound - 1)]
    low, high = (next((b for b in pair if b is not None), 0) for pair in (bounds[::2], bounds[1::2]))
    tries = (1, schema.get("multipleOf") or 1, 0, *near, (low + high) / 2)
    return next((value for value in tries if fits(value, schema)), 1)


def _object(schema: Schema, root: Schema, *, known: Known, depth: int) -> dict[str, Any]:
    if depth >= DEPTH_LIMIT:
        return {}
    wanted = required(schema)
    inner = properties(schema, root).items()
    return {name: filled(part, root, known=known, depth=depth + 1) for name, part in inner if name in wanted}


def _string(schema: Schema, known: Known, label: str) -> str:
    written = schema.get("format")
    if written == "date" or label == "date":
        return known.today.isoformat()
    if written == "date-time" or label == "moment":
        return f"{known.today.isoformat()}T09:00:00Z"
    if label == "zone":
        return known.zone
    text = BY_FORMAT.get(str(written)) or BY_FINDER.get(label) or "example"
    text = text.ljust(int(schema.get("minLength") or 0), "x")
    return text[: int(schema.get("maxLength") or len(text))]
