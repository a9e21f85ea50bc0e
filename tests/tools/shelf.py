"""Many made-up tools, for tests of what happens when there are."""

from __future__ import annotations

from typing import Any

from tools import Tool, tool

TRADES = [
    "baker",
    "carpenter",
    "painter",
    "plumber",
    "tailor",
    "gardener",
    "printer",
    "potter",
    "weaver",
    "glazier",
]
DEEDS = ["hire", "pay", "praise", "train"]


def trades() -> list[Tool]:
    """Return 40 tools: what may be done with people of ten trades."""
    return [made(f"{deed}_{trade}", f"{deed.title()} a {trade}.") for deed in DEEDS for trade in TRADES]


def made(name: str, description: str, function: Any = None) -> Tool:
    def work(name: str) -> dict[str, str]:
        return {"done": name}

    work.__doc__ = description
    return tool(name=name)(function or work)
