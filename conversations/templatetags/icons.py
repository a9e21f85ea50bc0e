"""How a picture is put beside a word: one symbol of the site's own sheet."""

from functools import cache

from django import template
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString

register = template.Library()


@register.simple_tag
@cache  # a page has hundreds of a dozen
def icon(name: str) -> SafeString:
    """Show a symbol of static/img/icons.svg; it says nothing to a screen reader, so a word must stand by."""
    return format_html(
        '<svg class="icon icon-{}" aria-hidden="true" focusable="false"><use href="{}#{}"/></svg>',
        name,
        static("img/icons.svg"),
        name,
    )
