"""What pages are made of and what follows every change: fragments, by Jinja2, beside pages, by Django."""

from __future__ import annotations

from typing import Any

from django import template
from django.template.loader import render_to_string
from django.urls import reverse
from django.utils.safestring import SafeString, mark_safe
from jinja2 import BaseLoader, ChainableUndefined, Environment

from . import clocks, states, tools, trace
from .icons import icon

register = template.Library()


def environment(*, loader: BaseLoader, auto_reload: bool, **_: Any) -> Environment:
    """Make what fragments are rendered in: the filters that pages have, and `icon`, `badge` and `url`.

    What a model's server left out is nothing, at any depth, as it is in a page.
    """
    made = Environment(
        loader=loader,
        auto_reload=auto_reload,
        autoescape=True,
        undefined=ChainableUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    for library in (clocks, states, tools, trace):
        made.filters |= library.register.filters
    made.globals |= {"badge": states.badge, "icon": icon, "url": reverse}
    return made


@register.simple_tag
def fragment(name: str, **context: Any) -> SafeString:
    """Put a fragment into a page."""
    return mark_safe(render_to_string(f"{name}.html", context, using="fragments"))
