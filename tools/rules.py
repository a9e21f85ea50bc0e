"""Why a tool is not for this person now: small rules in a row, the first that applies gives the reason."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Protocol

from tools.definition import Tool
from tools.problems import Problem

OFF_FOR_YOU = "off_for_you"


class Rule(Protocol):
    """One ground for leaving tools out; `code` is stored with the reason."""

    @property
    def code(self) -> str: ...

    def refuses(self, tool: Tool) -> str:
        """Give the reason as a sentence, or "" where this rule has nothing against the tool."""
        ...


@dataclass(frozen=True, slots=True)
class OffForEveryone:
    """Staff switched it off."""

    names: frozenset[str]
    code: str = "off_for_everyone"

    def refuses(self, tool: Tool) -> str:
        return f"{tool.title} is switched off for everyone." if tool.name in self.names else ""


@dataclass(frozen=True, slots=True)
class NotYourGroup:
    """Staff keep it for some groups, and the person is in none of them."""

    groups_of: Mapping[str, frozenset[int]]
    mine: frozenset[int]
    code: str = "not_your_group"

    def refuses(self, tool: Tool) -> str:
        wanted = self.groups_of.get(tool.name)
        return (
            f"{tool.title} is only for groups that you are not in."
            if wanted and not wanted & self.mine
            else ""
        )


@dataclass(frozen=True, slots=True)
class OffForYou:
    """The person switched it off."""

    names: frozenset[str]
    code: str = OFF_FOR_YOU

    def refuses(self, tool: Tool) -> str:
        return f"{tool.title} is switched off in your own settings." if tool.name in self.names else ""


def first_refusal(rules: tuple[Rule, ...], tool: Tool) -> Problem | None:
    """Ask the rules in their order."""
    for rule in rules:
        if reason := rule.refuses(tool):
            return Problem(rule.code, reason)
    return None
