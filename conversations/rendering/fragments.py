"""The chat's fragments, rendered by Jinja2 as `conversations/templatetags/fragments.py` sets it up."""

from __future__ import annotations

from typing import Any

from django.template.loader import render_to_string
from django.utils.safestring import SafeString, mark_safe


def fragment(name: str, **context: Any) -> SafeString:
    """Render a fragment, to be sent or put into a page."""
    return mark_safe(render_to_string(f"{name}.html", context, using="fragments").strip())
