"""How a page names the site's JavaScript modules."""

import json
from pathlib import PurePath

from django import template
from django.conf import settings
from django.contrib.staticfiles.storage import ManifestStaticFilesStorage
from django.core.files.storage import storages
from django.template.context import Context
from django.templatetags.static import static
from django.utils.html import format_html
from django.utils.safestring import SafeString, mark_safe

register = template.Library()


@register.simple_tag(takes_context=True)
def import_map(context: Context) -> SafeString:
    """Lead "clearcall/<name>" to the address of static/js/<name>.js, hashed where files are.

    Browsers take the map from nowhere but the page; the nonce lets it pass the policy.
    """
    # "<" could end the element early.
    text = json.dumps({"imports": _modules()}, sort_keys=True).replace("<", "\\u003c")
    return format_html(
        '<script type="importmap" nonce="{}">{}</script>',
        context["request"].csp_nonce,
        mark_safe(text),  # JSON, which needs no escaping inside a script
    )


def _modules() -> dict[str, str]:
    return {f"clearcall/{PurePath(name).stem}": static(name) for name in _scripts()}


def _scripts() -> list[str]:
    storage = storages["staticfiles"]
    if isinstance(storage, ManifestStaticFilesStorage):
        return [name for name in storage.hashed_files if name.startswith("js/") and name.endswith(".js")]
    return [f"js/{script.name}" for script in (settings.BASE_DIR / "static" / "js").glob("*.js")]
