"""Where staff decide which tools may be used, by whom, and within which limits."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html

from tools.definition import Tool
from tools.mcp.admin import McpServerAdmin
from tools.models import ToolPolicy
from tools.registry import registry

__all__ = ["McpServerAdmin", "ToolPolicyAdmin"]
LISTED = 200  # tools that one can be chosen from
GOVERNED = ["approval", "approvers", "calls_per_turn", "deadline", "result_limit"]


class ToolPolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # Django subscripts it in stubs only
    """Offers the names of the tools that there are; of very many it takes a name that is written."""

    name = forms.CharField(label="Tool", max_length=64)

    class Meta:
        model = ToolPolicy
        fields = ["name", "enabled", "groups", *GOVERNED]
        # Django's pair of lists has parts without a name, and needs a wide screen.
        widgets = {"groups": forms.CheckboxSelectMultiple, "approvers": forms.CheckboxSelectMultiple}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        tools = registry.all()
        if "name" in self.fields and len(tools) <= LISTED:  # read-only once the policy is there
            names = [(tool.name, f"{tool.title} ({tool.name})") for tool in tools]
            self.fields["name"].widget = forms.Select(choices=[("", "Choose a tool"), *names])

    def clean_name(self) -> str:
        name = str(self.cleaned_data["name"])
        if registry.find(name) is None:
            raise forms.ValidationError("There is no tool of this name.", code="no_such_tool")
        return name


@admin.register(ToolPolicy)
class ToolPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One row for each tool that staff treat differently from the defaults."""

    form = ToolPolicyForm
    list_display = ["name", "enabled", "for_whom", "approval", "calls_per_turn", "deadline", "result_limit"]
    list_filter = ["enabled", "approval", "groups"]
    search_fields = ["name"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["name", "description", "source", "effects", "schema"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        known = ["description", "source", "effects"] if obj else []
        return ["name", *known, "enabled", "groups", *GOVERNED, *(["schema"] if obj else [])]

    def get_queryset(self, request: HttpRequest) -> Any:
        return super().get_queryset(request).prefetch_related("groups")

    @admin.display(description="For")
    def for_whom(self, policy: ToolPolicy) -> str:
        return ", ".join(group.name for group in policy.groups.all()) or "everyone"

    @admin.display(description="Description")
    def description(self, policy: ToolPolicy) -> str:
        return _of(policy, "description")

    @admin.display(description="Comes from")
    def source(self, policy: ToolPolicy) -> str:
        return _of(policy, "source")

    @admin.display(description="Effects")
    def effects(self, policy: ToolPolicy) -> str:
        return _of(policy, "effects")

    @admin.display(description="Arguments")
    def schema(self, policy: ToolPolicy) -> str:
        tool = registry.find(policy.name)
        return format_html("<pre>{}</pre>", json.dumps(tool.parameters, indent=2) if tool else "")


def _of(policy: ToolPolicy, attribute: str) -> str:
    tool: Tool | None = registry.find(policy.name)
    return str(getattr(tool, attribute)) if tool else "There is no such tool now."
