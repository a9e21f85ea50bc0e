"""How a page names the site's JavaScript modules."""

import json

from django import template
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import storages
from django.template.context import Context
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def import_map(context: Context) -> SafeString:
    """Lead each module's plain address to its hashed one, so that modules import each other as "./name.js".

    Browsers take the map from nowhere but the page; the nonce lets it pass the policy.
    """
    # "<" could end the element early.
    text = json.dumps({"imports": _hashed_modules()}, sort_keys=True).replace("<", "\\u003c")
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context["request"].csp_nonce,
        mark_safe(text),  # JSON, which needs no escaping inside a script
    )


def _hashed_modules() -> dict[str, str]:
    storage = storages["staticfiles"]
    if not isinstance(storage, ManifestStaticFilesStorage):
        return {}
    return {
        f"{storage.base_url}{name}": f"{storage.base_url}{hashed}"
        for name, hashed in storage.hashed_files.items()
        if name.startswith("js/") and name.endswith(".js")
    }
