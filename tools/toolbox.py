"""What one person may use now, and for each tool that is left out, why."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import NamedTuple

from tools.definition import Tool
from tools.models import ToolPolicy, ToolSwitch
from tools.people import Person
from tools.problems import Problem, unknown_tool
from tools.registry import registry
from tools.rules import NotYourGroup, OffForEveryone, OffForYou, Rule, first_refusal


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A tool that is not offered: a code such as "off_for_you", and the reason in a sentence."""

    name: str
    code: str
    reason: str


class Setting(NamedTuple):
    """A tool as its person sees it: their own switch, and why staff overrule it ("" where they do not)."""

    tool: Tool
    on: bool
    locked: str


@dataclass(frozen=True, slots=True)
class Toolbox:
    """The tools offered carry the deadline and the result limit of their policy."""

    offered: tuple[Tool, ...]
    left_out: tuple[LeftOut, ...]

    @classmethod
    def for_person(cls, person: Person) -> "Toolbox":
        """Read policy and switches, always with four queries: cheap enough to ask again before every run."""
        policies = _policies()
        rules: tuple[Rule, ...] = (*_rules_of_staff(policies, person), _own_rule(person))
        judged = [(tool, first_refusal(rules, tool)) for tool in registry.all()]
        return cls(
            offered=tuple(_limited(tool, policies.get(tool.name)) for tool, refusal in judged if not refusal),
            left_out=tuple(LeftOut(t.name, no.code, no.message) for t, no in judged if no),
        )

    def look_up(self, name: str) -> Tool | Problem:
        """Find an offered tool; otherwise say why it is refused, or that there is none of that name."""
        for tool in self.offered:
            if tool.name == name:
                return tool
        for left in self.left_out:
            if left.name == name:
                return Problem(left.code, left.reason)
        return unknown_tool(name, (tool.name for tool in self.offered))


def settings_for(person: Person) -> list[Setting]:
    """List every tool with the person's own switch, for the page and the menu of tools."""
    staff, own = _rules_of_staff(_policies(), person), _own_rule(person)
    return [
        Setting(tool, on=not own.refuses(tool), locked=refusal.message if refusal else "")
        for tool in registry.all()
        for refusal in [first_refusal(staff, tool)]
    ]


def _policies() -> dict[str, ToolPolicy]:
    return {policy.name: policy for policy in ToolPolicy.objects.prefetch_related("groups")}


def _rules_of_staff(policies: Mapping[str, ToolPolicy], person: Person) -> tuple[Rule, ...]:
    off = frozenset(name for name, policy in policies.items() if not policy.enabled)
    groups = {name: frozenset(group.pk for group in policy.groups.all()) for name, policy in policies.items()}
    mine = frozenset(person.groups.values_list("pk", flat=True))
    return OffForEveryone(off), NotYourGroup(groups, mine)


def _own_rule(person: Person) -> OffForYou:
    off = ToolSwitch.objects.filter(person_id=person.pk, on=False).values_list("name", flat=True)
    return OffForYou(frozenset(off))


def _limited(tool: Tool, policy: ToolPolicy | None) -> Tool:
    if policy is None:
        return tool
    return replace(
        tool,
        deadline=policy.deadline or tool.deadline,
        result_limit=policy.result_limit or tool.result_limit,
    )
