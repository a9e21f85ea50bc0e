"""A link that signs a person in once."""

import hashlib
import secrets
from datetime import timedelta
from typing import Self

from django.db import models
from django.utils import timezone

from chatsite.accounts.models.user import User

LIFE = timedelta(minutes=10)


class EnterLink(models.Model):
    """What is kept of a link: enough to know its token again, not enough to make it."""

    digest = models.CharField(max_length=64, unique=True)
    person = models.ForeignKey(User, on_delete=models.CASCADE)
    expires_at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)

    def __str__(self) -> str:
        return f"Link for {self.person}"

    @classmethod
    def make(cls, person: User) -> str:
        """Return the token of a new link, and forget the links that no longer work."""
        cls.forget_old()
        token = secrets.token_urlsafe(32)
        cls.objects.create(digest=_digest(token), person=person, expires_at=timezone.now() + LIFE)
        return token

    @classmethod
    def forget_old(cls) -> None:
        """Delete the links that no longer work."""
        past = models.Q(expires_at__lte=timezone.now())
        cls.objects.filter(past | models.Q(used_at__isnull=False)).delete()

    @classmethod
    def is_open(cls, token: str) -> bool:
        return cls._open(token).exists()

    @classmethod
    def use(cls, token: str) -> User | None:
        """Use the link up and return whom it signs in; of two who try at once, one gets nobody."""
        if not cls._open(token).update(used_at=timezone.now()):
            return None
        return cls.objects.select_related("person").get(digest=_digest(token)).person

    @classmethod
    def _open(cls, token: str) -> models.QuerySet[Self]:
        return cls.objects.filter(
            digest=_digest(token), used_at=None, expires_at__gt=timezone.now(), person__is_active=True
        )


def _digest(token: str) -> str:
    return hashlib.sha256(token.encode()).hexdigest()
