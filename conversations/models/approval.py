"""Who allowed a call, or did not: asked before it runs, decided once."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import timedelta
from decimal import Decimal
from typing import Any
from uuid import UUID

from django.conf import settings
from django.db import models
from django.utils import timezone

from .conversation import Conversation
from .toolcall import ToolCall


class Approval(models.Model):
    """One question to a person. `arguments` are the model's; what runs, edited or not, is in the call.

    `why` is the sentence that says why it asks, `reason` a person's own for declining. `groups` (names by id)
    may decide; where there are none, the conversation's person does. `earlier` has what was decided before
    the call had to be asked about again: {"decision", "by", "at", "reason"}, with "arguments" if they were
    changed.
    """

    class Decision(models.TextChoices):
        ONCE = "once", "Allowed once"
        ALWAYS = "always", "Allowed in this conversation"
        GRANTED = "granted", "Allowed before, in this conversation"
        EDITED = "edited", "Allowed with changed arguments"
        DECLINED = "declined", "Declined"
        EXPIRED = "expired", "Nobody decided in time"
        ENDED = "ended", "Its turn ended before anybody decided"

    ALLOWED = (Decision.ONCE, Decision.ALWAYS, Decision.GRANTED, Decision.EDITED)

    call = models.OneToOneField(ToolCall, on_delete=models.CASCADE, primary_key=True, related_name="approval")
    fingerprint = models.CharField(max_length=64)  # of the tool's name and schema when it was asked
    arguments = models.JSONField()
    why = models.TextField(blank=True)
    groups = models.JSONField(default=dict, blank=True)
    asked_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    decision = models.CharField(max_length=8, choices=Decision, blank=True)
    decided_at = models.DateTimeField(null=True)
    decided_by = models.ForeignKey(
        settings.AUTH_USER_MODEL, on_delete=models.SET_NULL, null=True, related_name="+"
    )
    reason = models.TextField(blank=True)
    digest = models.CharField(max_length=64, blank=True)  # of what was allowed
    earlier = models.JSONField(default=list, blank=True)

    class Meta:
        indexes = [
            models.Index(fields=["expires_at"], condition=models.Q(decision=""), name="open_approvals")
        ]

    def __str__(self) -> str:
        return f"approval of call {self.call_id}"

    @classmethod
    def ask(
        cls,
        call: ToolCall,
        proposed: Any,
        fingerprint: str,
        *,
        why: str = "",
        groups: Mapping[int, str] | None = None,
        granted_by: int | None = None,
    ) -> None:
        """Ask about a call as it stands, anew if its tool has changed; or note who allowed it before."""
        now = timezone.now()
        before = cls.objects.select_related("decided_by", "call").filter(call=call).first()
        asked = cls(
            call=call,
            arguments=proposed,
            fingerprint=fingerprint,
            why=why,
            groups={str(pk): name for pk, name in (groups or {}).items()},
            earlier=before.record if before else [],
            asked_at=now,
            expires_at=now + timedelta(seconds=settings.APPROVAL_SECONDS),
        )
        if granted_by is not None:
            asked.decision, asked.decided_at, asked.decided_by_id = cls.Decision.GRANTED, now, granted_by
            asked.digest = asked.shown
        cls.objects.filter(call=call).delete()
        asked.save(force_insert=True)

    @property
    def record(self) -> list[dict[str, Any]]:
        """What was decided so far, first things first."""
        if not self.decision:
            return list(self.earlier)
        decided = {
            "decision": self.decision,
            "by": self.decided_by.get_username() if self.decided_by else "",
            "at": self.decided_at.isoformat() if self.decided_at else "",
            "reason": self.reason,
            **({"arguments": self.call.arguments_run} if self.is_edited else {}),
        }
        return [*self.earlier, decided]

    @property
    def shown(self) -> str:
        """Name what the call would do as it stands: whoever decides says which of these they saw."""
        return digest_of(self.call.name, self.fingerprint, self.call.arguments_run)

    @property
    def is_edited(self) -> bool:
        """Whether the call stands as a person changed it, and not as the model wrote it."""
        return self.shown != digest_of(self.call.name, self.fingerprint, self.arguments)

    @property
    def allows(self) -> bool:
        """Whether it was allowed, and the call still stands as it was shown then."""
        return self.decision in self.ALLOWED and self.digest == self.shown

    def decide(
        self, seq: int, decision: str, to: str, *, by: Any = None, reason: str = "", **call: Any
    ) -> bool:
        """Write a decision down and move the call on; the first one counts. Call it inside a change."""
        undecided = Approval.objects.filter(pk=self.pk, decision="")
        decided = undecided.update(
            decision=decision, decided_at=timezone.now(), decided_by=by, reason=reason, digest=self.shown
        )
        return bool(decided) and self.call.move(seq, to, **call)

    @classmethod
    def end(cls, calls: list[int]) -> None:
        """Close the questions about calls that have ended without a decision; call it inside a change."""
        if not calls:
            return
        asked = cls.objects.filter(call__in=calls, decision="")
        asked.update(decision=cls.Decision.ENDED, decided_at=timezone.now())


class Grant(models.Model):
    """A person's word that a tool, as it was then, need not ask again in a conversation."""

    conversation = models.ForeignKey(Conversation, on_delete=models.CASCADE, related_name="grants")
    name = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    given_at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["conversation", "name", "fingerprint"], name="one_grant_per_conversation_and_tool"
            )
        ]

    def __str__(self) -> str:
        return f"{self.name} in {self.conversation_id}"

    @classmethod
    def fingerprints_in(cls, conversation_id: UUID | None) -> set[str]:
        """Name the tools that run unasked in a conversation, for as long as they are what they were."""
        return set(cls.objects.filter(conversation=conversation_id).values_list("fingerprint", flat=True))


def digest_of(name: str, fingerprint: str, arguments: Any) -> str:
    """Return the SHA-256 of what a call would run, the same before and after it was stored."""
    what = json.dumps([name, fingerprint, _as_stored(arguments)], sort_keys=True, ensure_ascii=False)
    return hashlib.sha256(what.encode(errors="surrogatepass")).hexdigest()


def _as_stored(value: Any) -> Any:
    """PostgreSQL keeps what a number is and not how it was written: 1e22 comes back whole, and -0.0 as 0."""
    if isinstance(value, dict):
        return {key: _as_stored(part) for key, part in value.items()}
    if isinstance(value, list):
        return [_as_stored(part) for part in value]
    if isinstance(value, float):
        exact = Decimal(repr(value))
        return int(exact) if exact == exact.to_integral_value() else value
    return value
