"""Arguments that the demo model makes up are valid for the tool's schema."""

from datetime import date, datetime
from enum import StrEnum
from typing import Annotated, Any, Literal
from uuid import UUID

import pytest
from pydantic import BaseModel, Field, TypeAdapter

from conversations.engine.values import Choice, OfferedTool
from tests.demo.asking import asked, offered
from tests.demo.toolshelf import FUNCTIONS


class Colour(StrEnum):
    RED = "red"
    BLUE = "blue"


class Address(BaseModel):
    street: Annotated[str, Field(min_length=3)]
    number: Annotated[int, Field(ge=1)]


class Person(BaseModel):
    name: str
    address: Address
    friends: list["Person"] = []


def paint(colour: Colour, coats: Annotated[int, Field(ge=2, le=5)], glossy: bool) -> None:
    """Paint a wall."""


def register(person: Person, born: date, at: datetime, key: UUID) -> None:
    """Register a person."""


def plot(points: Annotated[list[float], Field(min_length=2)], kind: Literal["line", "bar"]) -> None:
    """Plot points."""


def set_level(
    level: Annotated[float, Field(gt=0, lt=0.5)], even: Annotated[int, Field(multiple_of=4)]
) -> None:
    """Set a level."""


def label(text: Annotated[str, Field(min_length=12, max_length=20)], note: str | None) -> None:
    """Make a label."""


def remind(at: datetime) -> None:
    """Set a reminder."""


def ping() -> None:
    """Ping."""


EVERYTHING = (*FUNCTIONS, paint, register, plot, set_level, label, ping)


@pytest.mark.parametrize(
    "question", ["Do it now", "paint 99 red walls, 3.5 points 1 2 3, Alice in Rome today"]
)
@pytest.mark.parametrize("function", EVERYTHING, ids=lambda function: function.__name__)
def test_a_forced_call_is_valid_whatever_the_question_gives(function: Any, question: str) -> None:
    decision = asked(question, tools=[offered(function)], choice=Choice("tool", function.__name__))
    for _, arguments in decision.calls:
        TypeAdapter(function).validate_python(arguments)
    assert decision.calls


def test_a_day_and_an_hour_become_a_moment() -> None:
    decision = asked("remind me tomorrow at 3pm", tools=[offered(remind)])
    assert decision.calls == (("remind", {"at": "2026-11-22T15:00:00Z"}),)


def test_values_found_for_nested_objects_and_lists_are_used() -> None:
    decision = asked("plot a bar of the points 3, 5 and 8", tools=[offered(plot)])
    assert decision.calls == (("plot", {"points": [3, 5, 8], "kind": "bar"}),)


@pytest.mark.parametrize(
    "parameters",
    [
        {},
        {"type": "object", "properties": {"x": True}, "required": ["x"]},
        {"type": "object", "properties": {"x": {"$ref": "#/nowhere"}}, "required": ["x"]},
        {"type": "object", "properties": {"x": {"$ref": "#/properties/x"}}, "required": ["x"]},
        {"type": "object", "properties": {"x": {"type": ["null", "integer"]}}, "required": "x"},
        {"properties": {"x": {"anyOf": [{"type": "null"}]}, "y": {"enum": []}}, "required": ["x", "y"]},
    ],
)
def test_an_odd_schema_is_no_obstacle(parameters: dict[str, Any]) -> None:
    tool = OfferedTool("oddity", "An odd tool.", parameters)
    assert asked("use oddity with 3", tools=[tool]).calls[0][0] == "oddity"
