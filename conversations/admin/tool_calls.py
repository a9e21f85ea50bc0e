"""Tool calls for staff: the list, and each call with its turn around it."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import path
from django.views.decorators.http import require_POST

from ..live.window import dress
from ..models import ToolCall
from ..templatetags.clocks import duration
from ..templatetags.trace import in_one_line
from . import facts
from .deciding import WaitingFilter, decide, may_decide
from .discretion import conceal as conceal_turns
from .discretion import conceal_call
from .filters import DurationFilter, ErrorFilter, PersonFilter, SourceFilter, ToolFilter
from .reading import ReadingAdmin, head_of, moment


@admin.register(ToolCall)
class ToolCallAdmin(ReadingAdmin):
    """Its duration is the time that the tool ran, without the writing and the waiting before."""

    list_display = [
        "called",
        "arguments",
        "person",
        "when",
        "became",
        "source",
        "lasted",
    ]
    list_display_links = ["called"]
    list_filter = [
        WaitingFilter,
        ToolFilter,
        "state",
        ErrorFilter,
        DurationFilter,
        SourceFilter,
        PersonFilter,
    ]
    date_hierarchy = "first_delta_at"
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        rows = super().get_queryset(request).select_related("conversation__person", "message")
        return rows.annotate(took=facts.SPAN)

    def make_ready(self, rows: list[Any], *, conceal: bool) -> None:
        for row in rows if conceal else ():
            conceal_call(row)

    def record(self, request: HttpRequest, row: ToolCall) -> HttpResponse:
        context = head_of(request, row.conversation)
        turns = dress([row.message.turn_id])
        if context["concealed"]:
            conceal_turns(turns)
        reply = next(reply for reply in turns[0].replies if reply.pk == row.message_id)
        call = next(call for call in reply.calls if call.pk == row.pk)
        context |= {"turns": turns, "turn": turns[0], "reply": reply, "call": call}
        context["may_decide"] = may_decide(request, call)
        if context["may_decide"]:
            call.arguments_run = row.arguments_run  # whoever decides must see what would run, unmasked
        return render(request, "admin/conversations/tool_call.html", context)

    def get_urls(self) -> list[Any]:
        deciding = path(
            "<int:call_id>/decide/",
            self.admin_site.admin_view(require_POST(self.decide)),
            name="conversations_toolcall_decide",
        )
        return [deciding, *super().get_urls()]

    def decide(self, request: HttpRequest, call_id: int) -> HttpResponse:
        if not self.has_view_permission(request):
            raise PermissionDenied
        return decide(request, call_id)

    @admin.display(description="Called", ordering="first_delta_at")
    def when(self, row: Any) -> str:
        return moment(row.first_delta_at)

    @admin.display(description="Tool", ordering="name")
    def called(self, row: ToolCall) -> str:
        return row.name or "(no name)"

    @admin.display(description="Arguments")
    def arguments(self, row: ToolCall) -> str:
        return in_one_line(row.arguments_written if row.arguments_run is None else row.arguments_run)

    @admin.display(description="Person", ordering="conversation__person__username")
    def person(self, row: ToolCall) -> str:
        return row.conversation.person.get_username()

    @admin.display(description="State", ordering="state")
    def became(self, row: ToolCall) -> str:
        said = row.error_code and row.error_code != row.state
        return f"{row.get_state_display()} ({row.error_code})" if said else row.get_state_display()

    @admin.display(description="Ran for", ordering="took")
    def lasted(self, row: Any) -> str:
        return duration(row.took.total_seconds()) if row.took else ""
