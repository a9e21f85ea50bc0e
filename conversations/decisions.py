"""What a person may decide about calls that wait; every door calls these. All are one transaction, sync."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib.auth.models import AbstractUser
from django.utils import timezone

from tools.problems import Problem
from tools.registry import registry

from .models import Approval, Conversation, Grant, Shelf, ToolCall, change
from .models.approval import digest_of
from .refusals import CHANGED, DECIDED, NO_SUCH_TOOL, NOT_FOUND, Refusal
from .text import clean
from .turns import parking

LONGEST_REASON = 1000  # characters
NO_ARGUMENTS = Refusal("bad_arguments", "There are no arguments left. Write {} if you mean none at all.")


def allow(
    person: AbstractUser, call_id: int, shown: str, *, always: bool = False, arguments: str | None = None
) -> Refusal | None:
    """Let a call run: as it was shown, or with these arguments (JSON text) instead of the model's.

    `always` lets its tool, as it is now, run unasked in this conversation from now on.
    """
    call = _call(person, call_id)
    if isinstance(call, Refusal):
        return call
    decision, facts = (
        Approval.Decision.ALWAYS if always and not call.approval.groups else Approval.Decision.ONCE,
        {},
    )
    if arguments is not None:
        edited = _read(call, arguments)
        if isinstance(edited, Refusal):
            return edited
        if digest_of(call.name, call.approval.fingerprint, edited) != shown:
            decision, facts = Approval.Decision.EDITED, {"arguments_run": edited}
    return _decide(call, shown, decision, ToolCall.State.QUEUED, by=person, **facts)


def decline(person: AbstractUser, call_id: int, shown: str, *, reason: str = "") -> Refusal | None:
    """Keep a call from running; the model is told so, with the reason if there is one."""
    call = _call(person, call_id)
    if isinstance(call, Refusal):
        return call
    reason = clean(reason).strip()[:LONGEST_REASON]
    sentence = "A person declined this call." + (f" Their reason: {reason}" if reason else "")
    facts = {"ended_at": timezone.now(), **Problem("declined", sentence).fields()}
    return _decide(
        call, shown, Approval.Decision.DECLINED, ToolCall.State.DECLINED, by=person, reason=reason, **facts
    )


def ask_again(person: AbstractUser, conversation_id: UUID, name: str) -> Refusal | None:
    """Take back what was allowed for a whole conversation."""
    conversation = Conversation.objects.filter(pk=conversation_id, person=person.pk, deleted_at=None).first()
    if conversation is None:
        return NOT_FOUND
    with change(conversation.pk) as it:
        gone, _ = Grant.objects.filter(conversation=conversation, name=name).delete()
        it.only_if(gone)
        Shelf.touch(conversation.person_id, tools=True)
    return None


def _call(person: AbstractUser, call_id: int) -> ToolCall | Refusal:
    """Find a call that waits, and that this person may decide about."""
    calls = ToolCall.objects.select_related("approval", "conversation", "message")
    call = calls.filter(pk=call_id, approval__isnull=False).first()
    if call is None or call.conversation.deleted_at:
        return NOT_FOUND
    groups = call.approval.groups
    theirs = call.conversation.person_id == person.pk
    if groups and not person.groups.filter(pk__in=groups).exists():
        return _only_for(groups.values()) if theirs else NOT_FOUND
    if not groups and not theirs:
        return NOT_FOUND
    return call if call.state == ToolCall.State.WAITING else DECIDED


def _only_for(groups: Any) -> Refusal:
    return Refusal("not_yours_to_decide", f"Only somebody of {', '.join(groups)} can decide this.")


def _read(call: ToolCall, arguments: str) -> dict[str, Any] | Refusal:
    if not arguments.strip():  # from a model that means none at all; from a person, hardly
        return NO_ARGUMENTS
    tool = registry.find(call.name)
    if tool is None:
        return NO_SUCH_TOOL
    checked = tool.check(arguments)
    if not isinstance(checked, Problem):
        return checked.arguments
    where = "; ".join(f"{detail['path'] or 'all'}: {detail['reason']}" for detail in checked.details)
    return Refusal("bad_arguments", where or checked.message)


def _decide(call: ToolCall, shown: str, decision: str, to: str, **facts: Any) -> Refusal | None:
    try:
        return _decided(call, shown, decision, to, **facts)
    except Conversation.DoesNotExist:  # deleted for good meanwhile
        return NOT_FOUND


def _decided(call: ToolCall, shown: str, decision: str, to: str, **facts: Any) -> Refusal | None:
    with change(call.conversation_id) as it:
        approval = Approval.objects.select_related("call__message", "call__conversation").get(pk=call.pk)
        as_shown = approval.shown == shown
        it.only_if(as_shown and not approval.decision and approval.expires_at > timezone.now())
        if "arguments_run" in facts:
            approval.call.arguments_run = facts["arguments_run"]
        it.only_if(approval.decide(it.seq, decision, to, **facts))
        if decision == Approval.Decision.ALWAYS:
            Grant.objects.get_or_create(
                conversation_id=call.conversation_id,
                name=call.name,
                fingerprint=approval.fingerprint,
                defaults={"by": facts["by"]},
            )
            Shelf.touch(approval.call.conversation.person_id, tools=True)
        parking.go_on(approval.call.message.turn_id, it.seq)
    if it.happened:
        return None
    return DECIDED if as_shown else CHANGED
