"""Where staff add MCP servers, see how they stand, and accept what they offer."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode, urlsplit

from django import forms
from django.contrib import admin, messages
from django.db.models import Count, F, Prefetch, Q, QuerySet
from django.http import HttpRequest
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from tools import defaults
from tools.mcp import headers
from tools.mcp.accepting import McpToolAdmin, asks
from tools.mcp.catalogue import fresh
from tools.models import McpConnection, McpServer, McpTool


class Unseen(forms.Textarea):
    """Takes text and does not show it again, not even beside an error elsewhere."""

    def format_value(self, value: Any) -> str:
        return ""


class McpServerForm(forms.ModelForm):  # type: ignore[type-arg]  # Django subscripts it in stubs only
    """Takes headers, and never gives them back."""

    command = forms.ChoiceField(required=False, help_text=McpServer._meta.get_field("command").help_text)
    new_headers = forms.CharField(
        label="Headers",
        required=False,
        widget=Unseen(attrs={"rows": 3, "cols": 60, "autocomplete": "off", "spellcheck": "false"}),
        help_text="One on each line, as in “Authorization: Bearer secret”. They replace those that are kept; "
        "if you leave this empty, those stay.",
    )
    forget_headers = forms.BooleanField(label="Forget the headers that are kept", required=False)

    class Meta:
        model = McpServer
        fields = ["name", "transport", "url", "command", "enabled", "deadline"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "command" in self.fields:  # absent for those who may only look
            choices = [("", "None"), *((name, name) for name in defaults.mcp_commands())]
            self.fields["command"].choices = choices  # type: ignore[attr-defined]

    def clean_new_headers(self) -> dict[str, str]:
        try:
            return headers.read(self.cleaned_data["new_headers"])
        except ValueError as error:
            raise forms.ValidationError(str(error)) from error

    def clean(self) -> dict[str, Any]:
        """Keep headers only for the host that they were given for: they must not follow a new address."""
        cleaned = super().clean() or {}
        before = McpServer.objects.filter(pk=self.instance.pk).first()
        kept = before.headers if before and not cleaned.get("forget_headers") else {}
        given = headers.sealed(cleaned.get("new_headers") or {}) or kept
        moved = before and _origin(before.url) != _origin(cleaned.get("url", ""))
        if moved and kept and not cleaned.get("new_headers"):
            self.add_error("new_headers", "The address is another: write the headers anew, or forget them.")
        self.instance.headers = given
        return cleaned


@admin.register(McpServer)
class McpServerAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One row for each server."""

    form = McpServerForm
    list_display = ["name", "place", "enabled", "standing", "offers", "to_accept"]
    list_filter = ["enabled", "transport"]
    search_fields = ["name", "url", "command"]
    actions = ["connect_anew"]

    def get_queryset(self, request: HttpRequest) -> Any:
        counted = (
            super()
            .get_queryset(request)
            .annotate(
                offered=Count("tools", filter=Q(tools__gone_at=None)),
                asking=Count("tools", filter=asks("tools__")),
            )
        )
        return counted.prefetch_related(Prefetch("connections", queryset=fresh(), to_attr="alive"))

    def get_deleted_objects(self, objs: Any, request: HttpRequest) -> Any:
        """Let a server's tools go with it, though nobody deletes one by itself."""
        deleted, counts, needed, protected = super().get_deleted_objects(objs, request)
        return deleted, counts, needed - {McpTool._meta.verbose_name}, protected

    def save_model(self, request: HttpRequest, obj: McpServer, form: Any, change: bool) -> None:
        # Only what staff wrote: what its processes wrote meanwhile must stay.
        obj.save(update_fields=[*McpServerForm.Meta.fields, "headers", "version"] if change else None)

    def get_readonly_fields(self, request: HttpRequest, obj: Any = None) -> list[str]:
        return ["name", "kept_headers", "trouble", "processes", "tools_offered"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Any = None) -> Any:
        asked = ["name", "transport", "url", "new_headers", "command", "enabled", "deadline"]
        if not obj:
            return asked
        seen = ["processes", "trouble", "tools_offered"]
        return [*seen, *asked[:3], "kept_headers", "new_headers", "forget_headers", *asked[4:]]

    @admin.action(description="Connect anew", permissions=["change"])
    def connect_anew(self, request: HttpRequest, queryset: QuerySet[McpServer]) -> None:
        McpServer.objects.filter(pk__in=queryset.values("pk")).update(renewed=F("renewed") + 1)
        self.message_user(request, "Every process connects anew within a second or two.", messages.SUCCESS)

    @admin.display(description="Where")
    def place(self, server: McpServer) -> str:
        return server.url or server.command

    @admin.display(description="State")
    def standing(self, server: Any) -> str:
        if not server.enabled:
            return "Off"
        if not server.alive:
            return "No process that runs turns has told of it"
        ready = [one for one in server.alive if one.state == McpConnection.State.READY]
        if ready:
            return (
                "Connected" if len(server.alive) == 1 else f"Connected ({len(ready)} of {len(server.alive)})"
            )
        return f"{server.alive[0].get_state_display()}. {server.alive[0].error}"[:200]

    @admin.display(description="Tools", ordering="offered")
    def offers(self, server: Any) -> int:
        return int(server.offered)

    @admin.display(description="To accept", ordering="asking")
    def to_accept(self, server: Any) -> int:
        return int(server.asking)

    @admin.display(description="Kept headers")
    def kept_headers(self, server: McpServer) -> str:
        names = ", ".join(f"{name}: ••••••" for name in server.headers)
        try:
            headers.unsealed(server.headers)
        except ValueError as error:
            return f"{names}. {error}"
        return names or "None."

    @admin.display(description="Processes")
    def processes(self, server: Any) -> SafeString:
        return render_to_string("admin/tools/mcp_processes.html", {"server": server})

    @admin.display(description="Tools offered")
    def tools_offered(self, server: Any) -> SafeString:
        address = reverse("admin:tools_mcptool_changelist")
        query = urlencode({"server__id__exact": server.pk})
        return format_html(
            '<a href="{}?{}">{} offered, {} to be accepted</a>', address, query, server.offered, server.asking
        )


admin.site.register(McpTool, McpToolAdmin)


def _origin(url: str) -> tuple[str, str]:
    """Return what headers are kept for; what is no address is that of nobody, and refused by the model."""
    try:
        parts = urlsplit(url)
    except ValueError:
        return "", ""
    return parts.scheme, parts.netloc
