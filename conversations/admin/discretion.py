"""What staff see who may read conversations, but not tokens and card numbers in them."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django.http import HttpRequest

from ..masking import masked, masked_in
from ..models import Approval, Message, ToolCall, Turn
from ..rendering.markdown import blocks

TEXTS = {
    Turn: ("detail",),
    Message: ("text", "reasoning", "refusal", "error_message"),
    ToolCall: ("name", "arguments_written", "result", "told", "error_message"),
    Approval: ("reason",),
}


def sees_all(request: HttpRequest) -> bool:
    """Say whether this reader may see what looks like a secret."""
    return request.user.has_perm("conversations.view_unmasked")


def conceal(turns: Iterable[Turn]) -> None:
    """Mask dressed turns, in memory."""
    for turn in turns:
        _conceal(turn)
        for message in [*([turn.question] if turn.question else []), *turn.replies]:
            before = message.text
            _conceal(message)
            if message.blocks and message.text != before:
                message.blocks = blocks(message.text)
            for call in message.calls:
                conceal_call(call)


def conceal_call(call: ToolCall) -> None:
    _conceal(call)
    call.arguments_run = masked_in(call.arguments_run)
    call.progress = masked_in(call.progress)
    call.pictures = 0  # what is written in them cannot be masked
    if approval := getattr(call, "approval", None):
        approval.arguments, approval.earlier = masked_in(approval.arguments), masked_in(approval.earlier)
        _conceal(approval)


def _conceal(row: Any) -> None:
    for field in TEXTS[type(row)]:
        text = getattr(row, field)
        if text:
            setattr(row, field, masked(text))
