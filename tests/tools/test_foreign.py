"""Schemas of others are judged in bounded time, whoever wrote them."""

from __future__ import annotations

from typing import Any

import pytest

from conversations.extraction.schemas import Fields
from tools.mcp.schemas import Declared
from tools.problems import Checked, Problem

OTHERS = "http://json-schema.org/draft-07/schema#"


def an_object(**properties: Any) -> dict[str, Any]:
    return {"type": "object", "properties": properties}


@pytest.mark.parametrize("judge", [Fields, Declared])
def test_no_part_of_a_schema_brings_in_another_judge(judge: Any) -> None:
    """A part may name a dialect of its own, whose patterns are tried by an engine that takes years."""
    of_its_own = {"$schema": OTHERS, "type": "string", "pattern": "^(a+)+$"}
    for place in (
        an_object(a=of_its_own),
        an_object(a={"anyOf": [of_its_own]}),
        an_object(a={"$ref": "#/$defs/x"}) | {"$defs": {"x": of_its_own}},
        an_object(a={"type": "string", "pattern": "^(a+)+$"}) | {"$schema": OTHERS},
    ):
        assert isinstance(judge(place).check({"a": "a" * 5_000 + "!"}), Checked | Problem)
        assert isinstance(judge(place).check({"a": 7}), Problem)


@pytest.mark.parametrize(("judge", "verdict"), [(Fields, Problem), (Declared, Checked)])
def test_what_cannot_be_decided_is_left_to_whoever_can(judge: Any, verdict: type) -> None:
    """A server checks its arguments itself; of data there is no other judge."""
    endless = {"items": {"anyOf": [{"const": str(number)} for number in range(200)]}}
    for part, value in ((endless, ["199"] * 3_000), ({"multipleOf": 0.1}, 10**400), ({"$ref": "#/no"}, 1)):
        assert isinstance(judge(an_object(a=part)).check({"a": value}), verdict)


def test_a_property_may_be_called_as_the_dialect_is() -> None:
    schema = an_object(**{"$schema": {"type": "string"}})
    assert isinstance(Declared(schema).check({"$schema": 7}), Problem)
    assert isinstance(Fields(schema).check({"$schema": "x"}), Checked)
