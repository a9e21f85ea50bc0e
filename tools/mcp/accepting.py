"""Where staff read what a server says of its tools, and accept it as it stands there."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

from django.contrib import admin, messages
from django.core.exceptions import PermissionDenied
from django.db.models import F, Q, QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.loader import render_to_string
from django.template.response import TemplateResponse
from django.urls import path, reverse
from django.utils.safestring import SafeString

from tools.models import McpTool

AT_ONCE = 500
"""Tools on one page to be read before they are accepted; nobody reads more."""

NUMBER = re.compile("[0-9]{1,18}")
"""What a database takes for the number of a row."""

STANDINGS = {
    "new": "New: asks before each call",
    "changed": "Changed: asks before each call",
    "accepted": "Accepted",
    "broken": "Cannot be used",
    "gone": "No longer offered",
}
HINTS = {
    "read_only": ("only reads", "writes"),
    "destructive": ("may destroy", "destroys nothing"),
    "idempotent": ("may be repeated", "counts each time"),
    "open_world": ("reaches outside", "stays inside"),
}


def asks(prefix: str = "") -> Q:
    """Say of tools, seen from wherever this prefix leads from, that they are to be accepted."""
    as_it_is = Q(**{f"{prefix}accepted_fingerprint": F(f"{prefix}fingerprint")})
    return Q(**{f"{prefix}fault": "", f"{prefix}gone_at": None}) & ~as_it_is


def standing(tool: McpTool) -> str:
    """Name one of the standings."""
    if tool.gone_at:
        return "gone"
    if tool.fault:
        return "broken"
    return "accepted" if tool.is_accepted else "changed" if tool.has_changed else "new"


class StandingFilter(admin.SimpleListFilter):
    """Finds what is still to be done."""

    title = "standing"
    parameter_name = "standing"

    def lookups(self, request: HttpRequest, model_admin: Any) -> list[tuple[str, str]]:
        return [(name, words.partition(":")[0]) for name, words in STANDINGS.items()]

    def queryset(self, request: HttpRequest, queryset: QuerySet[McpTool]) -> QuerySet[McpTool]:
        found = {
            "new": asks() & Q(accepted_fingerprint=""),
            "changed": asks() & ~Q(accepted_fingerprint=""),
            "accepted": Q(accepted_fingerprint=F("fingerprint"), fault="", gone_at=None),
            "broken": ~Q(fault="") & Q(gone_at=None),
            "gone": Q(gone_at__isnull=False),
        }
        return queryset.filter(found.get(self.value() or "", Q()))


class McpToolAdmin(admin.ModelAdmin):  # type: ignore[type-arg]  # Django subscripts it in stubs only
    """Tools come from their servers alone: staff read them, and accept them."""

    list_display = ["name", "server", "stands", "claims", "description_line"]
    list_filter = [StandingFilter, "server"]
    search_fields = ["name", "description"]
    list_select_related = ["server"]
    list_per_page = 50
    actions = ["accept"]
    fields = readonly_fields = (
        *("server", "called_there", "stands", "fault", "claims", "words"),
        *("accepted_by", "accepted_at", "gone_at"),
    )

    def has_add_permission(self, request: HttpRequest) -> bool:
        return False

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        return False

    def get_urls(self) -> list[Any]:
        view = self.admin_site.admin_view(self.accept_shown)
        return [path("accept/", view, name="tools_mcptool_accept"), *super().get_urls()]

    @admin.action(description="Read and accept", permissions=["change"])
    def accept(self, request: HttpRequest, queryset: QuerySet[McpTool]) -> HttpResponse:
        ids = ",".join(map(str, queryset.values_list("pk", flat=True)[:AT_ONCE]))
        return HttpResponseRedirect(f"{reverse('admin:tools_mcptool_accept')}?ids={ids}")

    def accept_shown(self, request: HttpRequest) -> HttpResponse:
        """Show tools in full, and accept those that still are what was shown."""
        if not self.has_change_permission(request):
            raise PermissionDenied
        if request.method == "POST":
            return self._accepted(request, request.POST.getlist("shown")[:AT_ONCE])
        ids = [
            int(word) for word in request.GET.get("ids", "").split(",")[:AT_ONCE] if NUMBER.fullmatch(word)
        ]
        tools = McpTool.objects.select_related("server").filter(asks(), pk__in=ids)
        told = [{"tool": tool, "said": said(tool), "stands": self.stands(tool)} for tool in tools]
        context = {**self.admin_site.each_context(request), "title": "Accept tools", "tools": told}
        return TemplateResponse(request, "admin/tools/accept.html", {**context, "opts": self.opts})

    def _accepted(self, request: HttpRequest, shown: Sequence[str]) -> HttpResponse:
        words = [word.partition(":") for word in shown]
        wanted = {int(pk): fingerprint for pk, _, fingerprint in words if NUMBER.fullmatch(pk)}
        as_shown = [
            tool for tool in McpTool.objects.filter(pk__in=wanted) if wanted[tool.pk] == tool.fingerprint
        ]
        accepted = [tool for tool in as_shown if tool.accept(request.user)]
        for tool in accepted:
            self.log_change(request, tool, f"Accepted as {tool.fingerprint[:12]}.")
        if changed := len(wanted) - len(accepted):
            told = f"{changed} changed while you read; read them again."
            self.message_user(request, told, messages.WARNING)
        if accepted:
            self.message_user(request, f"{len(accepted)} accepted.", messages.SUCCESS)
        return HttpResponseRedirect(reverse("admin:tools_mcptool_changelist"))

    @admin.display(description="Standing")
    def stands(self, tool: McpTool) -> str:
        return STANDINGS[standing(tool)]

    @admin.display(description="It claims")
    def claims(self, tool: McpTool) -> str:
        return claims(tool.hints)

    @admin.display(description="Description")
    def description_line(self, tool: McpTool) -> SafeString:
        line = " ".join(tool.description.split())
        return render_to_string(
            "admin/tools/line.html", {"text": line if len(line) <= 120 else f"{line[:120]}…"}
        )

    @admin.display(description="Its server calls it")
    def called_there(self, tool: McpTool) -> SafeString:
        return render_to_string("admin/tools/line.html", {"text": tool.remote_name})

    @admin.display(description="What it says")
    def words(self, tool: McpTool) -> SafeString:
        return render_to_string("admin/tools/said.html", {"said": said(tool)})


def claims(hints: Mapping[str, bool]) -> str:
    """Put a server's hints into words."""
    told = [HINTS[name][0 if value else 1] for name, value in hints.items() if name in HINTS]
    return ", ".join(told) or "nothing, and so it asks"


def said(tool: McpTool) -> list[dict[str, str]]:
    """List what a server says of its tool, and what it said before where that was accepted."""
    parts = {"title": "Title", "description": "Description", "schema": "Arguments", "hints": "Claims"}
    told = []
    for part, label in parts.items():
        now, before = getattr(tool, part), tool.accepted.get(part)
        changed = tool.has_changed and before != now
        if now or changed:
            told.append({"label": label, "now": _text(now), "before": _text(before) if changed else ""})
    return told


def _text(value: Any) -> str:
    return value if isinstance(value, str) else json.dumps(value, indent=2, ensure_ascii=False)
