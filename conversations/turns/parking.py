"""Turns that wait for people: parked in their rows, without a task, until the last decision queues them."""

from __future__ import annotations

from functools import partial

from django.db import transaction
from django.utils import timezone

from tools.problems import Problem

from ..models import Approval, Conversation, ToolCall, Turn, change
from . import executor, remains

AT_ONCE = 100  # approvals that expire in one sweep
EXPIRED = Problem(
    "expired",
    "Nobody decided in time whether this call may run, so it did not. Ask again if it is still wanted.",
)


def go_on(turn_id: int, seq: int) -> None:
    """Queue a parked turn again once nothing of it waits for a decision; call it inside a change."""
    if ToolCall.objects.filter(message__turn=turn_id, state=ToolCall.State.WAITING).exists():
        return
    parked = Turn.objects.filter(pk=turn_id, state=Turn.State.WAITING)
    if parked.update(state=Turn.State.QUEUED, seq=seq):
        Conversation.objects.get(turns=turn_id).list_again()
        transaction.on_commit(partial(executor.submit, turn_id))


def stop(turn: Turn) -> bool:
    """End a turn that is parked, or has been until now: nobody runs it who could be told."""
    with change(turn.conversation_id) as it:
        left = Turn.objects.filter(
            pk=turn.pk, state__in=(Turn.State.WAITING, Turn.State.QUEUED), attempt__gt=0
        )
        stopped = {**remains.STOPPED.fields(), "stop_requested_at": timezone.now()}
        it.only_if(left.update(**stopped, seq=it.seq))
        remains.end(turn, it.seq, remains.STOPPED)
    return it.happened


def expire() -> None:
    """Answer calls that waited too long, so that their turns go on."""
    late = Approval.objects.filter(decision="", expires_at__lte=timezone.now()).order_by("expires_at")
    for approval in late.select_related("call__message")[:AT_ONCE]:
        try:
            _expire(approval)
        except Conversation.DoesNotExist:  # deleted for good meanwhile
            continue


def _expire(approval: Approval) -> None:
    ended = {"ended_at": timezone.now(), **EXPIRED.fields()}
    with change(approval.call.conversation_id) as it:
        it.only_if(approval.decide(it.seq, Approval.Decision.EXPIRED, ToolCall.State.EXPIRED, **ended))
        go_on(approval.call.message.turn_id, it.seq)
