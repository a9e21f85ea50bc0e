"""Where staff decide which tools may be used, by whom, and within which limits."""

import json
from typing import Any

from django import forms
from django.contrib import admin
from django.db.models import Model
from django.http import HttpRequest
from django.utils.html import format_html

from tools.definition import Tool
from tools.models import ToolPolicy
from tools.registry import registry


class ToolPolicyForm(forms.ModelForm):  # type: ignore[type-arg]  # Django subscripts it in stubs only
    """Offers the names of the tools that there are."""

    name = forms.ChoiceField(label="Tool")

    class Meta:
        model = ToolPolicy
        fields = ["name", "enabled", "groups", "deadline", "result_limit"]

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if "name" in self.fields:  # read-only once the policy is there
            names = {tool.name: f"{tool.title} ({tool.name})" for tool in registry.all()}
            self.fields["name"].choices = [("", "Choose a tool"), *names.items()]  # type: ignore[attr-defined]


@admin.register(ToolPolicy)
class ToolPolicyAdmin(admin.ModelAdmin):  # type: ignore[type-arg]
    """One row for each tool that staff treat differently from the defaults."""

    form = ToolPolicyForm
    list_display = ["name", "enabled", "for_whom", "deadline", "result_limit", "source"]
    list_filter = ["enabled", "groups"]
    search_fields = ["name"]
    filter_horizontal = ["groups"]

    def get_readonly_fields(self, request: HttpRequest, obj: Model | None = None) -> list[str]:
        return ["name", "description", "source", "effects", "schema"] if obj else []

    def get_fields(self, request: HttpRequest, obj: Model | None = None) -> Any:
        known = ["description", "source", "effects"] if obj else []
        return ["name", *known, "enabled", "groups", "deadline", "result_limit", *(["schema"] if obj else [])]

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
