"""The JSON Schema that a model is shown: no titles, closed objects, references only for recursion."""

from dataclasses import dataclass
from typing import Any

Schema = dict[str, Any]
VALUES = ("default", "enum", "const", "required")
"""Keys that hold values rather than schemas: nothing in them is a keyword."""


def tidy(schema: Schema, *, strict: bool) -> Schema:
    """Rewrite Pydantic's schema; `strict` gives the form that OpenAI's strict mode demands."""
    tidier = Tidier(definitions=schema.get("$defs", {}), strict=strict)
    body = tidier.node({key: value for key, value in schema.items() if key != "$defs"})
    kept = {
        name: tidier.node(tidier.definitions[name]) for name in tidier.definitions if tidier.recursive(name)
    }
    return {**body, "$defs": kept} if kept else body


@dataclass(frozen=True, slots=True)
class Tidier:
    """Walk a schema; what is not recursive is put in place, as small servers and people read it better so."""

    definitions: Schema
    strict: bool

    def node(self, node: Schema) -> Schema:
        if "$ref" in node:
            return self._referred(node)
        # A discriminator maps to references that are no longer there.
        dropped = {"title", "discriminator"} | ({"default"} if self.strict else set())
        return self._closed({key: self._value(key, node[key]) for key in node if key not in dropped})

    def recursive(self, name: str) -> bool:
        return name in self._reached(self.definitions[name], frozenset())

    def _referred(self, node: Schema) -> Schema:
        name = node["$ref"].removeprefix("#/$defs/")
        if self.recursive(name):
            return {"$ref": node["$ref"]}
        beside = {key: value for key, value in node.items() if key != "$ref"}
        return self.node({**self.definitions[name], **beside})

    def _value(self, key: str, value: Any) -> Any:
        if key in VALUES:
            return value
        if key in ("properties", "patternProperties"):  # their keys are names, and a name may be "title"
            return {name: self.node(schema) for name, schema in value.items()}
        if isinstance(value, list):
            return [self.node(item) if isinstance(item, dict) else item for item in value]
        return self.node(value) if isinstance(value, dict) else value

    def _closed(self, node: Schema) -> Schema:
        if "properties" not in node:
            return node
        closed = {"additionalProperties": False, **node}
        return {**closed, "required": list(node["properties"])} if self.strict else closed

    def _reached(self, node: Any, seen: frozenset[str]) -> frozenset[str]:
        if isinstance(node, list):
            return seen.union(*(self._reached(item, seen) for item in node))
        if not isinstance(node, dict):
            return seen
        name = str(node.get("$ref", "")).removeprefix("#/$defs/")
        if name in self.definitions and name not in seen:
            seen = self._reached(self.definitions[name], seen | {name})
        for value in node.values():
            seen = self._reached(value, seen)
        return seen
