"""Whether somebody must allow a call before it runs, why, and who."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.definition import Tool
from tools.models import ToolPolicy

ALWAYS = "Its policy says that every call asks."
OF_EFFECTS = {"reads": "", "writes": "It writes.", "destructive": "What it does may not be undone."}


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a call waits to be allowed: by anyone of `groups` (names by id), or by its person.

    `why` is a sentence.
    """

    groups: Mapping[int, str]
    why: str


def gate_of(tool: Tool, policy: ToolPolicy | None) -> Gate | None:
    """Return the gate before a tool's calls; None where they run at once."""
    why = _why(tool, policy)
    if not why:
        return None
    return Gate({group.pk: group.name for group in policy.approvers.all()} if policy else {}, why)


def _why(tool: Tool, policy: ToolPolicy | None) -> str:
    """Say why a tool's calls ask, "" where they do not.

    A policy that says what nobody understands asks: silence must never let a call through.
    """
    if tool.supplied and tool.supplied.asks:  # a policy speaks of the tool that staff knew
        return tool.supplied.asks
    approval = policy.approval if policy else ToolPolicy.Approval.WRITES
    if approval == ToolPolicy.Approval.NEVER:
        return ""
    if approval != ToolPolicy.Approval.WRITES:
        return ALWAYS
    return (tool.supplied and tool.supplied.silent) or OF_EFFECTS[tool.effects]
