"""Whether somebody must allow a call before it runs, and who."""

from collections.abc import Mapping
from dataclasses import dataclass

from tools.definition import Tool
from tools.models import ToolPolicy


@dataclass(frozen=True, slots=True)
class Gate:
    """Where a call waits to be allowed: by anyone of `groups` (names by id), or by its person."""

    groups: Mapping[int, str]


def gate_of(tool: Tool, policy: ToolPolicy | None) -> Gate | None:
    """Return the gate before a tool's calls; None where they run at once.

    A policy that says what nobody understands asks: silence must never let a call through.
    """
    approval = policy.approval if policy else ToolPolicy.Approval.WRITES
    if tool.supplied and tool.supplied.asks:  # a policy speaks of the tool that staff knew
        approval = ToolPolicy.Approval.ALWAYS
    if approval == ToolPolicy.Approval.NEVER:
        return None
    if approval == ToolPolicy.Approval.WRITES and tool.effects == "reads":
        return None
    return Gate({group.pk: group.name for group in policy.approvers.all()} if policy else {})
