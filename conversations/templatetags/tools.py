"""What a call's tool is, for those who must decide whether it may run."""

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from tools.definition import Tool
from tools.registry import registry

from ..models import Approval

register = template.Library()

EFFECTS = {"reads": "Only reads", "writes": "Writes", "destructive": "Destructive: it may not be undone"}

REASONS = {
    "chosen": "is the one that must be called",
    "found": "was found by find_tools",
    "used": "was used lately",
    "fits": "fits",
}


@register.filter
def tool_of(call: Any) -> Tool | None:
    """Return the tool that a call names, None where there is none of that name now."""
    return registry.find(call.name)


@register.filter
def is_destructive(call: Any) -> bool:
    """Say whether what the call does may not be undone."""
    tool = registry.find(call.name)
    return tool is not None and tool.effects == "destructive"


@register.filter
def has_changed(call: Any) -> bool:
    """Say whether the tool is another than the one that the call's person was asked about."""
    tool = registry.find(call.name)
    return tool is None or tool.fingerprint != call.approval.fingerprint


@register.filter
def decided_before(one: Mapping[str, str]) -> str:
    """Tell an entry of `Approval.earlier` in words: "Allowed once by alice at 10:31"."""
    decision = Approval.Decision(one["decision"]).label
    by = f" by {one['by']}" if one["by"] else ""
    at = f" at {timezone.localtime(datetime.fromisoformat(one['at'])):%H:%M}" if one["at"] else ""
    return f"{decision}{by}{at}"


@register.filter
def effects_in_words(tool: Tool) -> str:
    return EFFECTS[tool.effects]


@register.filter
def thousands(number: Any) -> str:
    return f"{number:,}" if isinstance(number, int) else str(number)


@register.filter
def why_sent(chosen: dict[str, Any]) -> str:
    """Say why routing sent a tool."""
    reason = REASONS.get(chosen.get("why", ""), "")
    points = chosen.get("points") or 0
    return f"{reason}, {points:.1f} points" if points else reason


@register.filter
def refused_tools(reply: Any) -> int:
    """Count the tools that were left out for another reason than that others fit better."""
    return sum(left.get("count", 1) for left in reply.left_out if left.get("code") != "routed_out")
