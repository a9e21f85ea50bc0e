"""What fragments are rendered in, and how one is put into a page: `{% fragment "turn" turn=turn %}`."""

from __future__ import annotations

from typing import Any

from django import template
from django.urls import reverse
from jinja2 import BaseLoader, ChainableUndefined, Environment

from ..rendering.fragments import fragment
from . import clocks, states, tools, trace
from .icons import icon

register = template.Library()
register.simple_tag(fragment)


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
