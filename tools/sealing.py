"""How secrets that staff type in lie in the database: sealed with a key that is made of SECRET_KEY."""

from __future__ import annotations

from base64 import urlsafe_b64encode
from functools import lru_cache

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings

PURPOSE = b"clearcall: secrets typed in by staff"
"""Keeps this key apart from all others that are made of SECRET_KEY."""


class Unsealable(Exception):
    """It was sealed with another key, or by nobody."""


def seal(secret: str) -> str:
    return _safe().encrypt(secret.encode()).decode()


def unseal(sealed: str) -> str:
    """Read what was sealed with SECRET_KEY, or with one of its fallbacks."""
    try:
        return _safe().decrypt(sealed).decode()
    except InvalidToken:
        raise Unsealable from None


def _safe() -> MultiFernet:
    keys = (settings.SECRET_KEY, *settings.SECRET_KEY_FALLBACKS)
    return MultiFernet([Fernet(_made_of(key)) for key in keys])


@lru_cache(maxsize=8)
def _made_of(key: str) -> bytes:
    made = HKDF(algorithm=SHA256(), length=32, salt=None, info=PURPOSE).derive(key.encode())
    return urlsafe_b64encode(made)
