"""Why a tool is not for this person now: small rules in a row, the first that applies gives the reason."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass, replace
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
class NotSetUp:
    """The installation lacks what the tool needs."""

    code: str = "not_set_up"

    def refuses(self, tool: Tool) -> str:
        return tool.missing() if tool.missing else ""


@dataclass(frozen=True, slots=True)
class Broken:
    """Its supplier describes it in a way that cannot be used, or offers it no more."""

    code: str = "broken"

    def refuses(self, tool: Tool) -> str:
        return tool.supplied.broken if tool.supplied else ""


@dataclass(frozen=True, slots=True)
class ServerAway:
    """Its supplier cannot be reached right now."""

    code: str = "server_away"

    def refuses(self, tool: Tool) -> str:
        return tool.supplied.away() if tool.supplied else ""


@dataclass(frozen=True, slots=True)
class AccountClosed:
    """The person may not sign in any more, and so nothing is done in their name."""

    closed: bool
    code: str = "account_closed"

    def refuses(self, tool: Tool) -> str:
        return "The account is closed, so nothing runs for it any more." if self.closed else ""


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


@dataclass(frozen=True, slots=True)
class OffHere:
    """The person switched it off in this conversation."""

    names: Collection[str]
    code: str = "off_here"

    def refuses(self, tool: Tool) -> str:
        return f"{tool.title} is switched off in this conversation." if tool.name in self.names else ""


@dataclass(frozen=True, slots=True)
class OverLimit:
    """It has been called as often as staff allow in one turn."""

    limits: Mapping[str, int]
    used: Mapping[str, int]
    code: str = "over_limit"

    def refuses(self, tool: Tool) -> str:
        limit = self.limits.get(tool.name)
        if limit is None or self.used.get(tool.name, 0) < limit:
            return ""
        times = "once" if limit == 1 else f"{limit} times"
        return f"{tool.title} may be called {times} for one question, and has been."

    def after(self, name: str, taken: int) -> "OverLimit":
        """Return the rule as it stands when so many more calls of a tool were let through."""
        return replace(self, used={**self.used, name: self.used.get(name, 0) + taken}) if taken else self


def first_refusal(rules: tuple[Rule, ...], tool: Tool) -> Problem | None:
    """Ask the rules in their order."""
    for rule in rules:
        if reason := rule.refuses(tool):
            return Problem(rule.code, reason)
    return None
