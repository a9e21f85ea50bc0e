"""A typed function becomes a tool that the model can read."""

from dataclasses import dataclass
from datetime import date, datetime, time
from enum import Enum
from typing import Annotated, Any, Literal

from pydantic import BaseModel, Field
from typing_extensions import TypedDict

from tools import ToolContext, tool


class Size(Enum):
    SMALL = "small"
    LARGE = "large"


class Item(BaseModel):
    title: str = Field(description="What it is called.")
    amount: float = 1


@dataclass
class Address:
    street: str


class Note(TypedDict):
    text: str


class Folder(BaseModel):
    name: str
    inside: list["Folder"] = []


def properties(made: Any) -> dict[str, Any]:
    found: dict[str, Any] = made.parameters["properties"]
    return found


def test_a_bare_decorator_takes_name_and_description_from_the_function() -> None:
    @tool
    def get_weather(city: str) -> str:
        """Get the weather. In one
        city.

        More that the model need not know.
        """
        return city

    assert get_weather.name == "get_weather"
    assert get_weather.title == "Get weather"
    assert get_weather.description == "Get the weather. In one city."
    assert get_weather.label == "Get the weather."
    assert get_weather("Paris") == "Paris"
    assert get_weather.faults == ()


def test_options_are_kept() -> None:
    @tool(name="wipe-disk", deadline=3, safe_to_repeat=True, effects="destructive")
    def wipe() -> None:
        """Wipe it."""

    assert (wipe.name, wipe.title, wipe.deadline) == ("wipe-disk", "Wipe disk", 3)
    assert (wipe.safe_to_repeat, wipe.effects, wipe.is_async) == (True, "destructive", False)


def test_simple_types_defaults_and_required_are_in_the_schema() -> None:
    @tool
    def book(
        seats: int,
        price: float,
        window: bool,
        names: list[str],
        until: date | None = None,
        kind: str = "train",
    ) -> None:
        """Book seats."""

    assert book.parameters == {
        "type": "object",
        "additionalProperties": False,
        "required": ["seats", "price", "window", "names"],
        "properties": {
            "seats": {"type": "integer"},
            "price": {"type": "number"},
            "window": {"type": "boolean"},
            "names": {"type": "array", "items": {"type": "string"}},
            "until": {"anyOf": [{"type": "string", "format": "date"}, {"type": "null"}], "default": None},
            "kind": {"type": "string", "default": "train"},
        },
    }


def test_choices_are_enums() -> None:
    @tool
    def order(size: Size, unit: Literal["kg", "lb"] = "kg") -> None:
        """Order something."""

    assert properties(order)["size"] == {"type": "string", "enum": ["small", "large"]}
    assert properties(order)["unit"] == {"type": "string", "enum": ["kg", "lb"], "default": "kg"}


def test_moments_have_formats() -> None:
    @tool
    def remind(day: date, at: time, since: datetime) -> None:
        """Remind me."""

    formats = [schema["format"] for schema in properties(remind).values()]
    assert formats == ["date", "time", "date-time"]


def test_nested_models_stand_in_place_and_are_closed() -> None:
    @tool
    def ship(items: list[Item], to: Address, note: Note) -> None:
        """Ship items."""

    assert "$defs" not in ship.parameters
    assert properties(ship)["items"]["items"] == {
        "type": "object",
        "additionalProperties": False,
        "required": ["title"],
        "properties": {
            "title": {"type": "string", "description": "What it is called."},
            "amount": {"type": "number", "default": 1},
        },
    }
    assert properties(ship)["to"]["properties"] == {"street": {"type": "string"}}
    assert properties(ship)["note"]["additionalProperties"] is False


def test_a_model_that_contains_itself_keeps_its_reference() -> None:
    @tool
    def tidy_up(folder: Folder) -> None:
        """Tidy up."""

    assert properties(tidy_up)["folder"] == {"$ref": "#/$defs/Folder"}
    inner = tidy_up.parameters["$defs"]["Folder"]["properties"]["inside"]
    assert inner["items"] == {"$ref": "#/$defs/Folder"}


def test_an_annotation_describes_a_parameter_before_the_docstring_does() -> None:
    @tool
    def search(
        query: Annotated[str, Field(description="From the annotation.", min_length=2)], limit: int = 5
    ) -> None:
        """Search.

        Args:
            query: From the docstring.
            limit: How many to
                return.
        """

    assert properties(search)["query"] == {
        "type": "string",
        "description": "From the annotation.",
        "minLength": 2,
    }
    assert properties(search)["limit"]["description"] == "How many to return."


def test_a_field_may_stand_where_a_default_stands() -> None:
    @tool
    def look(depth: int = Field(default=2, description="How deep.", ge=1)) -> int:
        """Look."""
        return depth

    assert properties(look)["depth"] == {
        "type": "integer", "default": 2, "description": "How deep.", "minimum": 1
    }  # fmt: skip


def test_the_context_is_never_shown() -> None:
    @tool
    def whoami(context: ToolContext, loud: Annotated[bool, Field()] = False) -> str:
        """Say who asks."""
        return ""

    assert list(properties(whoami)) == ["loud"]


def test_parameters_may_have_names_that_pydantic_keeps_for_itself() -> None:
    @tool
    def odd(schema: int, model_config: int, _private: int, title: str) -> None:
        """Take odd names."""

    assert list(properties(odd)) == ["schema", "model_config", "_private", "title"]
    assert odd.check('{"schema": 1, "model_config": 2, "_private": 3, "title": "x"}').arguments == {  # type: ignore[union-attr]
        "schema": 1, "model_config": 2, "_private": 3, "title": "x"
    }  # fmt: skip


def test_a_strict_tool_requires_everything_and_coerces_nothing() -> None:
    @tool(strict=True)
    def count(items: list[Item], to: int = 3) -> None:
        """Count."""

    assert count.parameters["required"] == ["items", "to"]
    assert properties(count)["items"]["items"]["required"] == ["title", "amount"]
    assert "default" not in properties(count)["to"]
    refused = count.check('{"items": [], "to": "3"}')
    assert refused.code == "bad_arguments"  # type: ignore[union-attr]
