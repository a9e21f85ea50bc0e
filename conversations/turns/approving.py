"""Whether a call may run now, must be asked about first, or may not run at all."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tools.approval import Gate
from tools.definition import Tool
from tools.problems import Checked, Problem

from ..models import Approval, Grant, ToolCall


@dataclass(frozen=True, slots=True)
class Asks:
    """Somebody must allow it first."""

    arguments: dict[str, Any]
    fingerprint: str
    gate: Gate


@dataclass(frozen=True, slots=True)
class Granted:
    """The person has allowed this tool, as it is, for the whole conversation."""

    arguments: dict[str, Any]
    fingerprint: str
    gate: Gate
    by: int


Verdict = Checked | Granted | Asks | Problem


def verdict_on(
    call: ToolCall, tool: Tool, gate: Gate | None, *, approval: Approval | None, grants: Collection[Grant]
) -> Verdict:
    """Judge a call of a tool that its person may use; one that was allowed runs as it was shown."""
    if approval:
        approval.call = call
        if approval.allows and approval.fingerprint == tool.fingerprint and _suffices(approval, gate):
            return Checked(dict(call.arguments_run or {}))
    checked = tool.check(call.arguments_written)
    if isinstance(checked, Problem) or gate is None:
        return checked
    for grant in grants:
        if not gate.groups and (grant.name, grant.fingerprint) == (tool.name, tool.fingerprint):
            return Granted(checked.arguments, tool.fingerprint, gate, grant.by_id)
    return Asks(checked.arguments, tool.fingerprint, gate)


def _suffices(approval: Approval, gate: Gate | None) -> bool:
    """Say whether whoever could decide then still may: staff may want others since."""
    wanted = {str(group) for group in gate.groups} if gate else set()
    return not wanted or (bool(approval.groups) and wanted.issuperset(approval.groups))
