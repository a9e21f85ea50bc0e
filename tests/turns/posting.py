"""A tool that must be allowed, and somebody who asks for it."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from conversations.database import in_database
from conversations.models import ToolCall
from tests.house import House
from tests.page import Page
from tools.definition import Tool, tool
from tools.registry import registry

SUM = ("calculate", {"expression": "6*7"})
ran: list[str] = []


@tool(effects="writes")
def post(text: str) -> str:
    """Post a text."""
    ran.append(text)
    return f"Posted {text}"


@pytest.fixture(autouse=True)
def poster() -> Iterator[Tool]:
    ran.clear()
    with registry.including(post):
        yield post


def the_call(name: str = "post") -> ToolCall:
    return ToolCall.objects.select_related("approval").filter(name=name).latest("pk")


async def waiting(page: Page, turn: int, name: str = "post") -> dict[str, Any]:
    """Wait until the turn is parked; return what a page would send of the call to decide about it."""
    await page.until_turn(turn, "waiting")
    call = await in_database(the_call, name)
    return {"call": call.pk, "shown": call.approval.shown}


async def asked(page: Page, text: str = "Post it") -> tuple[int, dict[str, Any]]:
    turn = (await page.send(text))["turn"]
    return turn, await waiting(page, turn)


def told(home: House) -> list[str]:
    return [item["content"] for item in home.transport.requests[-1]["messages"] if item["role"] == "tool"]
