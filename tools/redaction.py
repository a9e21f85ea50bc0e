"""How the installation's own secrets are kept out of what tools return, and of logs."""

import json
from collections.abc import Iterable, Iterator
from urllib.parse import quote, unquote, urlsplit

from django.conf import settings

REMOVED = "[secret removed]"
SHORTEST = 8
"""A shorter secret is likely to be an ordinary word, which would vanish from honest results."""


_kept: set[str] = set()


def keep_secret(values: Iterable[str]) -> None:
    """Take these out as well from now on: secrets that are in rows, not in settings."""
    _kept.update(values)


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
    yield from tuple(_kept)
    yield getattr(settings, "OPENAI_API_KEY", "")
    yield getattr(settings, "METRICS_TOKEN", "")
    yield settings.SECRET_KEY
    yield from settings.SECRET_KEY_FALLBACKS
    for database in settings.DATABASES.values():
        yield database.get("PASSWORD")
    for name in ("REDIS_URL", "OPENAI_BASE_URL", "QUERY_DATABASE_URL"):
        password = _password_in(getattr(settings, name, "") or "")
        yield from (password, unquote(password))


def _password_in(address: str) -> str:
    try:
        return urlsplit(address).password or ""
    except ValueError:  # a wrong setting, which is told by its check
        return ""
