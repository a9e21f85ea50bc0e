"""What one person may use now, and for each tool that is left out, why."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import islice
from types import MappingProxyType
from typing import NamedTuple

from tools.approval import Gate, gate_of
from tools.definition import Tool
from tools.models import ToolPolicy, ToolSwitch
from tools.people import Person
from tools.problems import Problem, unknown_tool
from tools.registry import registry
from tools.rules import (
    AccountClosed,
    Broken,
    NotSetUp,
    NotYourGroup,
    OffForEveryone,
    OffForYou,
    OffHere,
    OverLimit,
    Rule,
    ServerAway,
    first_refusal,
)

MENU_TOOLS = 40  # more of them are searched on a page of their own, or chosen by their names
SEARCHED_TOOLS = 400  # of those that are found, before it is asked which of them may be used


@dataclass(frozen=True, slots=True)
class LeftOut:
    """A tool that is not offered: a code such as "off_for_you", and the reason in a sentence.

    Without a name it stands for `count` tools that nobody wants listed.
    """

    name: str
    code: str
    reason: str
    count: int = 1


class Setting(NamedTuple):
    """A tool as its person sees it: their own switch, and why staff overrule it ("" where they do not).

    `here` is the conversation's own switch, None where there is no conversation.
    """

    tool: Tool
    on: bool
    locked: str
    here: bool | None
    asks: bool

    @property
    def usable(self) -> bool:
        return self.on and not self.locked and self.here is not False


@dataclass(frozen=True, slots=True)
class Toolbox:
    """The tools offered carry the limits of their policy; `gates` stand before those that ask."""

    offered: tuple[Tool, ...]
    left_out: tuple[LeftOut, ...]
    gates: Mapping[str, Gate]
    limit: OverLimit

    @classmethod
    def for_person(
        cls, person: Person, *, off_here: Collection[str] = (), used: Mapping[str, int] = MappingProxyType({})
    ) -> "Toolbox":
        """Read policy and switches, with six queries at most: cheap enough to ask again before every run.

        `off_here` names what is switched off in the conversation, `used` counts the turn's calls by tool.
        """
        policies = _policies()
        limits = {name: policy.calls_per_turn for name, policy in policies.items() if policy.calls_per_turn}
        limit = OverLimit(limits, used)
        rules: tuple[Rule, ...] = (
            *_rules_of_staff(policies, person), _own_rule(person), OffHere(off_here), limit
        )  # fmt: skip
        judged = [(tool, policies.get(tool.name), first_refusal(rules, tool)) for tool in registry.all()]
        offered = [(tool, policy) for tool, policy, refusal in judged if not refusal]
        gates = {tool.name: gate_of(tool, policy) for tool, policy in offered}
        return cls(
            offered=tuple(_limited(tool, policy) for tool, policy in offered),
            left_out=tuple(LeftOut(tool.name, no.code, no.message) for tool, _, no in judged if no),
            gates={name: gate for name, gate in gates.items() if gate},
            limit=limit,
        )

    def look_up(self, name: str, *, taken: int = 0) -> Tool | Problem:
        """Find an offered tool; otherwise say why it is refused, or that there is none of that name.

        `taken` is how many calls of it were let through since the toolbox was made.
        """
        for tool in self.offered:
            if tool.name == name:
                return first_refusal((self.limit.after(name, taken),), tool) or tool
        for left in self.left_out:
            if left.name == name:
                return Problem(left.code, left.reason)
        return unknown_tool(name, (tool.name for tool in self.offered))


def settings_for(
    person: Person, off_here: Collection[str] | None = None, *, tools: Iterable[Tool] | None = None
) -> list[Setting]:
    """List these tools, or all, as the person and a conversation have them switched."""
    policies = _policies()
    staff, own = _rules_of_staff(policies, person), _own_rule(person)
    return [
        Setting(
            tool,
            on=not own.refuses(tool),
            locked=refusal.message if refusal else "",
            here=None if off_here is None else tool.name not in off_here,
            asks=gate_of(tool, policies.get(tool.name)) is not None,
        )
        for tool in (registry.all() if tools is None else tools)
        for refusal in [first_refusal(staff, tool)]
    ]


def in_menu(person: Person, off_here: Collection[str] = ()) -> list[Tool]:
    """Return what a menu lists: all, or of very many the first and those ever switched."""
    tools = registry.all()
    if len(tools) <= MENU_TOOLS:
        return list(tools)
    switched = ToolSwitch.objects.filter(person_id=person.pk).order_by("name").values_list("name", flat=True)
    names = dict.fromkeys([*sorted(off_here)[:MENU_TOOLS], *switched[:MENU_TOOLS]])
    first = dict.fromkeys(tool.name for tool in tools[:MENU_TOOLS])
    return [tool for name in first | names if (tool := registry.find(name))]


def usable(person: Person, off_here: Collection[str], words: str) -> list[Tool]:
    """Find tools that this person may call here: the one of this name, then the first with these words."""
    named = registry.find(words.strip())
    found = dict.fromkeys(tool.name for tool in [*([named] if named else []), *registry.search(words)])
    tools = (tool for name in found if (tool := registry.find(name)))
    settings = settings_for(person, off_here, tools=islice(tools, SEARCHED_TOOLS))
    return [setting.tool for setting in settings if setting.usable][:MENU_TOOLS]


def _policies() -> dict[str, ToolPolicy]:
    policies = ToolPolicy.objects.prefetch_related("groups", "approvers")
    return {policy.name: policy for policy in policies}


def _rules_of_staff(policies: Mapping[str, ToolPolicy], person: Person) -> tuple[Rule, ...]:
    off = frozenset(name for name, policy in policies.items() if not policy.enabled)
    groups = {name: frozenset(group.pk for group in policy.groups.all()) for name, policy in policies.items()}
    mine = frozenset(person.groups.values_list("pk", flat=True) if any(groups.values()) else ())
    closed = AccountClosed(not person.is_active)
    theirs = NotYourGroup(groups, mine)
    return closed, NotSetUp(), Broken(), OffForEveryone(off), theirs, ServerAway()


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
