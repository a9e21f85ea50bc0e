"""Who asks when a question comes from the command line."""

from __future__ import annotations

from typing import cast

from django.conf import settings
from django.contrib.auth import get_user_model
from django.contrib.auth.models import AbstractUser
from django.utils.module_loading import import_string


def asker(name: str | None) -> AbstractUser | str:
    """Return the person of this name, or the one that is meant if none is given; a sentence where none is."""
    people = get_user_model()._default_manager.filter(is_active=True)
    if name is not None:
        return (
            cast(AbstractUser | None, people.filter(username=name).first()) or f"There is no {name!r} here."
        )
    everyone = list(people[:2])
    if len(everyone) == 1:
        return cast(AbstractUser, everyone[0])
    if settings.IS_LOCAL:
        return cast(AbstractUser, import_string(settings.LOCAL_PERSON)())
    if everyone:
        return "Several people have an account: say who asks with --user NAME."
    return "Nobody has an account yet: make one with `manage.py createsuperuser`."
