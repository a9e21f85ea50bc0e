"""The tools and the questions that routing is measured by."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import BaseModel

from tools.definition import Tool
from tools.signature import Signature

HERE = Path(__file__).parent


class Question(NamedTuple):
    """What a person says, and the tools of which one is needed."""

    text: str
    wanted: frozenset[str]


def tools() -> list[Tool]:
    return [_tool(*line) for line in _lines("tools.txt")]


def questions() -> list[Question]:
    known = {tool.name for tool in tools()}
    found = [Question(text, frozenset(wanted.split(", "))) for text, wanted in _lines("questions.txt")]
    assert all(question.wanted <= known for question in found)
    return found


def many_tools(count: int) -> list[Tool]:
    """Return so many tools, the same as if from many servers."""
    own = tools()
    return [
        replace(tool, name=f"s{place}_{tool.name}", description=f"{tool.description} On server {place}.")
        for place in range(count // len(own) + 1)
        for tool in own
    ][:count]


def _lines(name: str) -> Iterator[list[str]]:
    for line in (HERE / name).read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            yield [part.strip() for part in line.split("|")]


def _tool(name: str, description: str, parameters: str) -> Tool:
    told = dict(part.strip().partition(":")[::2] for part in parameters.split(";"))
    properties = {key: _parameter(said.strip()) for key, said in told.items()}
    schema = {"type": "object", "properties": properties, "required": list(properties)[:1]}
    return Tool(name, description, _nothing, Signature(BaseModel, schema, {}))


def _parameter(said: str) -> dict[str, Any]:
    return {"type": "string", **({"description": said} if said else {})}


def _nothing() -> None:
    """Stand for a function: nothing is called here."""
