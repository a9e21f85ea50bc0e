"""Where staff of a group that must be asked decide about calls that wait for them."""

from __future__ import annotations

from typing import Any, cast

from django.contrib import messages
from django.contrib.admin import ModelAdmin, SimpleListFilter
from django.contrib.auth.models import AbstractUser
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponseRedirect
from django.urls import reverse

from .. import decisions
from ..models import Approval, ToolCall


class WaitingFilter(SimpleListFilter):
    """Calls that wait for a decision: anyone's, or mine."""

    title = "approval"
    parameter_name = "approval"

    def lookups(self, request: HttpRequest, model_admin: ModelAdmin[Any]) -> list[tuple[str, str]]:
        return [("mine", "Waits for me"), *Approval.Decision.choices]

    def queryset(self, request: HttpRequest, rows: QuerySet[Any]) -> QuerySet[Any]:
        if self.value() == "mine":
            groups = sorted(_groups_of(request))
            if not groups:
                return rows.none()
            return rows.filter(state=ToolCall.State.WAITING, approval__groups__has_any_keys=groups)
        return rows.filter(approval__decision=self.value()) if self.value() else rows


def may_decide(request: HttpRequest, call: ToolCall) -> bool:
    """Say whether the page of a call has buttons for this one of staff."""
    return call.state == ToolCall.State.WAITING and bool(_groups_of(request) & set(call.approval.groups))


def decide(request: HttpRequest, call_id: int) -> HttpResponseRedirect:
    """Carry out what was pressed on the page of a call, and go back to it."""
    person, shown = cast(AbstractUser, request.user), request.POST.get("shown", "")
    if "allow" in request.POST:
        refusal = decisions.allow(person, call_id, shown)
    else:
        refusal = decisions.decline(person, call_id, shown, reason=request.POST.get("reason", ""))
    if refusal:
        messages.error(request, refusal.message)
    return HttpResponseRedirect(reverse("admin:conversations_toolcall_change", args=[call_id]))


def _groups_of(request: HttpRequest) -> set[str]:
    return {str(pk) for pk in request.user.groups.values_list("pk", flat=True)}
