"""A tool that cannot work is told of at start-up, in a sentence."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.core.checks import run_checks
from pytest_django import Settings

from tools import Tool, tool
from tools.registry import Registry


def untyped(city) -> None:  # type: ignore[no-untyped-def]
    """Take anything."""


def starred(*cities: str) -> None:
    """Take many."""


def keyworded(**options: str) -> None:
    """Take named ones."""


def silent(city: str) -> None:
    pass


def dangling(city: "Nowhere") -> None:  # type: ignore[name-defined]  # noqa: F821
    """Take a type that is not there."""


def formless(city: Callable[[], int]) -> None:
    """Take a function."""


def misfit(city: str = None) -> None:  # type: ignore[assignment]  # noqa: RUF013
    """Take a city that is none."""


def endless(city: str) -> Iterator[str]:
    """Yield cities."""
    yield city


@pytest.mark.parametrize(
    ("function", "code", "words"),
    [
        (untyped, "E001", "'city' has no type"),
        (silent, "E003", "no docstring"),
        (starred, "E004", "*cities"),
        (keyworded, "E004", "**options"),
        (dangling, "E006", "Nowhere"),
        (formless, "E006", "no schema"),
        (misfit, "E007", "default of 'city'"),
        (endless, "E008", "yields"),
    ],
)
def test_a_faulty_function_says_what_to_mend(function: Callable[..., Any], code: str, words: str) -> None:
    fault = tool(function).faults[0]
    assert fault.code == code
    assert words in fault.sentence


@pytest.mark.parametrize("name", ["get weather", "wetter.holen", "größe", "x" * 65])
def test_a_name_that_apis_refuse_is_a_fault(name: str) -> None:
    @tool(name=name)
    def named() -> None:
        """Do it."""

    assert [fault.code for fault in named.faults] == ["E002"]


def test_a_deadline_of_nothing_is_a_fault() -> None:
    @tool(deadline=0)
    def hurried() -> None:
        """Do it."""

    assert [fault.code for fault in hurried.faults] == ["E009"]


def test_a_faulty_tool_is_not_in_the_registry() -> None:
    registry = Registry()
    registry.add(tool(untyped))
    assert registry.all() == ()
    assert list(registry.faulty()) == ["tests.tools.test_faults.untyped"]


def test_of_two_tools_with_one_name_the_first_stays() -> None:
    def make() -> Tool:
        @tool(name="twice")
        def one() -> None:
            """Do it."""

        return one

    first, second, registry = make(), make(), Registry()
    for made in (first, first, second):
        registry.add(made)
    assert registry.all() == (first,)
    assert [fault.code for faults in registry.faulty().values() for fault in faults] == ["E005"]


def test_what_clearcall_brings_along_has_no_faults() -> None:
    assert run_checks(tags=["tools"]) == []


@pytest.mark.parametrize(
    ("setting", "value", "number"),
    [
        ("TOOL_DEADLINE_SECONDS", 0, "tools.E010"),
        ("TOOL_RESULT_LIMIT_BYTES", 10, "tools.E011"),
        ("WEATHER_MODE", "sunny", "tools.E012"),
    ],
)
def test_a_setting_that_makes_no_sense_is_told_at_start_up(
    settings: Settings, setting: str, value: object, number: str
) -> None:
    setattr(settings, setting, value)
    assert [message.id for message in run_checks(tags=["tools"])] == [number]
