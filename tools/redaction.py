"""How the installation's own secrets are kept out of what tools return."""

import json
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

from django.conf import settings

REMOVED = "[secret removed]"
SHORTEST = 8
"""A shorter secret is likely to be an ordinary word, which would vanish from honest results."""


def without_secrets(text: str) -> str:
    """Take known secrets out, also as they look inside JSON text and inside an address."""
    for secret in sorted(set(_forms()), key=len, reverse=True):
        text = text.replace(secret, REMOVED)
    return text


def _forms() -> Iterator[str]:
    for secret in _secrets():
        if isinstance(secret, str) and len(secret) >= SHORTEST:
            yield from (secret, json.dumps(secret)[1:-1], json.dumps(secret, ensure_ascii=False)[1:-1])
            yield quote(secret, safe="")


def _secrets() -> Iterator[object]:
    yield getattr(settings, "OPENAI_API_KEY", "")
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS
    for database in settings.DATABASES.values():
        yield database.get("PASSWORD")
    yield urlsplit(getattr(settings, "REDIS_URL", "") or "").password
