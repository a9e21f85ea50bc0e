"""The tool by which a model asks for tools that it was not sent."""

import json
from collections.abc import Collection, Sequence
from dataclasses import replace
from typing import Annotated, Any

from pydantic import Field

from tools.definition import Tool, tool
from tools.routing.question import read
from tools.routing.shelf import index_of

FIND_TOOLS = "find_tools"
FOUND_AT_ONCE = 10


@tool(name=FIND_TOOLS, safe_to_repeat=True)
def _find_tools(
    query: Annotated[str, Field(description="What the tool should do, in a few words.", max_length=1000)],
) -> dict[str, Any]:
    """Look for more tools: you were given only those that seemed to fit. What is found can be called next."""
    raise NotImplementedError  # `finder` gives it a toolbox to look in


def finder(offered: Sequence[Tool], sent: Collection[str] = ()) -> Tool:
    """Return the tool that looks among those offered, for others than those `sent` already."""

    def find(query: str) -> dict[str, Any]:
        among = {tool.name: tool for tool in offered if tool.name not in sent}
        found = index_of(offered).rank(read(query), among, FOUND_AT_ONCE)
        tools = [{"name": fit.name, "description": among[fit.name].label[:300]} for fit in found]
        if tools:
            return {"tools": tools, "note": "You can call these now."}
        return {
            "tools": [],
            "note": f"None of {len(among):,} other tools has to do with these words. Try others.",
        }

    return replace(_find_tools, function=find, source="Clearcall")


def found_in(answer: str) -> list[str]:
    """Read the names from an answer of `find_tools`; none where it was shortened or is an error."""
    try:
        said = json.loads(answer)
        return [found["name"] for found in said["tools"]]
    except (ValueError, TypeError, KeyError):
        return []
