"""Tools that fail in every way that functions can: each call gets one answer, and the chat goes on."""

from __future__ import annotations

import asyncio

import pytest
from pytest_django import Settings

from chatsite.accounts.models import User
from conversations.database import in_database
from conversations.llm.demo import calls, says
from conversations.models import ToolCall
from tests.house import every_call_has_one_answer, house
from tools.definition import Tool, tool
from tools.registry import registry

pytestmark = pytest.mark.django_db(transaction=True)

SUM = ("calculate", {"expression": "6*7"})


@tool
def boom() -> str:
    """Raise."""
    raise RuntimeError("boom")


@tool
async def hang() -> str:
    """Wait for what never comes."""
    await asyncio.Event().wait()
    return ""


@tool
def flood() -> str:
    """Return ten megabytes."""
    return "x" * 10_000_000


@tool
def raw_bytes() -> bytes:
    """Return bytes."""
    return b"\x00\xff"


@tool
def nan() -> float:
    """Return what is no number."""
    return float("nan")


@tool
def strange() -> object:
    """Return what cannot be written down."""
    return object()


@tool
def surrogate() -> str:
    """Return half a pair, and NUL."""
    return "a\ud800\0b"


@tool
def leave() -> None:
    """Try to end the process."""
    raise SystemExit(3)


FAULTS = [
    (boom, "failed", "tool_failed"),
    (hang, "timed_out", "timed_out"),
    (flood, "succeeded", ""),
    (raw_bytes, "failed", "bad_result"),
    (nan, "failed", "bad_result"),
    (strange, "failed", "bad_result"),
    (surrogate, "succeeded", ""),
    (leave, "failed", "tool_failed"),
]


@pytest.mark.parametrize(("faulty", "state", "code"), FAULTS, ids=lambda value: getattr(value, "name", value))
async def test_every_call_gets_one_answer_whatever_its_tool_does(
    faulty: Tool, state: str, code: str, alice: User, settings: Settings
) -> None:
    settings.TOOL_DEADLINE_SECONDS = 0.2
    script = [calls((faulty.name, {}), SUM), says("I see."), says("And on.")]
    with registry.including(faulty):
        async with house(script) as home, home.page(alice) as page:
            await page.ask("Do it")
            await home.compare(page)
            await page.ask("And on?")
            assert page.calls() == [(faulty.name, state), ("calculate", "succeeded")]
            for request in home.transport.requests:
                every_call_has_one_answer(request["messages"])
    call = await in_database(ToolCall.objects.earliest, "pk")
    assert call.error_code == code
    assert bool(call.error_message) == bool(code)
    assert len(call.answer) < 70_000
