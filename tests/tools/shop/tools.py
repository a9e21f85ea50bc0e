"""The newcomer's tools: one that works, one that takes another's name, and one that forgot a type."""

from typing import Any

from tools import tool


@tool
def find_order(number: int) -> dict[str, Any]:
    """Find an order by its number."""
    return {"number": number, "state": "on its way"}


@tool(name="get_time")
def another_clock() -> str:
    """Tell the time in the shop."""
    return "closing time"


@tool
def forgetful(number) -> str:  # type: ignore[no-untyped-def]
    """Do something with a number of no type."""
    return str(number)
