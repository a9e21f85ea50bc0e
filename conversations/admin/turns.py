"""Turns for staff: the list, each turn with its calls, and the exact exchange behind each model call."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.core.exceptions import PermissionDenied
from django.db.models import OuterRef, Subquery
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render
from django.urls import URLPattern, path

from ..live.window import dress
from ..masking import masked
from ..models import Exchange, Message, Turn
from ..templatetags.clocks import duration
from ..templatetags.trace import first_words
from . import facts
from .counting import CountingAdmin
from .discretion import conceal as conceal_turns
from .discretion import sees_all
from .filters import DurationFilter, EndingFilter, ErrorFilter, PersonFilter, ToolFilter
from .reading import head_of, moment


@admin.register(Turn)
class TurnAdmin(CountingAdmin):
    """One question and what became of it."""

    list_display = [
        "asked",
        "person",
        "when",
        "became",
        "call_count",
        "error_count",
        "tokens",
        "lasted",
    ]
    list_display_links = ["asked"]
    list_filter = ["state", ToolFilter, ErrorFilter, EndingFilter, DurationFilter, PersonFilter]
    date_hierarchy = "created_at"
    ordering = ["-pk"]

    def get_queryset(self, request: HttpRequest) -> Any:
        question = Message.objects.filter(turn=OuterRef("pk"), role=Message.Role.USER).values("text")[:1]
        rows = facts.counted(super().get_queryset(request).select_related("conversation__person"))
        return rows.annotate(question_text=Subquery(question), took=facts.SPAN)

    def get_urls(self) -> list[URLPattern]:
        exchange = self.admin_site.admin_view(self.exchange)
        return [
            path("exchange/<int:message_id>/", exchange, name="conversations_exchange"),
            *super().get_urls(),
        ]

    def make_ready(self, rows: list[Any], *, conceal: bool) -> None:
        facts.add_tokens(rows)
        for row in rows:
            row.question_text = row.question_text or ""
            if conceal:
                row.question_text = masked(row.question_text)

    def record(self, request: HttpRequest, row: Turn) -> HttpResponse:
        context = head_of(request, row.conversation)
        turns = dress([row.pk])
        if context["concealed"]:
            conceal_turns(turns)
        return render(request, "admin/conversations/turn.html", context | {"turn": turns[0], "turns": turns})

    def exchange(self, request: HttpRequest, message_id: int) -> HttpResponse:
        """Show the exact request and response of a model call, while they are kept."""
        if not (self.has_view_permission(request) and request.user.has_perm("conversations.view_exchange")):
            raise PermissionDenied
        replies = Message.objects.filter(role=Message.Role.ASSISTANT).select_related("conversation__person")
        reply = get_object_or_404(replies, pk=message_id)
        kept = Exchange.objects.filter(pk=message_id).first()
        context = head_of(request, reply.conversation)
        if kept:
            sent, came = (part.decode(errors="replace") for part in (kept.request, kept.response))
            hide = (lambda text: text) if sees_all(request) else masked
            context |= {"exchange": kept, "sent": hide(sent), "came": hide(came)}
        return render(request, "admin/conversations/exchange.html", context | {"reply": reply})

    @admin.display(description="Sent", ordering="created_at")
    def when(self, row: Any) -> str:
        return moment(row.created_at)

    @admin.display(description="Question")
    def asked(self, row: Any) -> str:
        return first_words(row.question_text) or f"Turn {row.pk}"

    @admin.display(description="Person", ordering="conversation__person__username")
    def person(self, row: Turn) -> str:
        return row.conversation.person.get_username()

    @admin.display(description="State", ordering="state")
    def became(self, row: Turn) -> str:
        said = row.ending and row.state not in (Turn.State.COMPLETED, row.ending)
        return f"{row.get_state_display()} ({row.ending})" if said else row.get_state_display()

    @admin.display(description="Duration", ordering="took")
    def lasted(self, row: Any) -> str:
        return duration(row.took.total_seconds()) if row.took else ""
