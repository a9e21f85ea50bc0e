"""Whose session a socket's cookie names: read as Django reads it, and never changed.

Django itself gives a session a new key when it was signed with an old SECRET_KEY. A request can answer with a
new cookie; a socket cannot, and would sign its person out.
"""

from __future__ import annotations

from importlib import import_module

from django.conf import settings
from django.contrib.auth import (
    BACKEND_SESSION_KEY,
    HASH_SESSION_KEY,
    SESSION_KEY,
    get_user_model,
    load_backend,
)
from django.contrib.auth.models import AbstractUser
from django.utils.crypto import constant_time_compare


def person_of(session_key: str | None) -> AbstractUser | None:
    """Return who is signed in by this session; None once it ended, or the password was changed."""
    session = import_module(settings.SESSION_ENGINE).SessionStore(session_key)
    backend = session.get(BACKEND_SESSION_KEY)
    if backend not in settings.AUTHENTICATION_BACKENDS:
        return None
    person_id = get_user_model()._meta.pk.to_python(session[SESSION_KEY])
    person = load_backend(backend).get_user(person_id)
    if not isinstance(person, AbstractUser) or not person.is_active:
        return None
    return person if _is_signed_by(person, session.get(HASH_SESSION_KEY, "")) else None


def _is_signed_by(person: AbstractUser, signature: str) -> bool:
    good = (person.get_session_auth_hash(), *person.get_session_auth_fallback_hash())
    return any(constant_time_compare(signature, each) for each in good)
