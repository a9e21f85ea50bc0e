"""Whether a call may run now, must be asked about first, or may not run at all."""

from __future__ import annotations

import json
from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from tools.approval import Gate
from tools.definition import Tool
from tools.problems import Checked, Problem

from ..models import Approval, Grant, ToolCall


@dataclass(frozen=True, slots=True)
class Asks:
    """Somebody must allow it first; `proposed` are the model's arguments, where a person changed them."""

    arguments: dict[str, Any]
    fingerprint: str
    gate: Gate
    proposed: dict[str, Any]


@dataclass(frozen=True, slots=True)
class Granted:
    """The person has allowed this tool, as it is, for the whole conversation."""

    arguments: dict[str, Any]
    fingerprint: str
    gate: Gate
    proposed: dict[str, Any]
    by: int


Verdict = Checked | Granted | Asks | Problem


def verdict_on(
    call: ToolCall, tool: Tool, gate: Gate | None, *, approval: Approval | None, grants: Collection[Grant]
) -> Verdict:
    """Judge a call of a tool that its person may use; one that was allowed runs as it was shown.

    Where it must be judged anew, what a person made of its arguments stays in place of the model's.
    """
    if approval:
        approval.call = call
        if approval.allows and approval.fingerprint == tool.fingerprint and _suffices(approval, gate):
            return Checked(dict(call.arguments_run or {}))
    edited = approval if approval and approval.is_edited else None
    checked = tool.check(json.dumps(call.arguments_run) if edited else call.arguments_written)
    if edited and gate and isinstance(checked, Problem):
        return _ask_about_the_models(call, tool, gate)
    if isinstance(checked, Problem) or gate is None:
        return checked
    proposed = edited.arguments if edited else checked.arguments
    for grant in grants:
        if not gate.groups and (grant.name, grant.fingerprint) == (tool.name, tool.fingerprint):
            return Granted(checked.arguments, tool.fingerprint, gate, proposed, grant.by_id)
    return Asks(checked.arguments, tool.fingerprint, gate, proposed)


def _ask_about_the_models(call: ToolCall, tool: Tool, gate: Gate) -> Verdict:
    """Fall back where the tool takes a person's arguments no more; what they replaced may not run unasked."""
    checked = tool.check(call.arguments_written)
    if isinstance(checked, Problem):
        return checked
    return Asks(checked.arguments, tool.fingerprint, gate, checked.arguments)


def _suffices(approval: Approval, gate: Gate | None) -> bool:
    """Say whether whoever could decide then still may: staff may want others since."""
    wanted = {str(group) for group in gate.groups} if gate else set()
    return not wanted or (bool(approval.groups) and wanted.issuperset(approval.groups))
